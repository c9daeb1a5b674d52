// A client and a loopback server for it, with short deadlines.
#ifndef CAIRN_TESTS_LOOPBACK_CLIENT_FIXTURE_HPP
#define CAIRN_TESTS_LOOPBACK_CLIENT_FIXTURE_HPP

#include "support/results.hpp"

#include <cairn/s3/client.hpp>
#include <cairn/testing/s3_server.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>
#include <vector>

namespace loopback {

using namespace cairn;
using namespace std::chrono_literals;
namespace asio = boost::asio;

inline testing::s3_server_config with_bucket() {
    testing::s3_server_config c;
    c.buckets = {"bucket"};
    return c;
}

/// The requests of a method; `count` of them in a row, or with 0 all of them.
inline testing::fault_matcher each(std::string method, std::size_t count = 1) {
    testing::fault_matcher m;
    m.method = std::move(method);
    m.count = count;
    return m;
}

inline testing::fault_matcher nth_of_key(std::string key, std::size_t nth) {
    testing::fault_matcher m;
    m.key = std::move(key);
    m.nth = nth;
    return m;
}

inline s3::client_config impatient(std::string endpoint) {
    s3::client_config c;
    c.credentials = {"cairn-test-key", "cairn-test-secret"};
    c.endpoint = std::move(endpoint);
    c.region = "us-east-1";
    c.attempt_timeout = 2000ms;
    c.total_timeout = 5000ms;
    c.retry.base_delay = 1ms;
    c.retry.max_delay = 5ms;
    return c;
}

struct fixture {
    asio::io_context io;
    testing::s3_server server;
    s3::client_config config = impatient(server.endpoint());

    explicit fixture(testing::s3_server_config c = with_bucket()) : server(std::move(c)) {}

    s3::client client() { return s3::client(io.get_executor(), config); }

    /// Runs one operation to its end.
    template <class T, class Start>
    result<T> run(Start&& start) {
        std::optional<result<T>> outcome;
        start([&](result<T> r) {
            REQUIRE_FALSE(outcome.has_value());
            outcome.emplace(std::move(r));
        });
        CHECK_FALSE(outcome.has_value()); // never from within the initiating function
        io.restart();
        io.run();
        REQUIRE(outcome.has_value());
        return std::move(*outcome);
    }

    result<s3::get_object_result> get(s3::client c, s3::get_object_request const& r) {
        return run<s3::get_object_result>([&](auto h) { c.async_get_object(r, h); });
    }
    result<s3::get_object_result> get(s3::client const& c, std::string_view key) {
        return get(c, {.bucket = "bucket", .key = key});
    }
    result<s3::put_object_result> put(s3::client c, s3::put_object_request const& r,
                                      std::string const& body) {
        return run<s3::put_object_result>(
            [&](auto h) { c.async_put_object(r, asio::buffer(body), h); });
    }
    result<s3::put_object_result> put(s3::client const& c, std::string_view key,
                                      std::string const& body) {
        return put(c, {.bucket = "bucket", .key = key}, body);
    }
    result<void> remove(s3::client c, std::string_view key) {
        return run<void>(
            [&](auto h) { c.async_delete_object({.bucket = "bucket", .key = key}, h); });
    }
    result<s3::list_objects_result> list(s3::client c, s3::list_objects_request const& r) {
        return run<s3::list_objects_result>([&](auto h) { c.async_list_objects(r, h); });
    }

    std::size_t inject(testing::fault_action action, testing::fault_matcher matcher = {}) {
        return server.inject({std::move(matcher), std::move(action)});
    }
};

/// A server that never says anything: the kernel accepts, nobody reads.
struct mute_server {
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};

    std::string endpoint(char const* scheme = "http") const {
        return std::string(scheme) +
               "://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    }
};

} // namespace loopback

#endif
