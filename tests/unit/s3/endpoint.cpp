#include "support/results.hpp"

#include <cairn/s3/client.hpp>
#include <cairn/s3/detail/endpoint.hpp>
#include <cairn/s3/detail/operations.hpp>

using namespace cairn;
using namespace cairn::s3;
using namespace cairn::s3::detail;

namespace {

request get(std::string_view bucket, std::string_view key) {
    return request(method::get, bucket, key, repeatability::safe);
}

address resolved(std::string_view endpoint, addressing_style style, request const& r,
                 std::string_view region = "us-east-1") {
    auto const resolver = endpoint_resolver::make(endpoint, style);
    REQUIRE(resolver);
    return resolver->resolve(r, region);
}

std::string path_of(std::string_view key) {
    return resolved("http://host", addressing_style::path, get("b", key)).path;
}

} // namespace

TEST_CASE("endpoint: what is accepted") {
    struct row {
        char const* text;
        bool tls;
        char const* host;
        unsigned port;
    };
    row const rows[] = {
        {"https://example.com", true, "example.com", 443},
        {"http://example.com", false, "example.com", 80},
        {"HTTPS://Example.COM/", true, "Example.COM", 443},
        {"http://127.0.0.1:9000", false, "127.0.0.1", 9000},
        {"http://localhost:65535/", false, "localhost", 65535},
        {"https://[::1]:8443", true, "::1", 8443},
        {"https://[2001:db8::1]", true, "2001:db8::1", 443},
        {"http://a_b-c.d:1", false, "a_b-c.d", 1},
    };
    for (row const& r : rows) {
        CAPTURE(r.text);
        auto const o = parse_endpoint(r.text);
        REQUIRE(o);
        CHECK(o->tls == r.tls);
        CHECK(o->host == r.host);
        CHECK(o->port == r.port);
    }
}

TEST_CASE("endpoint: what is refused, and the reason given") {
    std::pair<char const*, char const*> const rows[] = {
        {"example.com", "the scheme is missing"},
        {"ftp://example.com", "the scheme is missing"},
        {"https://", "the host is missing"},
        {"https:///", "the host is missing"},
        {"https://:80", "the host is missing"},
        {"https://[]", "the host is missing"},
        {"https://host:", "the port is not a number"},
        {"https://host:0", "the port is not a number"},
        {"https://host:65536", "the port is not a number"},
        {"https://host:99999999999999999999999", "the port is not a number"},
        {"https://host:8o", "the port is not a number"},
        {"https://host:-1", "the port is not a number"},
        {"https://host:+1", "the port is not a number"},
        {"https://[::1", "the bracket is not closed"},
        {"https://[::1]80", "the port is not a number"},
        {"https://[host]:80", "not an IPv6 address"},
        {"https://[::1\r\nX: y]", "not an IPv6 address"},
        {"https://host/path", "a character that cannot stand there"},
        {"https://user:secret@host", "the port is not a number"},
        {"https://user@host", "a character that cannot stand there"},
        {"https://ho st", "a character that cannot stand there"},
        {"https://host\r\nX: y", "a character that cannot stand there"},
        {"https://host?x", "a character that cannot stand there"},
    };
    for (auto const& [text, why] : rows) {
        CAPTURE(text);
        auto const o = parse_endpoint(text);
        REQUIRE_FALSE(o);
        CHECK(o.error().code == errc::invalid_argument);
        CHECK(o.error().message.find(why) != std::string::npos);
        CHECK(o.error().message.find("expected http[s]://host[:port]") != std::string::npos);
        CHECK(o.error().message.find('\n') == std::string::npos);
        CHECK(o.error().message.find("secret") == std::string::npos);
    }
    CHECK_FALSE(endpoint_resolver::make("nonsense", addressing_style::automatic));
}

TEST_CASE("endpoint: AWS hosts follow the region and its partition") {
    auto const at = [](char const* region) {
        return resolved("", addressing_style::automatic, get("bucket", "key"), region);
    };
    CHECK(at("us-east-1").host == "bucket.s3.us-east-1.amazonaws.com");
    CHECK(at("eu-central-1").host == "bucket.s3.eu-central-1.amazonaws.com");
    CHECK(at("cn-north-1").host == "bucket.s3.cn-north-1.amazonaws.com.cn");
    CHECK(at("us-gov-west-1").host == "bucket.s3.us-gov-west-1.amazonaws.com");
    CHECK(at("us-east-1").origin == origin{true, "bucket.s3.us-east-1.amazonaws.com", 443});
    CHECK(at("us-east-1").path == "/key");
    CHECK(endpoint_resolver::make("", addressing_style::automatic)->is_aws());
}

TEST_CASE("endpoint: the bucket goes into the host only where its name allows it") {
    using enum addressing_style;
    CHECK(resolved("", automatic, get("dotted.bucket", "k")).path == "/dotted.bucket/k");
    CHECK(resolved("", automatic, get("Upper", "k")).path == "/Upper/k");
    CHECK(resolved("", automatic, get("ab", "k")).path == "/ab/k");
    CHECK(resolved("", path, get("bucket", "k")).host == "s3.us-east-1.amazonaws.com");
    CHECK(resolved("", path, get("bucket", "k")).path == "/bucket/k");
    CHECK(resolved("http://h:81", automatic, get("bucket", "k")).path == "/bucket/k");
    auto const hosted = resolved("http://s3.localhost:81", virtual_hosted, get("bucket", "k"));
    CHECK(hosted.host == "bucket.s3.localhost:81");
    CHECK(hosted.origin.host == "bucket.s3.localhost");
    CHECK(hosted.origin.port == 81);
    CHECK(hosted.path == "/k");
    // Requests of the service and of the bucket.
    CHECK(resolved("http://h", path, get("", "")).path == "/");
    CHECK(resolved("http://h", path, get("bucket", "")).path == "/bucket");
    CHECK(resolved("http://h", virtual_hosted, get("bucket", "")).path == "/");
    CHECK(resolved("http://h", virtual_hosted, get("", "")).host == "h");
}

TEST_CASE("endpoint: no bucket stands before an address") {
    for (char const* address : {"http://127.0.0.1:81", "https://[::1]"}) {
        auto const hosted = endpoint_resolver::make(address, addressing_style::virtual_hosted);
        REQUIRE(hosted.has_error());
        CHECK(hosted.error().code == errc::invalid_argument);
        CHECK(hosted.error().message.find("address") != std::string::npos);
        CHECK(endpoint_resolver::make(address, addressing_style::automatic));
        s3::client_config config;
        config.endpoint = address;
        CHECK(s3::check(config));
        config.addressing = addressing_style::virtual_hosted;
        CHECK(s3::check(config).error().message == hosted.error().message);
    }
}

TEST_CASE("endpoint: names that can stand in a host") {
    for (char const* name : {"abc", "a-b", "0aa",
                             "bucket-with-63-characters-0123456789012345678901"
                             "23456789012345"})
        CHECK(is_virtual_hostable(name, true));
    for (char const* name :
         {"", "ab", "Abc", "-ab", "ab-", "a_b", "a b", "a.b", ".ab", "ab.", "a/b", "caf\xc3\xa9",
          "0123456789012345678901234567890123456789012345678901234567890123"})
        CHECK_FALSE(is_virtual_hostable(name, true));
    CHECK(is_virtual_hostable("a.b", false));
    CHECK_FALSE(is_virtual_hostable("a..b", false));
    CHECK_FALSE(is_virtual_hostable(".ab", false));
}

TEST_CASE("endpoint: the Host header has the port unless it is the scheme's own, and brackets") {
    auto const host = [](char const* endpoint) {
        return resolved(endpoint, addressing_style::path, get("b", "k")).host;
    };
    CHECK(host("https://h") == "h");
    CHECK(host("https://h:443") == "h");
    CHECK(host("https://h:80") == "h:80");
    CHECK(host("http://h:80") == "h");
    CHECK(host("http://h:443") == "h:443");
    CHECK(host("http://[::1]:9000") == "[::1]:9000");
    CHECK(host("http://[::1]") == "[::1]");
}

TEST_CASE("endpoint: keys are encoded once and never normalised") {
    std::pair<char const*, char const*> const rows[] = {
        {"plain.json", "/b/plain.json"},
        {"a/b", "/b/a/b"},
        {"a b", "/b/a%20b"},
        {"a+b", "/b/a%2Bb"},
        {"a=b", "/b/a%3Db"},
        {"a@b", "/b/a%40b"},
        {"a%20b", "/b/a%2520b"},
        {"a//b", "/b/a//b"},
        {"/a", "/b//a"},
        {"a/", "/b/a/"},
        {".", "/b/."},
        {"a/../b/./c", "/b/a/../b/./c"},
        {"?x#y", "/b/%3Fx%23y"},
        {"&:;,$!*'()", "/b/%26%3A%3B%2C%24%21%2A%27%28%29"},
        {"~-_.", "/b/~-_."},
        {"caf\xc3\xa9/\xe6\x97\xa5", "/b/caf%C3%A9/%E6%97%A5"},
        {"a\nb\r\x7f", "/b/a%0Ab%0D%7F"},
        {"\xf0\x9f\x98\x80", "/b/%F0%9F%98%80"},
    };
    for (auto const& [key, path] : rows) {
        CAPTURE(key);
        CHECK(path_of(key) == path);
    }
    CHECK(path_of(std::string_view("a\0b", 3)) == "/b/a%00b");
}

TEST_CASE("endpoint: query parameters are encoded, '/' too, and keep their order") {
    request r = get("b", "");
    r.query = {{"prefix", "a/b c+d"}, {"acl", ""}, {"list-type", "2"}};
    CHECK(resolved("http://h", addressing_style::path, r).query ==
          "prefix=a%2Fb%20c%2Bd&acl=&list-type=2");
}

TEST_CASE("endpoint: requests that would not survive the way to the wire are refused") {
    auto const message = [](request const& r) {
        auto const v = validate(r);
        REQUIRE_FALSE(v);
        CHECK(v.error().code == errc::invalid_argument);
        CHECK(v.error().effect == remote_effect::none);
        return v.error().message;
    };
    CHECK(validate(get("bucket", "key")));
    CHECK(validate(get("", "")));
    CHECK(validate(get("bucket", std::string(1024, 'k'))));
    CHECK(message(get("bucket", std::string(1025, 'k'))) == "the key is longer than 1024 bytes");
    CHECK(message(get("", "key")) == "the bucket's name is empty");
    CHECK(message(get("a/b", "key")) ==
          "the bucket's name has a character that cannot stand there");
    CHECK(message(get("a\r\nb", "key")) ==
          "the bucket's name has a character that cannot stand there");
    request r = get("bucket", "key");
    r.headers = {{"x-amz-meta-a", "fine\tnot"}};
    CHECK(message(r) == "header \"x-amz-meta-a\": the value has a control character");
    r.headers = {{"x-amz-meta-a", "fine\r\nX-Evil: 1"}};
    CHECK(message(r) == "header \"x-amz-meta-a\": the value has a control character");
    for (char const* name : {"", "a b", "a:b", "a\r\nb", "\xc3\xa9", "a(b"}) {
        CAPTURE(name);
        r.headers = {{name, "v"}};
        CHECK(message(r).find("not a header's name") != std::string::npos);
    }
}

TEST_CASE("endpoint: headers that the client itself sends cannot be given") {
    for (char const* name : {"host", "Host", "Content-Length", "transfer-encoding", "connection",
                             "X-Amz-Date", "x-amz-content-sha256", "authorization",
                             "x-amz-security-token", "expect", "user-agent"}) {
        CAPTURE(name);
        request r = get("bucket", "key");
        r.headers = {{name, "v"}};
        auto const v = validate(r);
        REQUIRE_FALSE(v);
        CHECK(v.error().message.find("the client sends it itself") != std::string::npos);
    }
}

TEST_CASE("endpoint: an object's operation with an empty key is not one of its bucket") {
    // Deleting "" would otherwise delete the bucket, and putting it would create one.
    CHECK_FALSE(validate(make_request(delete_object_request{.bucket = "b"})));
    CHECK_FALSE(validate(make_request(put_object_request{.bucket = "b"}, {})));
    CHECK_FALSE(validate(make_request(get_object_request{.bucket = "b"})));
    CHECK_FALSE(validate(make_request(head_object_request{.bucket = "b"})));
    CHECK(validate(make_request(get_object_request{.bucket = "b"})).error().message ==
          "the key is empty");
    CHECK(validate(make_request(list_objects_request{.bucket = "b"})));
    CHECK(validate(make_request(head_bucket_request{.bucket = "b"})));
    // And a bucket's operation without a bucket is not one of the service.
    CHECK_FALSE(validate(make_request(list_objects_request{})));
    CHECK_FALSE(validate(make_request(head_bucket_request{})));
    CHECK_FALSE(validate(make_request(create_bucket_request{})));
    CHECK_FALSE(validate(make_request(get_object_request{})));
}
