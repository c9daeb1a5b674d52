// The S3 storage over Ceph's gateway.
#include "conformance/storage.hpp"
#include "servers/rgw_fixture.hpp"

#include <cairn/s3_storage/s3_storage.hpp>

namespace {

std::string const& conformance_bucket() {
    static std::string const name = [] {
        rgw::fixture f;
        return f.bucket(f.client(), "conformance");
    }();
    return name;
}

struct over_rgw {
    using storage_type = cairn::storage::s3_storage;

    boost::asio::io_context io;
    std::string const unique = rgw::fresh_name("case") + "/";

    storage_type make() {
        return storage_type(cairn::s3::client(io.get_executor(), rgw::config()),
                            conformance_bucket());
    }
    std::string prefix() const { return unique; }
};

} // namespace

TEMPLATE_TEST_CASE("rgw: the S3 storage conforms", "", over_rgw) {
    conformance::run_all<TestType>();
}
