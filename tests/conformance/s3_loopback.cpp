// The S3 storage over the loopback server, with each way in which servers take ETags.
#include "conformance/storage.hpp"

#include <cairn/s3_storage/s3_storage.hpp>
#include <cairn/testing/s3_server.hpp>

namespace {

namespace asio = boost::asio;
using namespace cairn;

template <testing::condition_behaviour Behaviour>
struct over_loopback {
    using storage_type = storage::s3_storage;

    asio::io_context io;
    testing::s3_server server{[] {
        testing::s3_server_config c;
        c.buckets = {"bucket"};
        c.conditions = Behaviour;
        c.max_keys = 5;
        return c;
    }()};

    storage_type make() {
        s3::client_config c;
        c.credentials = {"cairn-test-key", "cairn-test-secret"};
        c.endpoint = server.endpoint();
        c.region = "us-east-1";
        storage::s3_storage_config s;
        s.prefix = "under/here/";
        return storage_type(s3::client(io.get_executor(), c), "bucket", s);
    }
    std::string prefix() const { return {}; }
};

using honoured = over_loopback<testing::condition_behaviour::honoured>;
using quoted_only = over_loopback<testing::condition_behaviour::quoted_only>;
using unquoted_only = over_loopback<testing::condition_behaviour::unquoted_only>;

} // namespace

TEMPLATE_TEST_CASE("the S3 storage conforms over the loopback server", "", honoured, quoted_only,
                   unquoted_only) {
    conformance::run_all<TestType>();
}
