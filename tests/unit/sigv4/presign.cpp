#include <cairn/sigv4/signer.hpp>

#include <cairn/sigv4/time.hpp>

#include "support/catch.hpp"

#include <string>

using namespace cairn::sigv4;
using namespace std::chrono_literals;

namespace {

credentials const example("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
auto const example_time = timestamp::parse("20130524T000000Z").value().time();
header const example_host{"Host", "examplebucket.s3.amazonaws.com"};
signer const s3("us-east-1", "s3", preset::s3);

request_view get(std::string_view path, std::string_view query = {}) {
    return {.method = "GET", .path = path, .query = query, .headers = {&example_host, 1}};
}

std::string refusal(request_view const& request, std::chrono::seconds expires = 60s) {
    signature out;
    auto const done = s3.presign(example, request, example_time, expires, out);
    if (done)
        return "accepted";
    CHECK(done.error().code == cairn::errc::invalid_argument);
    CHECK(out.query().empty());
    CHECK(out.canonical_request().empty());
    return done.error().message;
}

} // namespace

// AWS's page "Authenticating Requests: Using Query Parameters".
TEST_CASE("S3's documented example: a presigned GET") {
    signature out;
    REQUIRE(s3.presign(example, get("/test.txt"), example_time, 86400s, out).has_value());
    CHECK(out.hex() == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    CHECK(out.query() ==
          "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524"
          "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
          "&X-Amz-SignedHeaders=host&X-Amz-Signature=" +
              std::string(out.hex()));
    CHECK(out.authorization().empty());
    CHECK(out.headers().size() == 0);
    CHECK(out.signed_headers() == "host");
}

TEST_CASE("a presigned S3 request covers no body, another service's does") {
    signature a, b;
    request_view request = get("/");
    REQUIRE(s3.presign(example, request, example_time, 60s, a).has_value());
    request.payload_hash = unsigned_payload;
    REQUIRE(s3.presign(example, request, example_time, 60s, b).has_value());
    CHECK(a.hex() == b.hex());
    signer const generic("us-east-1", "service", preset::generic);
    REQUIRE(generic.presign(example, request, example_time, 60s, a).has_value());
    request.payload_hash = empty_payload_hash;
    REQUIRE(generic.presign(example, request, example_time, 60s, b).has_value());
    CHECK(a.hex() != b.hex());
}

TEST_CASE("the request's own parameters stay as they are on the wire, in front") {
    signature out;
    REQUIRE(s3.presign(example, get("/k", "versionId=a/b&z&X-Amz-Foo=1"), example_time, 60s, out)
                .has_value());
    CHECK(out.query().starts_with("versionId=a/b&z&X-Amz-Foo=1&X-Amz-Algorithm="));
    CHECK(
        out.canonical_request().find("X-Amz-Foo=1&X-Amz-SignedHeaders=host&versionId=a%2Fb&z=\n") !=
        std::string_view::npos);
}

TEST_CASE("a session token is signed, or added behind by the expert rule") {
    credentials const who("AKID", "secret", "t/o+k=" + std::string(2000, '/'));
    signature out;
    REQUIRE(s3.presign(who, get("/"), example_time, 60s, out).has_value());
    CHECK(out.canonical_request().find("X-Amz-Security-Token=t%2Fo%2Bk%3D%2F") !=
          std::string_view::npos);
    CHECK(out.query().find("X-Amz-Security-Token=t%2Fo%2Bk%3D%2F") != std::string_view::npos);

    expert_rules rules = expert_rules::of(preset::s3);
    rules.sign_session_token = false;
    signer const after("us-east-1", "s3", rules);
    REQUIRE(after.presign(who, get("/"), example_time, 60s, out).has_value());
    CHECK(out.canonical_request().find("Token") == std::string_view::npos);
    CHECK(out.query().find("X-Amz-Security-Token=t%2Fo%2Bk%3D%2F") != std::string_view::npos);
    CHECK(out.query().ends_with(out.hex()));
}

TEST_CASE("one signature object serves header and query authentication in turn") {
    signature out;
    REQUIRE(s3.presign(example, get("/a"), example_time, 60s, out).has_value());
    std::string const query(out.query());
    REQUIRE(s3.sign(example, get("/a"), example_time, out).has_value());
    CHECK(out.query().empty());
    CHECK(out.headers().size() == 3);
    REQUIRE(s3.presign(example, get("/a"), example_time, 60s, out).has_value());
    CHECK(out.query() == query);
}

TEST_CASE("what cannot be presigned is refused") {
    for (auto const expires : {-1s, 0s, 604801s})
        CHECK(refusal(get("/"), expires) == "a presigned URL lasts one second to seven days");
    CHECK(refusal(get("/"), 604800s) == "accepted");
    for (auto const* query :
         {"X-Amz-Signature=1", "a=1&X-Amz-Date=2", "X-Amz-Expires", "X-Amz-Algorithm&a"})
        CHECK(refusal(get("/", query)) == "the query is presigned already");
    CHECK(refusal(get("/", "aX-Amz-Date=1&X-Amz-Dates=2&v=X-Amz-Date")) == "accepted");
    CHECK(refusal(get("x")) == "the path does not begin with a slash");
    CHECK(refusal({"GET", "/"}) == "the host header is missing");
    CHECK(refusal(get("/", "%")) ==
          "the query holds a percent sign without two hexadecimal digits");
}
