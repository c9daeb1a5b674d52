// lose_an_answer: what a program sees when S3 has written an object and the answer is lost. The
// server of cairn/testing runs in the process, and does what can go wrong when it is told to.
#include <cairn/s3.hpp>
#include <cairn/testing/s3_server.hpp>

#include <boost/asio/io_context.hpp>
#include <iostream>

int main() {
    using namespace cairn;
    testing::s3_server server({.buckets = {"stones"}});
    testing::fault lost;
    lost.matcher.method = "PUT";
    lost.action = testing::apply_then_close();
    server.inject(lost);
    s3::client_config config;
    config.endpoint = server.endpoint();
    config.credentials = {server.config().access_key_id, server.config().secret_access_key};

    boost::asio::io_context io;
    s3::client client(io.get_executor(), config);
    std::string const text = "hello";
    client.async_put_object(
        {.bucket = "stones", .key = "greeting", .if_none_match = "*"}, boost::asio::buffer(text),
        [&](result<s3::put_object_result> put) {
            // A conditional write is not sent twice: the second would find the first, and fail.
            bool const may_be_there = put.error().effect == remote_effect::possible;
            std::cout << put.error().to_string()
                      << "\nit may have been written: " << (may_be_there ? "yes" : "no")
                      << "\nit was: " << (server.object("stones", "greeting") ? "yes" : "no")
                      << '\n';
        });
    io.run();
}
