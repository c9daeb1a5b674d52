//
// cairn/testing/detail/byte_stream.hpp: a TCP connection, with TLS or without.
//
#ifndef CAIRN_TESTING_DETAIL_BYTE_STREAM_HPP
#define CAIRN_TESTING_DETAIL_BYTE_STREAM_HPP

#include <cairn/core/config.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <functional>
#include <optional>

namespace cairn::testing::detail {

// One operation of each direction at a time; the owner stays alive until they complete.
class byte_stream {
public:
    using error_code = boost::system::error_code;
    using socket_type = boost::asio::ip::tcp::socket;
    using done_handler = std::function<void(error_code)>;
    using size_handler = std::function<void(error_code, std::size_t)>;

    // `tls` is null for a plain connection.
    CAIRN_DECL byte_stream(socket_type socket, boost::asio::ssl::context* tls);

    CAIRN_DECL void handshake(done_handler done);
    CAIRN_DECL void read_some(boost::asio::mutable_buffer into, size_handler done);
    CAIRN_DECL void write(boost::asio::const_buffer from, size_handler done);
    // Tells the peer that nothing more comes: close_notify, or FIN.
    CAIRN_DECL void finish(done_handler done);
    CAIRN_DECL void cancel();
    // Closes at once, with no close_notify; with a reset if so asked.
    CAIRN_DECL void close(bool reset = false);

    auto get_executor() { return socket_.get_executor(); }
    bool is_tls() const { return tls_.has_value(); }

private:
    socket_type socket_;
    std::optional<boost::asio::ssl::stream<socket_type&>> tls_;
};

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/byte_stream.ipp>
#endif

#endif
