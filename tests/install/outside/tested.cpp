// The tests' server, a client and a storage, from two compiled parts.
#include <cairn/s3_storage/s3_storage.hpp>
#include <cairn/testing/s3_server.hpp>

#include <boost/asio/io_context.hpp>

int main() {
    cairn::testing::s3_server server({.buckets = {"stones"}});
    boost::asio::io_context io;
    cairn::s3::client_config config;
    config.endpoint = server.endpoint();
    config.credentials = {server.config().access_key_id, server.config().secret_access_key};
    cairn::s3::client client(io.get_executor(), config);
    bool wrote = false;
    client.async_put_object({.bucket = "stones", .key = "a"}, boost::asio::buffer("b", 1),
                            [&](auto const& put) { wrote = put.has_value(); });
    io.run();
    cairn::storage::s3_storage const storage(client, "stones");
    return wrote && storage.probe_requests() == 0 ? 0 : 1;
}
