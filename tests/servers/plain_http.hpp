// One HTTP/1.1 exchange with a server on 127.0.0.1, whose request goes out byte for byte as it is
// given: nothing is added, checked or encoded, so that wrong requests can be sent too.
#ifndef CAIRN_TESTS_SERVERS_PLAIN_HTTP_HPP
#define CAIRN_TESTS_SERVERS_PLAIN_HTTP_HPP

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace plain_http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

struct request {
    std::string method;
    std::string target; // the path and, behind a '?', the query
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
};

struct answer {
    unsigned status = 0;
    http::fields headers;
    std::string body;
};

/// Sends a request on a connection of its own, and waits for the answer, at most for 30 s.
/// Throws `boost::system::system_error` where none comes.
inline answer exchange(unsigned short port, request const& r) {
    asio::io_context io;
    beast::tcp_stream stream(io);
    beast::error_code problem;
    auto const done = [&problem](beast::error_code e, auto&&...) { problem = e; };
    auto const wait = [&io] {
        io.run();
        io.restart();
    };
    stream.expires_after(std::chrono::seconds(30));
    stream.async_connect({asio::ip::address_v4::loopback(), port}, done);
    wait();
    if (problem)
        throw beast::system_error(problem, "connecting");
    stream.socket().set_option(asio::ip::tcp::no_delay(true));

    std::string head = r.method + ' ' + r.target + " HTTP/1.1\r\n";
    for (auto const& h : r.headers)
        head.append(h.first).append(": ").append(h.second).append("\r\n");
    head += "\r\n";
    std::array<asio::const_buffer, 2> const bytes{asio::buffer(head), asio::buffer(r.body)};
    asio::async_write(stream, bytes, done);
    wait(); // who refuses may close before it has read all: what counts is the answer

    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.skip(r.method == "HEAD");
    http::async_read(stream, buffer, parser, done);
    wait();
    if (problem)
        throw beast::system_error(problem, "reading the answer");
    auto message = parser.release();
    return {message.result_int(), std::move(message.base()), std::move(message.body())};
}

} // namespace plain_http

#endif
