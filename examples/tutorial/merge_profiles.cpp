// merge_profiles BUCKET NAME SEGMENT...: folds a profile's segments into a file of a bucket that
// any number of such programs may write to at once.
#include "environment.hpp"

#include <cairn/merge.hpp>
#include <cairn/s3_storage/s3_storage.hpp>
#include <cairn/segments/day_codec.hpp>
#include <cairn/segments/payload.hpp>
#include <cairn/segments/policies.hpp>

#include <boost/asio/io_context.hpp>
#include <iostream>

int main(int argc, char** argv) {
    using namespace cairn;
    boost::asio::io_context io;
    storage::s3_storage bucket(s3::client(io.get_executor(), config_from_environment()),
                               argc > 1 ? argv[1] : "stones");
    merge::merger merger(bucket, segments::day_codec(), segments::union_policy());
    segments::payload_reader const reader;
    int status = 0;
    for (int i = 3; i < argc; ++i) { // all of them share one commit
        auto update = reader.read(R"({"traits":{"smi_uid":")" + std::string(argv[2]) +
                                  R"("},"segments":[")" + argv[i] + R"("]})");
        merger.async_merge("profiles.json", update.value(), [&](result<merge::receipt> r) {
            std::cout << (r ? "committed" : r.error().to_string()) << '\n';
            status |= r ? 0 : 1;
        });
    }
    io.run();
    return status;
}
