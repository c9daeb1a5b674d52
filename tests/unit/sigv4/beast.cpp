#include <cairn/sigv4/beast/sign.hpp>

#include <cairn/sigv4/signer.hpp>
#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/v4a/signer_v4a.hpp>

#include "support/catch.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/dynamic_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/vector_body.hpp>

#include <string>

using namespace cairn::sigv4;
using namespace std::chrono_literals;
namespace http = boost::beast::http;

namespace {

credentials const example("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
auto const example_time = timestamp::parse("20130524T000000Z").value().time();
signer const s3("us-east-1", "s3", preset::s3);

// S3's documented PUT.
template <class Body>
http::request<Body> example_put() {
    http::request<Body> request(http::verb::put, "/test%24file.text", 11);
    request.set(http::field::host, "examplebucket.s3.amazonaws.com");
    request.set(http::field::date, "Fri, 24 May 2013 00:00:00 GMT");
    request.set("x-amz-storage-class", "REDUCED_REDUNDANCY");
    return request;
}

constexpr auto example_signature =
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";

} // namespace

static_assert(rereadable_body<http::string_body> && rereadable_body<http::empty_body> &&
              rereadable_body<http::vector_body<char>> && rereadable_body<http::dynamic_body> &&
              rereadable_body<http::span_body<char const>>);
static_assert(!rereadable_body<http::file_body>);

TEST_CASE("a Beast request is signed in place, whatever its body") {
    std::string_view const text = "Welcome to Amazon S3.";
    signature out;
    auto strings = example_put<http::string_body>();
    strings.body() = text;
    REQUIRE(sign(s3, example, strings, example_time, out).has_value());
    CHECK(out.hex() == example_signature);
    CHECK(strings["x-amz-content-sha256"] == sha256_hex(text));
    CHECK(strings["x-amz-date"] == "20130524T000000Z");
    CHECK(std::string_view(strings[http::field::authorization].data(),
                           strings[http::field::authorization].size()) == out.authorization());

    auto vectors = example_put<http::vector_body<char>>();
    vectors.body().assign(text.begin(), text.end());
    REQUIRE(sign(s3, example, vectors, example_time, out).has_value());
    CHECK(out.hex() == example_signature);

    auto pieces = example_put<http::dynamic_body>();
    for (char const c : text) // in many buffers
        boost::asio::buffer_copy(pieces.body().prepare(1), boost::asio::buffer(&c, 1)),
            pieces.body().commit(1);
    REQUIRE(sign(s3, example, pieces, example_time, out).has_value());
    CHECK(out.hex() == example_signature);

    auto file = example_put<http::file_body>(); // whose hash somebody else knows
    REQUIRE(sign(s3, example, file, sha256_hex(text), example_time, out).has_value());
    CHECK(out.hex() == example_signature);
}

TEST_CASE("a Beast request is signed anew over its old signature") {
    auto request = example_put<http::string_body>();
    signature out;
    REQUIRE(sign(s3, example, request, example_time + 1h, out).has_value());
    request.body() = "Welcome to Amazon S3.";
    REQUIRE(sign(s3, example, request, example_time, out).has_value());
    CHECK(out.hex() == example_signature);
    CHECK(request.count(http::field::authorization) == 1);
    CHECK(request.count("x-amz-date") == 1);
    signer_v4a const anywhere("*", "s3", preset::s3);
    REQUIRE(sign(anywhere, example, request, example_time, out).has_value());
    CHECK(request["x-amz-region-set"] == "*");
    credentials const guest("AKIDGUEST", "secret", "token");
    REQUIRE(sign(s3, guest, request, example_time, out).has_value());
    CHECK(request["x-amz-security-token"] == "token");
    REQUIRE(sign(s3, example, request, example_time, out).has_value());
    CHECK(out.hex() == example_signature);
    CHECK(request.count("x-amz-security-token") == 0);
    CHECK(request.count("x-amz-region-set") == 0);
}

TEST_CASE("a Beast request that cannot be signed stays as it is") {
    http::request<http::empty_body> request(http::verb::get, "/test.txt", 11);
    signature out;
    auto const refused = sign(s3, example, request, example_time, out);
    CHECK(refused.error().message == "the host header is missing");
    CHECK(std::distance(request.begin(), request.end()) == 0);
    CHECK(!presign(s3, example, request, example_time, 60s, out).has_value());
    CHECK(request.target() == "/test.txt");
}

TEST_CASE("a Beast request is presigned in its target") {
    http::request<http::empty_body> request(http::verb::get, "/test.txt", 11);
    request.set(http::field::host, "examplebucket.s3.amazonaws.com");
    signature out;
    REQUIRE(presign(s3, example, request, example_time, 86400s, out).has_value());
    CHECK(out.hex() == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    CHECK(request.target().starts_with("/test.txt?X-Amz-Algorithm="));
    CHECK(request.target().ends_with(
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
    request.target("/test.txt?versionId=1");
    REQUIRE(presign(s3, example, request, example_time, 60s, out).has_value());
    CHECK(request.target().starts_with("/test.txt?versionId=1&X-Amz-Algorithm="));
}

TEST_CASE("a presigned request of another service covers its body") {
    signer const generic("us-east-1", "service", preset::generic);
    http::request<http::string_body> request(http::verb::post, "/", 11);
    request.set(http::field::host, "service.amazonaws.com");
    request.body() = "text";
    signature out;
    REQUIRE(presign(generic, example, request, example_time, 60s, out).has_value());
    CHECK(out.canonical_request().ends_with(sha256_hex("text")));
}
