#include "support/results.hpp"

#include <cairn/s3/detail/operations.hpp>
#include <cairn/s3/detail/request_head.hpp>
#include <cairn/testing/request_verifier.hpp>

using namespace cairn;
using namespace cairn::s3;
using namespace cairn::s3::detail;

namespace {

constexpr char secret[] = "a-secret-that-must-not-show";

auto const now = std::chrono::system_clock::from_time_t(1'700'000'000);

struct maker {
    sigv4::credentials credentials{"key-id", secret, "the-token"};
    sigv4::signer signer{"eu-west-3", "s3", sigv4::preset::s3};
    sigv4::signature scratch;
    std::string user_agent = "cairn/test";

    result<std::string> operator()(request const& r, std::string_view endpoint = "http://h:81") {
        auto const where =
            endpoint_resolver::make(endpoint, addressing_style::path)->resolve(r, "eu-west-3");
        return make_request_head(r, where, hash_payload(r.body), user_agent, credentials, signer,
                                 now, scratch);
    }
};

/// Takes a head apart again, strictly.
testing::request_head parsed(std::string_view text) {
    testing::request_head head;
    auto const line = [&text] {
        auto const end = text.find("\r\n");
        REQUIRE(end != std::string_view::npos);
        std::string one(text.substr(0, end));
        text.remove_prefix(end + 2);
        return one;
    };
    std::string const first = line();
    auto const a = first.find(' '), b = first.rfind(' ');
    head.method = first.substr(0, a);
    head.target = first.substr(a + 1, b - a - 1);
    CHECK(first.substr(b) == " HTTP/1.1");
    for (std::string one = line(); !one.empty(); one = line()) {
        auto const colon = one.find(": ");
        REQUIRE(colon != std::string::npos);
        head.headers.emplace_back(one.substr(0, colon), one.substr(colon + 2));
    }
    CHECK(text.empty());
    return head;
}

testing::request_verifier verifier() {
    testing::verifier_config c;
    c.access_key_id = "key-id";
    c.secret_access_key = secret;
    c.session_token = "the-token";
    c.region = "eu-west-3";
    return testing::request_verifier(c);
}

} // namespace

TEST_CASE("request_head: what is signed is what is sent, whatever the key") {
    for (std::string const key :
         {"plain", "a b", "a+b", "a=b@c", "a//b", "a/../b", "./x", "%41", "?q#f", "~",
          "caf\xc3\xa9", "\xf0\x9f\x98\x80", "a\nb", "*'()!", "/", "a/"}) {
        CAPTURE(key);
        maker make;
        request r(method::get, "bucket", key, repeatability::safe);
        r.query = {{"versionId", "a/b+c d"}, {"acl", ""}, {"Z", "1"}, {"a", "2"}};
        r.headers = {{"range", "bytes=0-1"}, {"x-amz-meta-X", "  two  spaces "}};
        auto const head = make(r);
        REQUIRE(head);
        CHECK_FALSE(verifier().verify(parsed(*head), now));
    }
}

TEST_CASE("request_head: the body's hash and length") {
    maker make;
    std::string const a = "hello ", b = "world";
    request const put =
        make_request(put_object_request{.bucket = "b", .key = "k", .if_none_match = "*"},
                     {boost::asio::buffer(a), boost::asio::buffer(b)});
    auto const head = make(put);
    REQUIRE(head);
    auto const p = parsed(*head);
    CHECK(p.method == "PUT");
    CHECK(p.target == "/b/k");
    CHECK(p.header("content-length") == "11");
    CHECK(p.header("host") == "h:81");
    CHECK(p.header("user-agent") == "cairn/test");
    CHECK(p.header("x-amz-security-token") == "the-token");
    CHECK_FALSE(verifier().verify(p, now));
    CHECK_FALSE(verifier().verify_body(p, a + b));
    CHECK(verifier().verify_body(p, "other"));
    CHECK(parsed(*make(make_request(put_object_request{.bucket = "b", .key = "k"}, {})))
              .header("content-length") == "0");
    CHECK_FALSE(parsed(*make(make_request(get_object_request{.bucket = "b", .key = "k"})))
                    .header("content-length"));
    CHECK(hash_payload({}) == hash_payload({boost::asio::const_buffer()}));
}

TEST_CASE("request_head: each method has its name") {
    std::pair<method, char const*> const rows[] = {{method::get, "GET"},
                                                   {method::head, "HEAD"},
                                                   {method::put, "PUT"},
                                                   {method::post, "POST"},
                                                   {method::delete_, "DELETE"}};
    for (auto const& [m, name] : rows) {
        maker make;
        CHECK(parsed(*make(request(m, "b", "k", repeatability::safe))).method == name);
    }
}

TEST_CASE("request_head: text that would end a line is refused, not sent") {
    for (std::string const bad : {"x\r\nX-Evil: 1", "x\ny"}) {
        CAPTURE(bad);
        maker make;
        make.user_agent = bad;
        auto const head = make(make_request(get_object_request{.bucket = "b", .key = "k"}));
        REQUIRE_FALSE(head);
        CHECK(head.error().code == errc::invalid_argument);
        CHECK(head.error().message.find("user_agent") != std::string::npos);

        maker fields;
        request r(method::get, "b", "k", repeatability::safe);
        r.headers = {{"x-amz-meta-a", bad}};
        CHECK_FALSE(fields(r));

        maker token;
        token.credentials = sigv4::credentials("key-id", secret, bad);
        auto const refused = token(make_request(get_object_request{.bucket = "b", .key = "k"}));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find(secret) == std::string::npos);
        CHECK(refused.error().message.find("Evil") == std::string::npos);
    }
}

TEST_CASE("request_head: without credentials nothing is signed") {
    maker make;
    make.credentials = {};
    auto const head = make(make_request(get_object_request{.bucket = "b", .key = "k"}));
    REQUIRE_FALSE(head);
    CHECK(head.error().code == errc::invalid_argument);
    CHECK(head.error().effect == remote_effect::none);
}
