// What tests/servers/rgw_up.sh wrote into DIR/env, and clients for it. A variable that is missing
// is a failure, never a reason to skip.
#ifndef CAIRN_TESTS_SERVERS_RGW_FIXTURE_HPP
#define CAIRN_TESTS_SERVERS_RGW_FIXTURE_HPP

#include "support/results.hpp"

#include <cairn/s3/client.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

namespace rgw {

using namespace cairn;
namespace asio = boost::asio;

inline std::string variable(char const* name) {
    char const* const value = std::getenv(name);
    if (value != nullptr)
        return value;
    // Threads come here too, and Catch2 is not for them.
    std::fprintf(stderr, "%s is not set: run tests/servers/rgw_up.sh DIR and source DIR/env\n",
                 name);
    throw std::runtime_error(name);
}

inline s3::client_config config() {
    s3::client_config c;
    c.credentials = {variable("CAIRN_RGW_ACCESS_KEY"), variable("CAIRN_RGW_SECRET_KEY")};
    c.endpoint = variable("CAIRN_RGW_ENDPOINT");
    c.region = "us-east-1";
    return c;
}

inline std::string fresh_name(std::string const& what) {
    static std::random_device device;
    return "cairn-" + what + "-" + std::to_string(device()) + "-" + std::to_string(device());
}

struct fixture {
    asio::io_context io;

    s3::client client(s3::client_config c = config()) { return {io.get_executor(), std::move(c)}; }

    template <class T, class Start>
    result<T> run(Start&& start) {
        std::optional<result<T>> outcome;
        start([&](result<T> r) { outcome.emplace(std::move(r)); });
        io.restart();
        io.run();
        return std::move(outcome.value());
    }

    std::string bucket(s3::client c, std::string const& what) {
        auto name = fresh_name(what);
        auto const made = run<void>([&](auto h) { c.async_create_bucket({.bucket = name}, h); });
        REQUIRE(made);
        return name;
    }
    result<s3::put_object_result> put(s3::client c, s3::put_object_request const& r,
                                      std::string const& body) {
        return run<s3::put_object_result>(
            [&](auto h) { c.async_put_object(r, asio::buffer(body), h); });
    }
    result<s3::get_object_result> get(s3::client c, s3::get_object_request const& r) {
        return run<s3::get_object_result>([&](auto h) { c.async_get_object(r, h); });
    }
    result<s3::list_objects_result> list(s3::client c, s3::list_objects_request const& r) {
        return run<s3::list_objects_result>([&](auto h) { c.async_list_objects(r, h); });
    }
};

} // namespace rgw

#endif
