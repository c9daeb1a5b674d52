//
// cairn/testing/detail/connection.hpp: one client's connection.
//
#ifndef CAIRN_TESTING_DETAIL_CONNECTION_HPP
#define CAIRN_TESTING_DETAIL_CONNECTION_HPP

#include <cairn/testing/detail/byte_stream.hpp>
#include <cairn/testing/detail/exchange.hpp>
#include <cairn/testing/detail/reply.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace cairn::testing::detail {

class server_core;

// Reads requests, has the core carry them out, and answers, as the request's fault has it.
// All of it runs in the server's thread. An operation under way keeps the connection alive.
class connection : public std::enable_shared_from_this<connection> {
public:
    CAIRN_DECL connection(server_core& core, std::size_t id, byte_stream::socket_type socket,
                          boost::asio::ssl::context* tls);
    CAIRN_DECL ~connection();
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;

    CAIRN_DECL void start();
    CAIRN_DECL void close(bool reset = false);
    CAIRN_DECL void close_if_idle();

private:
    enum class stage { handshake, idle, head, body, busy, leaving, closed };
    using error_code = boost::system::error_code;
    using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void next_request();
    void read_more();
    void on_read(error_code ec, std::size_t bytes);
    void parse_head();
    void on_head();
    void parse_body();
    void on_request();

    void answer(reply what);
    void send(reply const& what);
    void send_then_leave(reply const& what);
    void write(std::string bytes, std::function<void()> then);
    void write_bytewise(std::size_t from);
    void sent();

    void discard();
    void leave();
    void after(std::chrono::milliseconds delay, std::function<void()> then);
    void arm_timer(std::chrono::milliseconds delay);

    server_core& core_;
    std::size_t const id_;
    byte_stream stream_;
    boost::asio::steady_timer deadline_; // of a read, and of a leave
    boost::asio::steady_timer pause_;
    std::size_t armed_ = 0;
    bool timed_out_ = false;
    stage stage_ = stage::handshake;
    boost::beast::flat_buffer input_;
    std::optional<parser> parser_;
    exchange exchange_;
    bool keep_alive_ = true;
    std::string output_;
};

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/connection.ipp>
#endif

#endif
