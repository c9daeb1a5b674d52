// count BUCKET: adds one to a number in an object. However many run at once, none is lost: each
// replaces only the version that it has read, and tries again where another was faster.
#include "environment.hpp"

#include <cairn/s3_storage/s3_storage.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <iostream>
#include <thread>

namespace asio = boost::asio;
using namespace cairn;

result<long> add_one(storage::s3_storage bucket) {
    for (;;) {
        auto const old = bucket.async_get("count", asio::use_future).get();
        if (!old && old.error().code != errc::not_found)
            return old.error();
        long const sum = old ? std::stol(old->bytes) + 1 : 1;
        auto const text = std::to_string(sum);
        storage::const_buffers const content{asio::buffer(text)};
        auto const written =
            old ? bucket.async_replace("count", old->version, content, asio::use_future).get()
                : bucket.async_create("count", content, asio::use_future).get();
        if (written)
            return sum;
        if (written.error().code != condition::lost_race)
            return written.error(); // its `effect` says whether it may have been applied
    }
}

int main(int argc, char** argv) {
    asio::io_context io;
    s3::client client(io.get_executor(), config_from_environment());
    auto const work = asio::make_work_guard(io);
    std::jthread const thread([&io] { io.run(); });
    auto const sum = add_one(storage::s3_storage(client, argc > 1 ? argv[1] : "stones"));
    std::cout << (sum ? std::to_string(*sum) : sum.error().to_string()) << '\n';
    io.stop();
    return sum ? 0 : 1;
}
