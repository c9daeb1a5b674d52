// A client for the loopback server's own tests: blocking, and as plain as can be.
#ifndef CAIRN_TESTS_UNIT_TESTING_CLIENT_HPP
#define CAIRN_TESTS_UNIT_TESTING_CLIENT_HPP

#include <cairn/testing/request_head.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace client_for_tests {

using cairn::testing::header_list;

struct call {
    std::string method = "GET";
    std::string target = "/";
    header_list headers;
    std::string body;
};

struct identity {
    std::string key_id = "cairn-test-key";
    std::string secret = "cairn-test-secret";
    std::string token;
    std::string region = "us-east-1";
    std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
    std::string payload; // x-amz-content-sha256; empty: the hash of the body
};

/// Adds Host, Content-Length and what a signature needs.
call signed_call(call c, identity const& who, std::string const& host = "127.0.0.1");

std::string on_wire(call const& c);

struct answer {
    int status = 0;
    header_list headers;
    std::string body;

    std::string header(std::string const& name) const;
    std::string code() const; ///< in an error document
};

class connection {
public:
    explicit connection(std::uint16_t port, std::string const& ca_pem = {});

    void send(std::string const& bytes);
    /// Reads one answer; nothing where it is not whole, or not HTTP.
    std::optional<answer> receive(std::string const& method = "GET");
    std::optional<answer> exchange(call const& c);
    /// Whether bytes or the end of the stream come in that time.
    bool readable_within(std::chrono::milliseconds time);
    /// Reads to the end of the stream, however it comes.
    std::string rest();

private:
    boost::asio::io_context io_;
    boost::asio::ssl::context tls_context_{boost::asio::ssl::context::tls_client};
    boost::asio::ip::tcp::socket socket_{io_};
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    std::string input_;
};

} // namespace client_for_tests

#endif
