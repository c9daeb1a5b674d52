//
// cairn/s3/detail/connection.hpp: one TCP or TLS connection.
//
#ifndef CAIRN_S3_DETAIL_CONNECTION_HPP
#define CAIRN_S3_DETAIL_CONNECTION_HPP

#include <cairn/core/error.hpp>
#include <cairn/s3/detail/endpoint.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>

namespace cairn::s3::detail {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

/// Belongs to the client's strand. Its operations complete through `Handler`, one type for the
/// whole library, so that the streams are instantiated once.
class connection {
public:
    using clock = std::chrono::steady_clock;

    connection(asio::any_io_executor ex, detail::origin const& o)
        : socket_(std::move(ex)), origin_(o) {}

    detail::origin const& origin() const noexcept { return origin_; }
    bool reused() const noexcept { return reused_; }

    template <class Handler>
    void async_connect(tcp::resolver::results_type const& where, Handler handler);

    /// Checks the server's certificate against its name unless the context says otherwise.
    template <class Handler>
    void async_handshake(asio::ssl::context& context, bool verify, Handler handler);

    /// After a failed handshake: ": " and what was wrong with the certificate, or nothing.
    CAIRN_DECL std::string verification_failure();

    template <class Handler>
    void async_write(std::span<asio::const_buffer const> content, Handler handler);

    template <class Handler>
    void async_read_some(asio::mutable_buffer into, Handler handler);

    /// Closes at once; whatever is under way completes with `operation_aborted`.
    void close() noexcept {
        error_code ignored;
        socket_.close(ignored);
    }

    void set_idle(clock::time_point since) noexcept {
        idle_since_ = since;
        reused_ = true;
    }
    clock::time_point idle_since() const noexcept { return idle_since_; }

    /// Whether an idle connection has been closed by the server, or has said what nobody asked for.
    bool stale() noexcept {
        error_code ec;
        char byte = 0;
        socket_.non_blocking(true, ec);
        if (ec)
            return true;
        socket_.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, ec);
        return ec != asio::error::would_block && ec != asio::error::try_again;
    }

private:
    tcp::socket socket_;
    std::optional<asio::ssl::stream<tcp::socket&>> tls_;
    detail::origin origin_;
    clock::time_point idle_since_{};
    bool reused_ = false;
};

} // namespace cairn::s3::detail

#include <cairn/s3/detail/impl/connection.hpp>
#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/connection.ipp>
#endif

#endif
