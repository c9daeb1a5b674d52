// put_and_get BUCKET: writes an object and reads it back, in a coroutine.
#include "environment.hpp"

#include <cairn/s3.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> greet(cairn::s3::client client, std::string bucket) {
    std::string const text = "hello, stones\n";
    auto const put = co_await client.async_put_object({.bucket = bucket, .key = "greeting"},
                                                      asio::buffer(text), asio::use_awaitable);
    std::cout << "wrote " << put.value().etag << '\n'; // value() throws what went wrong
    auto const got = co_await client.async_get_object({.bucket = bucket, .key = "greeting"},
                                                      asio::use_awaitable);
    std::cout << got.value().body;
}

int main(int argc, char** argv) {
    asio::io_context io;
    cairn::s3::client client(io.get_executor(), config_from_environment());
    auto done = asio::co_spawn(io, greet(client, argc > 1 ? argv[1] : "stones"), asio::use_future);
    io.run();
    try {
        done.get();
    } catch (std::exception const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
