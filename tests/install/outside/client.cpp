// A client in twenty lines, which is told that its endpoint is none.
#include <cairn/s3.hpp>

#include <boost/asio/io_context.hpp>
#include <iostream>

int main() {
    boost::asio::io_context io;
    cairn::s3::client_config config;
    config.endpoint = "no endpoint";
    config.credentials = {"id", "secret"};
    cairn::s3::client client(io.get_executor(), config);
    int failed = 0;
    client.async_get_object({.bucket = "stones", .key = "greeting"}, [&](auto const& got) {
        failed = !got.has_value();
        std::cout << (got ? got->body : got.error().to_string()) << '\n';
    });
    io.run();
    return failed ? 0 : 1;
}
