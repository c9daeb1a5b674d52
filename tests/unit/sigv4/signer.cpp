#include <cairn/sigv4/signer.hpp>

#include <cairn/sigv4/time.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

using namespace cairn::sigv4;

namespace {

// The examples of AWS's page "Authenticating Requests: Using the Authorization Header".
credentials const example("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
auto const example_time = timestamp::parse("20130524T000000Z").value().time();
header const example_host{"Host", "examplebucket.s3.amazonaws.com"};

signer const s3("us-east-1", "s3", preset::s3);

std::string signed_hex(request_view const& request, signer const& s = s3) {
    signature out;
    auto const done = s.sign(example, request, example_time, out);
    return done ? std::string(out.hex()) : done.error().to_string();
}

std::string canonical(request_view const& request, signer const& s = s3) {
    signature out;
    auto const done = s.sign(example, request, example_time, out);
    return done ? std::string(out.canonical_request()) : done.error().to_string();
}

std::string line(std::string const& text, int index) {
    std::size_t at = 0;
    while (index-- > 0)
        at = text.find('\n', at) + 1;
    return text.substr(at, text.find('\n', at) - at);
}

std::string refusal(request_view const& request, signer const& s = s3,
                    credentials const& who = example) {
    signature out;
    auto const done = s.sign(who, request, example_time, out);
    if (done)
        return "accepted";
    CHECK(done.error().code == cairn::errc::invalid_argument);
    CHECK(done.error().effect == cairn::remote_effect::none);
    CHECK(out.authorization().empty());
    CHECK(out.canonical_request().empty());
    CHECK(out.headers().size() == 0);
    return done.error().message;
}

request_view get(std::string_view path, std::string_view query = {}) {
    return {.method = "GET", .path = path, .query = query, .headers = {&example_host, 1}};
}

} // namespace

TEST_CASE("S3's documented example: GET with a range") {
    header const headers[] = {example_host, {"Range", "bytes=0-9"}};
    signature out;
    REQUIRE(s3.sign(example, {"GET", "/test.txt", "", headers}, example_time, out).has_value());
    CHECK(out.authorization() ==
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
          "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature="
          "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    CHECK(out.amz_date() == "20130524T000000Z");
    CHECK(out.scope() == "20130524/us-east-1/s3/aws4_request");
}

TEST_CASE("S3's documented example: PUT of an object") {
    header const headers[] = {example_host,
                              {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                              {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    auto const hash = sha256_hex("Welcome to Amazon S3.");
    CHECK(signed_hex({"PUT", "/test%24file.text", "", headers, hash}) ==
          "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_CASE("S3's documented examples: lifecycle and list") {
    CHECK(signed_hex(get("/", "lifecycle")) ==
          "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    CHECK(signed_hex(get("/", "max-keys=2&prefix=J")) ==
          "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("the result lists exactly what has to be sent besides") {
    credentials const with_token("AKID", "secret", "to/ken+==");
    signature out;
    REQUIRE(s3.sign(with_token, get("/"), example_time, out).has_value());
    std::vector<std::pair<std::string, std::string>> added;
    for (header const& h : out.headers())
        added.emplace_back(h.name, h.value);
    REQUIRE(added.size() == 4);
    CHECK(added[0] == std::pair<std::string, std::string>("x-amz-date", "20130524T000000Z"));
    CHECK(added[1].first == "x-amz-content-sha256");
    CHECK(added[1].second == empty_payload_hash);
    CHECK(added[2] == std::pair<std::string, std::string>("x-amz-security-token", "to/ken+=="));
    CHECK(added[3].first == "Authorization");
    CHECK(added[3].second == out.authorization());
    CHECK(out.signed_headers() == "host;x-amz-content-sha256;x-amz-date;x-amz-security-token");
}

TEST_CASE("signing what was signed gives the same signature") {
    header const stale[] = {example_host,
                            {"X-Amz-Date", "20000101T000000Z"},
                            {"x-amz-content-sha256", unsigned_payload},
                            {"Authorization", "AWS4-HMAC-SHA256 old"}};
    CHECK(signed_hex({"GET", "/", "", stale}) == signed_hex(get("/")));
}

TEST_CASE("headers that change on the way are not signed") {
    header const headers[] = {example_host,
                              {"Expect", "100-continue"},
                              {"User-Agent", "x"},
                              {"Transfer-Encoding", "chunked"},
                              {"Connection", "close"},
                              {"X-Amzn-Trace-Id", "Root=1"}};
    CHECK(signed_hex({"GET", "/", "", headers}) == signed_hex(get("/")));
}

TEST_CASE("an S3 path is signed as it is on the wire, another service's is normalised") {
    signer const generic("us-east-1", "service", preset::generic);
    struct row {
        std::string_view wire, generic;
    };
    for (auto const& [wire, other] :
         {row{"/a//b/../c/./d%20e", "/a/c/d%2520e"}, row{"/", "/"}, row{"//", "/"}, row{"/..", "/"},
          row{"/a/..", "/"}, row{"/a/b/..", "/a"}, row{"/a/b/../", "/a/"}, row{"/../../a", "/a"},
          row{"/a=b@c", "/a%3Db%40c"}, row{"/...", "/..."}}) {
        CAPTURE(wire);
        CHECK(line(canonical(get(wire)), 1) == wire);
        CHECK(line(canonical(get(wire), generic), 1) == other);
    }
}

TEST_CASE("the query is sorted by encoded name, then by value") {
    struct row {
        std::string_view wire, signed_form;
    };
    for (auto const& [wire, expected] :
         {row{"acl", "acl="}, row{"a=", "a="}, row{"b=2&a=1", "a=1&b=2"},
          row{"a=2&a=1&a", "a=&a=1&a=2"}, row{"a-b=1&a=1", "a=1&a-b=1"}, row{"a=b=c", "a=b%3Dc"},
          row{"&&a=1&", "a=1"}, row{"prefix=a/b", "prefix=a%2Fb"}, row{"%7e=%7E", "~=~"},
          row{"a=%2f", "a=%2F"}, row{"a=+", "a=%2B"}, row{"=v", "=v"},
          row{"z=1&%E1=1&A=1", "%E1=1&A=1&z=1"}}) {
        CAPTURE(wire);
        CHECK(line(canonical(get("/", wire)), 2) == expected);
    }
}

TEST_CASE("header names are lower-cased and sorted, values trimmed, equal names joined") {
    header const headers[] = {{"X-B", "  two  words\t here "},
                              {"x-a", "2"},
                              example_host,
                              {"X-A", "1"},
                              {"x-empty", "  "},
                              {"X-Ab", "\"a   b\""}};
    CHECK(canonical({"GET", "/", "", headers}) ==
          "GET\n/\n\nhost:examplebucket.s3.amazonaws.com\nx-a:2,1\nx-ab:\"a b\"\n"
          "x-amz-content-sha256:" +
              std::string(empty_payload_hash) +
              "\nx-amz-date:20130524T000000Z\nx-b:two words here\nx-empty:\n\n"
              "host;x-a;x-ab;x-amz-content-sha256;x-amz-date;x-b;x-empty\n" +
              std::string(empty_payload_hash));
}

TEST_CASE("requests far beyond the usual size are signed too") {
    std::string path = "/";
    for (int i = 0; i < 1024; ++i)
        path += "%C3";
    std::string query;
    std::vector<std::string> names;
    for (int i = 0; i < 300; ++i) {
        names.push_back("x-amz-meta-" + std::to_string(i));
        query += "&k" + std::to_string(299 - i) + "=/";
    }
    std::vector<header> headers{example_host};
    for (auto const& name : names)
        headers.push_back({name, "v"});
    credentials const long_token("AKID", "secret", std::string(5000, 't'));
    signature out;
    signer const generic("us-east-1", "service", preset::generic);
    for (int round = 0; round < 2; ++round) // the second one in memory that is there already
        REQUIRE(
            generic.sign(long_token, {"PUT", path, query, headers}, example_time, out).has_value());
    CHECK(std::count(out.signed_headers().begin(), out.signed_headers().end(), ';') == 302);
    REQUIRE(out.headers().size() == 3);
    CHECK(out.headers().begin()[1].value == long_token.session_token());
    REQUIRE(generic.sign(example, get("/"), example_time, out).has_value());
    CHECK(out.hex() == signed_hex(get("/"), generic));
}

TEST_CASE("a signature keeps its texts when it is moved") {
    signature a;
    REQUIRE(s3.sign(example, get("/"), example_time, a).has_value());
    std::string const authorization(a.authorization());
    signature const b = std::move(a);
    CHECK(b.authorization() == authorization);
}

TEST_CASE("days, credentials and copies of a signer do not get each other's keys") {
    signer const s("us-east-1", "s3", preset::s3);
    std::vector<credentials> many;
    for (int i = 0; i < 12; ++i)
        many.emplace_back("AKID", "secret" + std::to_string(i));
    signature a, b;
    for (int round = 0; round < 3; ++round)
        for (auto const& who : many)
            for (int day = 0; day < 3; ++day) {
                auto const now = example_time + std::chrono::hours(24 * day);
                REQUIRE(s.sign(who, get("/"), now, a).has_value());
                signer const fresh("us-east-1", "s3", preset::s3);
                REQUIRE(fresh.sign(who, get("/"), now, b).has_value());
                REQUIRE(a.hex() == b.hex());
            }
    signer const copy = s;
    REQUIRE(copy.sign(many[0], get("/"), example_time, a).has_value());
    REQUIRE(s.sign(many[0], get("/"), example_time, b).has_value());
    CHECK(a.hex() == b.hex());
}

TEST_CASE("one signer serves many threads, with keys that push each other out") {
    signer const s("us-east-1", "s3", preset::s3);
    std::vector<credentials> many;
    std::vector<std::string> expected;
    for (int i = 0; i < 8; ++i) {
        many.emplace_back("AKID", "secret" + std::to_string(i));
        signature out;
        REQUIRE(signer("us-east-1", "s3", preset::s3)
                    .sign(many.back(), get("/"), example_time, out)
                    .has_value());
        expected.emplace_back(out.hex());
    }
    std::vector<int> wrong(4);
    std::vector<std::thread> threads;
    for (auto& count : wrong)
        threads.emplace_back([&] {
            signature out;
            for (std::size_t i = 0; i < 4000; ++i) {
                std::size_t const k = i * 7 % many.size();
                if (!s.sign(many[k], get("/"), example_time, out) || out.hex() != expected[k])
                    ++count;
            }
        });
    for (auto& t : threads)
        t.join();
    CHECK(wrong == std::vector<int>(4));
}

TEST_CASE("what cannot be signed is refused, and told why") {
    CHECK(refusal(get("")) == "the path does not begin with a slash");
    CHECK(refusal(get("a")) == "the path does not begin with a slash");
    for (auto const* path : {"/a b", "/\xc3\xa4", "/a?b", "/a#b", "/a\n", "/\"", "/a\\b"})
        CHECK(refusal(get(path)) == "the path holds a character that has to be percent-encoded");
    for (auto const* path : {"/%", "/%2", "/%zz"})
        CHECK(refusal(get(path)) == "the path holds a percent sign without two hexadecimal digits");
    signer const generic("us-east-1", "service", preset::generic);
    for (auto const* path : {"/a\n", "/a\tb", "/a?b", "/a#b", "/\x7f"})
        CHECK(refusal(get(path), generic) ==
              "the path holds a character that has to be percent-encoded");
    CHECK(refusal(get("/", "a=%2")) ==
          "the query holds a percent sign without two hexadecimal digits");
    for (auto const* query : {"a\nb", "a#b"})
        CHECK(refusal(get("/", query)) ==
              "the query holds a character that has to be percent-encoded");
    CHECK(refusal({"GET", "/"}) == "the host header is missing");
    for (auto const* method : {"", "GET ", "G\nT"})
        CHECK(refusal({method, "/", "", {&example_host, 1}}) ==
              "the method is empty or no HTTP token");
    for (std::string_view hash : {"", "abc", "unsigned-payload", "STREAMING-"})
        CHECK(refusal({"GET", "/", "", {&example_host, 1}, hash}).find("the payload hash") == 0);
    CHECK(refusal({"GET", "/", "", {&example_host, 1}, std::string(64, 'A')})
              .find("the payload hash") == 0);
}

TEST_CASE("headers, regions and credentials that cannot be signed are refused") {
    for (auto const* name : {"", "a b", "a:b", "a\n", "\xc3\xa4"}) {
        header const headers[] = {example_host, {name, "v"}};
        CHECK(refusal({"GET", "/", "", headers}) ==
              "a header's name is empty or holds a character that no header's name may hold");
    }
    header const nul[] = {example_host, {"a", std::string_view("a\0b", 3)}};
    CHECK(refusal({"GET", "/", "", nul}) == "a header's value holds a control character");
    for (auto const* region : {"", "us east", "us/east", "us\neast"})
        CHECK(refusal(get("/"), signer(region, "s3", preset::s3)).find("the region") == 0);
    CHECK(refusal(get("/"), signer("us-east-1", "", preset::s3)).find("the region") == 0);
    CHECK(refusal(get("/"), s3, credentials()) == "there are no credentials");
    CHECK(refusal(get("/"), s3, credentials("AKID", "")) == "the secret access key is empty");
}

TEST_CASE("a signature that was moved from is empty, and can be signed into again") {
    std::string const path = "/" + std::string(6000, 'p');
    signature first;
    REQUIRE(s3.sign(example, get(path), example_time, first).has_value());
    std::string const hex(first.hex());
    signature second = std::move(first);
    CHECK(second.hex() == hex);
    CHECK(first.hex().empty());
    CHECK(first.headers().size() == 0);
    REQUIRE(s3.sign(example, get(path), example_time, first).has_value());
    CHECK(first.hex() == hex);
    second = std::move(first);
    CHECK(second.canonical_request().find(path) != std::string_view::npos);
    REQUIRE(s3.sign(example, get("/"), example_time, first).has_value());
    second = std::move(first);
    CHECK(second.canonical_request().starts_with("GET\n/\n\n"));
}

TEST_CASE("a constant in place of the payload's hash is always stated in a header") {
    signer const generic("us-east-1", "service", preset::generic);
    request_view request = get("/");
    signature out;
    REQUIRE(generic.sign(example, request, example_time, out).has_value());
    CHECK(out.signed_headers() == "host;x-amz-date");
    request.payload_hash = unsigned_payload;
    REQUIRE(generic.sign(example, request, example_time, out).has_value());
    CHECK(out.signed_headers() == "host;x-amz-content-sha256;x-amz-date");
    CHECK(out.headers().begin()[1].value == unsigned_payload);
}

TEST_CASE("a signer that was moved from signs nothing") {
    signer from("us-east-1", "s3", preset::s3);
    signer const to(std::move(from));
    CHECK(refusal(get("/"), to) == "accepted");
    CHECK(refusal(get("/"), from) != "accepted");
}

TEST_CASE("many headers and parameters are sorted as few are") {
    std::vector<std::string> names;
    std::vector<header> headers{example_host};
    std::string query, sorted_query, sorted_headers = "\n";
    for (int i = 99; i >= 10; --i) {
        names.push_back("x-amz-meta-" + std::to_string(i));
        query += (query.empty() ? "" : "&") + std::to_string(i) + "=" + std::to_string(i);
        sorted_query = std::to_string(i) + "=" + std::to_string(i) +
                       (sorted_query.empty() ? "" : "&") + sorted_query;
        sorted_headers = "\n" + names.back() + ":v" + sorted_headers;
    }
    for (auto const& name : names)
        headers.push_back({name, "v"});
    for (int i = 0; i < 30; ++i) // of one name: in the order in which they stand
        headers.push_back({"b", i % 2 == 0 ? "even" : "odd"});
    std::string const text = canonical({.path = "/", .query = query, .headers = headers});
    CHECK(line(text, 2) == sorted_query);
    CHECK(text.find(sorted_headers) != std::string::npos);
    CHECK(line(text, 3).starts_with("b:even,odd,even,odd,"));
}
