#include <cairn/sigv4/verify/verifier.hpp>

#include <cairn/sigv4/signer.hpp>
#include <cairn/sigv4/time.hpp>

#include "support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace cairn::sigv4;
using namespace std::chrono_literals;

namespace {

credentials const alice("AKIDALICE", "alice's secret");
credentials const bob("AKIDBOB", "bob's secret", "bob/s+token=");
auto const noon = timestamp::parse("20261121T120000Z").value().time();

signer const s3("us-east-1", "s3", preset::s3);
signer const generic("us-east-1", "service", preset::generic);
verifier const s3_server("us-east-1", "s3", preset::s3);
verifier const generic_server("us-east-1", "service", preset::generic);

credentials find(std::string_view key_id) {
    return key_id == "AKIDALICE" ? alice : key_id == "AKIDBOB" ? bob : credentials();
}

// A request that owns its texts, so that a test can change any of them.
struct wire_request {
    std::string method = "PUT", path = "/a%20b//c", query = "x=1&acl";
    std::vector<std::pair<std::string, std::string>> headers = {
        {"Host", "bucket.example"}, {"X-Amz-Meta-A", " one  two "}, {"Content-Type", "text/plain"}};
    std::string hash = sha256_hex("body");

    template <class F>
    auto viewed(F f) const {
        std::vector<header> views;
        for (auto const& [name, value] : headers)
            views.push_back({name, value});
        return f(request_view{method, path, query, views, hash});
    }

    verification verified(verifier const& v = s3_server,
                          std::chrono::system_clock::time_point now = noon) const {
        return viewed([&](request_view const& r) { return v.verify(r, find, now); });
    }
};

wire_request in_header(credentials const& who = alice, signer const& s = s3,
                       wire_request request = {}) {
    signature out;
    REQUIRE(request.viewed(
        [&](request_view const& r) { return s.sign(who, r, noon, out).has_value(); }));
    for (header const& h : out.headers())
        request.headers.emplace_back(h.name, h.value);
    return request;
}

wire_request in_query(credentials const& who = alice, signer const& s = s3,
                      wire_request request = {}) {
    signature out;
    REQUIRE(request.viewed(
        [&](request_view const& r) { return s.presign(who, r, noon, 600s, out).has_value(); }));
    request.query = out.query();
    return request;
}

std::string& value_of(wire_request& request, std::string_view name) {
    for (auto& [n, v] : request.headers)
        if (n == name)
            return v;
    FAIL("no such header");
    return request.hash;
}

void replace(std::string& text, std::string_view from, std::string_view to) {
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("what the signer signs is valid, in the header and in the query") {
    for (auto const& who : {alice, bob}) {
        CHECK(in_header(who).verified().valid());
        CHECK(in_query(who).verified().valid());
        CHECK(in_header(who, generic).verified(generic_server).valid());
        CHECK(in_query(who, generic).verified(generic_server).valid());
    }
    verification const v = in_header(bob).verified();
    CHECK(v.access_key_id == "AKIDBOB");
    CHECK(v.detail.empty());
    CHECK(v.canonical_request.starts_with("PUT\n/a%20b//c\nacl=&x=1\n"));
    CHECK(v.string_to_sign.starts_with("AWS4-HMAC-SHA256\n20261121T120000Z\n"));
}

TEST_CASE("S3's documented example is valid on S3's side") {
    credentials const example("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    header const headers[] = {
        {"Host", "examplebucket.s3.amazonaws.com"},
        {"Range", "bytes=0-9"},
        {"x-amz-content-sha256", empty_payload_hash},
        {"x-amz-date", "20130524T000000Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
         "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
         "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"}};
    auto const v = s3_server.verify(
        {"GET", "/test.txt", "", headers}, [&](std::string_view) { return example; },
        timestamp::parse("20130524T000500Z").value().time());
    CHECK(v.valid());
}

TEST_CASE("a change of any part of a request is found") {
    for (bool const query : {false, true}) {
        CAPTURE(query);
        wire_request const good = query ? in_query() : in_header();
        REQUIRE(good.verified().valid());
        auto const changed = [&good](auto change) {
            wire_request copy = good;
            change(copy);
            return copy.verified().found;
        };
        auto const differs = verdict::signature_differs;
        CHECK(changed([](auto& r) { r.method = "GET"; }) == differs);
        CHECK(changed([](auto& r) { r.path = "/a%20b/c"; }) == differs);
        CHECK(changed([](auto& r) { replace(r.query, "x=1", "x=2"); }) == differs);
        CHECK(changed([](auto& r) { r.query += "&more"; }) == differs);
        CHECK(changed([](auto& r) { value_of(r, "Host") = "other"; }) == differs);
        CHECK(changed([](auto& r) { value_of(r, "X-Amz-Meta-A") = "one two 3"; }) == differs);
        CHECK(changed([](auto& r) { r.headers.emplace_back("content-type", "b"); }) == differs);
        CHECK(changed([](auto& r) { value_of(r, "X-Amz-Meta-A") = "one two"; }) == verdict::valid);
        CHECK(changed([](auto& r) { r.headers.emplace_back("User-Agent", "x"); }) ==
              verdict::valid);
        CHECK(changed([](auto& r) { r.headers.erase(r.headers.begin() + 2); }) ==
              verdict::malformed);
        CHECK(changed([](auto& r) { r.headers.emplace_back("x-amz-acl", "public-read"); }) ==
              verdict::headers_unsigned);
        CHECK(changed([](auto& r) { r.hash = sha256_hex("other"); }) ==
              (query ? verdict::valid : verdict::payload_differs));
    }
}

TEST_CASE("no changed byte of the authentication is accepted") {
    wire_request const good = in_header();
    wire_request any = good;
    std::string const authorization = value_of(any, "Authorization");
    for (std::size_t i = 0; i < authorization.size(); ++i) {
        if (authorization[i] == ' ')
            continue;
        wire_request copy = good;
        value_of(copy, "Authorization")[i] ^= 1;
        CAPTURE(i);
        CHECK_FALSE(copy.verified().valid());
    }
    wire_request const presigned = in_query();
    for (std::size_t i = 0; i < presigned.query.size(); ++i) {
        wire_request copy = presigned;
        copy.query[i] ^= 1;
        CAPTURE(copy.query);
        CHECK_FALSE(copy.verified().valid());
    }
}

TEST_CASE("a verifier says which of the claims does not hold") {
    CHECK(wire_request().verified().found == verdict::not_signed);
    CHECK(in_header().verified(generic_server).found == verdict::wrong_scope);
    CHECK(in_header(alice, signer("eu-west-1", "s3", preset::s3)).verified().found ==
          verdict::wrong_scope);
    CHECK(in_header(credentials("AKIDEVE", "x")).verified().found == verdict::unknown_key);
    CHECK(in_header(credentials("AKIDALICE", "x")).verified().found == verdict::signature_differs);
    CHECK(in_header(credentials("AKIDBOB", "bob's secret")).verified().found ==
          verdict::wrong_token);
    CHECK(in_header(credentials("AKIDBOB", "bob's secret", "stale")).verified().found ==
          verdict::wrong_token);
    wire_request undated = in_header();
    value_of(undated, "x-amz-date") = "yesterday";
    CHECK(undated.verified().found == verdict::malformed);
    wire_request otherwise = in_header();
    value_of(otherwise, "x-amz-date") = "20261122T000000Z";
    CHECK(otherwise.verified().found == verdict::wrong_scope);
}

TEST_CASE("the ends of the clock, and of the skew, do not overflow") {
    using clock = std::chrono::system_clock;
    verifier const patient("us-east-1", "s3", preset::s3, std::chrono::seconds::max());
    for (auto const now : {clock::time_point::min(), noon, clock::time_point::max()}) {
        CHECK(in_header().verified(patient, now).found == verdict::valid);
        CHECK(in_header().verified(s3_server, now).found ==
              (now == noon ? verdict::valid : verdict::clock_skew));
    }
    CHECK(in_query().verified(s3_server, clock::time_point::max()).found == verdict::expired);
    CHECK(in_query().verified(s3_server, clock::time_point::min()).found == verdict::clock_skew);
    CHECK(in_query().verified(s3_server, noon + 600s).found == verdict::valid);
    CHECK(in_query().verified(s3_server, noon + 600s + 1ns).found == verdict::expired);
    CHECK(in_header().verified(s3_server, noon - 15min - 1ns).found == verdict::clock_skew);
    CHECK(in_header().verified(s3_server, noon + 15min + 1ns).found == verdict::clock_skew);
}

TEST_CASE("age is judged by skew in the header, and by expiry in the query") {
    auto const header_age = [](std::chrono::seconds age) {
        return in_header().verified(s3_server, noon + age).found;
    };
    CHECK(header_age(15min) == verdict::valid);
    CHECK(header_age(15min + 1s) == verdict::clock_skew);
    CHECK(header_age(-15min) == verdict::valid);
    CHECK(header_age(-15min - 1s) == verdict::clock_skew);
    auto const query_age = [](std::chrono::seconds age) {
        return in_query().verified(s3_server, noon + age).found;
    };
    CHECK(query_age(600s) == verdict::valid);
    CHECK(query_age(601s) == verdict::expired);
    CHECK(query_age(-15min - 1s) == verdict::clock_skew);
    for (auto const* expires : {"0", "604801", "1e3", "600x", "-1", "99999999999999"}) {
        wire_request request = in_query();
        replace(request.query, "X-Amz-Expires=600", std::string("X-Amz-Expires=") + expires);
        CHECK(request.verified().found == verdict::malformed);
    }
}

TEST_CASE("unsigned payloads are accepted as what they are") {
    wire_request request;
    request.hash = unsigned_payload;
    request = in_header(alice, s3, request);
    request.hash = sha256_hex("whatever came");
    CHECK(request.verified().valid());
}

TEST_CASE("a request is authenticated in one place") {
    wire_request both = in_header();
    both.query = in_query().query;
    CHECK(both.verified().detail == "the request carries two signatures, in header and query");
    both = in_query();
    both.headers.emplace_back("authorization", "AWS4-HMAC-SHA256 Credential=a");
    CHECK(both.verified().found == verdict::malformed);
}

TEST_CASE("S3 demands the payload's hash in a header, where a header authenticates") {
    expert_rules rules = expert_rules::of(preset::s3);
    rules.content_sha256_header = false;
    wire_request const request = in_header(alice, signer("us-east-1", "s3", rules));
    CHECK(request.verified().detail == "the x-amz-content-sha256 header is missing");
    CHECK(request.verified(verifier("us-east-1", "s3", rules)).valid());
    CHECK(in_query().verified().valid());
}

TEST_CASE("broken authentication is malformed, not a crash") {
    for (auto const* text :
         {"", " ", "Basic abc", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ",
          "AWS4-HMAC-SHA256 Credential=a", "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
          "AWS4-HMAC-SHA256 Credential=a,Credential=b,SignedHeaders=host,Signature=c",
          "AWS4-HMAC-SHA256 Credential=a/b/c,SignedHeaders=host,Signature=c",
          "AWS4-HMAC-SHA256 Credential=/20261121/us-east-1/s3/aws4_request,SignedHeaders=host,"
          "Signature=c",
          "AWS4-HMAC-SHA256X Credential=a,SignedHeaders=host,Signature=c"}) {
        CAPTURE(text);
        wire_request request = in_header();
        value_of(request, "Authorization") = text;
        CHECK(request.verified().found == verdict::malformed);
    }
    for (auto const* query : {"X-Amz-Signature", "X-Amz-Signature=1&X-Amz-Signature=1"}) {
        wire_request request;
        request.query = query;
        CHECK(request.verified().found == verdict::malformed);
    }
    wire_request unsorted = in_header();
    replace(value_of(unsorted, "Authorization"), "content-type;host", "host;content-type");
    CHECK(unsorted.verified().found == verdict::malformed);
    // Names in another case would match one header many times.
    wire_request upper = in_header();
    replace(value_of(upper, "Authorization"), ";host;", ";Host;host;");
    CHECK(upper.verified().found == verdict::malformed);
    std::string variants;
    for (unsigned bits = 0; bits < 256; ++bits) { // from "AAAAAAAA" on, so sorted
        for (unsigned i = 0; i < 8; ++i)
            variants += (bits >> (7 - i) & 1) != 0 ? 'a' : 'A';
        variants += ';';
    }
    wire_request many = in_header();
    many.headers.emplace_back("aaaaaaaa", std::string(100, 'v'));
    replace(value_of(many, "Authorization"), "SignedHeaders=", "SignedHeaders=" + variants);
    CHECK(many.verified().found == verdict::malformed);
    wire_request hostless = in_header();
    replace(value_of(hostless, "Authorization"), "host;", "");
    CHECK(hostless.verified().found == verdict::headers_unsigned);
}

TEST_CASE("a session token counts under the header of its kind only") {
    credentials const express("AKIDBOB", "bob's secret", "bob/s+token=", token_kind::s3_express);
    for (auto const& request : {in_header(express), in_query(express)}) {
        CHECK(request.verified().found == verdict::wrong_token); // there bob's is another kind
        CHECK(request
                  .viewed([&](request_view const& r) {
                      return s3_server.verify(
                          r, [&](std::string_view) { return express; }, noon);
                  })
                  .valid());
    }
}

TEST_CASE("a payload constant of the other algorithm is malformed") {
    wire_request request;
    request.hash = streaming_payload;
    request = in_header(alice, s3, request);
    CHECK(request.verified().valid());
    value_of(request, "x-amz-content-sha256") = streaming_payload_v4a;
    CHECK(request.verified().detail == "the payload hash is a constant of the other algorithm");
}
