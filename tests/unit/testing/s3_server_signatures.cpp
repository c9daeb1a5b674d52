// Presigned queries, bodies in chunks and V4A: each is accepted, and refused, with nothing stored,
// when one byte of it is changed.
#include "signed_calls.hpp"
#include "support/catch.hpp"
#include "support/long_tests.hpp"

#include <cstdio>
#include <string>
#include <vector>

using namespace cairn::testing;
using namespace client_for_tests;
using namespace std::chrono_literals;

namespace {

constexpr char const* text = "twenty bytes of text";
constexpr char const* text_sha256 = "mTrc1oCAps1lOfTLGz1T0X9y3VDNdmMd/JalDGIXGEw=";

std::vector<chunking> every_chunking() {
    std::vector<sigv4::header> const trailers = {{"x-amz-checksum-sha256", text_sha256},
                                                 {"x-amz-checksum-crc32c", "AAAAAA=="}};
    std::vector<chunking> all;
    for (auto const a : {algorithm::v4, algorithm::v4a}) {
        all.push_back({payload_kind::signed_chunks, a});
        all.push_back({payload_kind::signed_chunks_trailer, a, trailers});
        all.push_back({payload_kind::unsigned_chunks_trailer, a, trailers});
    }
    return all;
}

} // namespace

TEST_CASE("presigned queries are taken for every operation") {
    for (auto const a : {algorithm::v4, algorithm::v4a}) {
        s3_server const server(with_bucket());
        auto const status = [&](char const* method, char const* target, char const* body = "") {
            return send(server, presigned({method, target, {}, body}, {}, a)).status;
        };
        CHECK(status("PUT", "/new-bucket") == 200);
        CHECK(status("GET", "/bkt?location") == 200);
        CHECK(status("PUT", "/bkt/a%20b", "hello") == 200);
        CHECK(server.object("bkt", "a b").value().bytes == "hello");
        CHECK(status("HEAD", "/bkt/a%20b") == 200);
        CHECK(send(server, presigned({"GET", "/bkt/a%20b", {{"Range", "bytes=1-2"}}, ""}, {}, a))
                  .body == "el");
        CHECK(send(server, presigned({"GET", "/bkt?list-type=2&prefix=a%20", {}, ""}, {}, a))
                  .body.find("<Key>a b</Key>") != std::string::npos);
        CHECK(status("DELETE", "/bkt/a%20b") == 204);
        CHECK(status("DELETE", "/bkt") == 204);
        auto hashed = presigned({"PUT", "/new-bucket/k", {}, "x"}, {}, a);
        hashed.headers.emplace_back("x-amz-content-sha256", cairn::sha256_hex("y"));
        CHECK(send(server, hashed).code() == "XAmzContentSHA256Mismatch");
        CHECK(server.keys("new-bucket").empty());
    }
}

TEST_CASE("a presigned query with one byte changed is refused") {
    s3_server const server(with_bucket());
    for (auto const a : {algorithm::v4, algorithm::v4a}) {
        auto const right = presigned({"PUT", "/bkt/k", {}, "hello"}, {}, a);
        for (std::size_t i = 1; i < right.target.size(); i += support::full_or_brief(1u, 3u)) {
            auto wrong = right;
            wrong.target[i] ^= 1;
            CAPTURE(wrong.target);
            auto const got = send(server, wrong);
            CHECK((got.status == 400 || got.status == 403));
        }
        auto const code = [&](std::string const& after) {
            auto wrong = right;
            wrong.target[wrong.target.find(after) + after.size()] ^= 1;
            return send(server, wrong).code();
        };
        CHECK(code("/bkt/") == "SignatureDoesNotMatch");
        CHECK(code("X-Amz-Signature=") == "SignatureDoesNotMatch");
        CHECK(code("X-Amz-Expires=") == "SignatureDoesNotMatch");
        CHECK(code("X-Amz-Credential=") == "InvalidAccessKeyId");
        CHECK(code("X-Amz-Algorithm=") == "AuthorizationQueryParametersError");
        CHECK(code("X-Amz-SignedHeaders=") == "AccessDenied"); // the host is not signed then
    }
    CHECK(server.counters().applied == 0);
}

TEST_CASE("a presigned query expires, and needs the token of its credentials") {
    auto config = with_bucket();
    config.session_token = "the+token/=";
    s3_server const server(config);
    identity who;
    auto const ask = [&] { return send(server, presigned({"PUT", "/bkt/k", {}, "x"}, who)); };
    CHECK(ask().code() == "InvalidAccessKeyId");
    who.token = "other";
    CHECK(ask().code() == "InvalidToken");
    who.token = *config.session_token;
    who.time -= 20min;
    auto const late = ask();
    CHECK(late.code() == "AccessDenied");
    CHECK(late.body.find("<Message>Request has expired</Message><X-Amz-Expires>600<") !=
          std::string::npos);
    who.time += 40min;
    CHECK(ask().body.find("Request is not valid yet") != std::string::npos);
    CHECK(server.counters().applied == 0);
    who.time -= 20min;
    CHECK(ask().status == 200);
}

TEST_CASE("bodies in chunks are stored as what they hold") {
    for (auto const& how : every_chunking()) {
        CAPTURE(payload_constant(how.kind, how.signed_with));
        s3_server const server(with_bucket());
        auto const put = send(server, chunked({"PUT", "/bkt/k", {}, text}, how));
        CHECK(put.status == 200);
        auto const stored = server.object("bkt", "k");
        REQUIRE(stored);
        CHECK(stored->bytes == text);
        CHECK(put.header("etag") == stored->etag);
        auto const got = send(server, signed_call({"GET", "/bkt/k", {}, ""}, {}));
        CHECK(got.body == text);
        CHECK(got.header("content-encoding").empty());
        auto no_checksum = how;
        no_checksum.trailers.clear();
        CHECK(send(server, chunked({"PUT", "/bkt/empty", {}, ""}, no_checksum)).status == 200);
        CHECK(server.object("bkt", "empty").value().bytes.empty());
        no_checksum.chunk = 8192;
        std::string const large(20'000, 'x');
        CHECK(send(server, chunked({"PUT", "/bkt/large", {}, large}, no_checksum)).status == 200);
        CHECK(server.object("bkt", "large").value().bytes == large);
    }
}

TEST_CASE("a body in chunks with one byte changed is refused") {
    s3_server const server(with_bucket());
    for (auto const& how : every_chunking()) {
        CAPTURE(payload_constant(how.kind, how.signed_with));
        auto const right = chunked({"PUT", "/bkt/k", {}, text}, how);
        bool const checked = has_chunk_signatures(how.kind);
        for (std::size_t i = 0; i < right.body.size(); i += support::full_or_brief(1u, 5u)) {
            auto wrong = right;
            wrong.body[i] ^= 1;
            // The checksum of another kind than SHA-256 is nobody's business, unless it is signed.
            auto const crc = right.body.find("AAAAAA==");
            if (!checked && i >= crc && i < crc + 8)
                continue;
            CAPTURE(wrong.body);
            auto const got = send(server, wrong);
            CHECK((got.status == 400 || got.status == 403));
        }
        auto const code = [&](std::string const& part) {
            auto wrong = right;
            wrong.body[wrong.body.find(part)] ^= 1;
            return send(server, wrong).code();
        };
        CHECK(code("twenty") == (checked ? "SignatureDoesNotMatch" : "BadDigest"));
        CHECK(code("8") == "IncompleteBody");
        if (checked)
            CHECK(code("text") == "SignatureDoesNotMatch");
        if (!how.trailers.empty())
            CHECK(code("x-amz-checksum-crc32c") ==
                  (checked ? "SignatureDoesNotMatch" : "MalformedTrailerError"));
    }
    CHECK(server.counters().applied == 0);
}

TEST_CASE("chunks that do not fit their head are refused") {
    s3_server const server(with_bucket());
    chunking const how{payload_kind::signed_chunks, algorithm::v4};
    auto const right = chunked({"PUT", "/bkt/k", {}, text}, how);
    auto const code = [&](auto&& change) {
        auto wrong = right;
        change(wrong);
        return send(server, wrong).code();
    };
    CHECK(code([](call& c) { c.body.resize(c.body.size() - 2); }) == "IncompleteBody");
    CHECK(code([](call& c) { c.body.clear(); }) == "IncompleteBody");
    CHECK(code([](call& c) { c.body += "x"; }) == "IncompleteBody");
    auto const first = right.body.substr(0, right.body.find("twenty b\r\n") + 10);
    CHECK(code([&](call& c) { c.body.insert(0, first); }) == "SignatureDoesNotMatch");
    CHECK(code([](call& c) { c.headers.emplace_back("x-amz-trailer", "x-amz-checksum-sha1"); }) ==
          "AccessDenied"); // it is not signed
    chunking const trailing{
        payload_kind::unsigned_chunks_trailer, algorithm::v4, {{"x-amz-checksum-sha256", "AAAA"}}};
    CHECK(send(server, chunked({"PUT", "/bkt/k", {}, text}, trailing)).code() == "BadDigest");

    call announced{"PUT", "/bkt/k", {{"x-amz-trailer", "x-amz-checksum-sha1"}}, text};
    CHECK(send(server, chunked(announced, how)).code() == "MalformedTrailerError");
    CHECK(code([](call& c) {
              for (auto& [name, value] : c.headers)
                  if (name == "x-amz-content-sha256")
                      value = sigv4::streaming_payload_v4a;
          }) == "AuthorizationHeaderMalformed"); // which is signed with V4
    identity unannounced;
    unannounced.payload = sigv4::streaming_payload;
    CHECK(send(server, signed_call({"PUT", "/bkt/k", {}, ""}, unannounced)).code() ==
          "MissingContentLength");
    CHECK(server.counters().applied == 0);
}

TEST_CASE("a body in S3's chunks may come in HTTP's besides, another may not") {
    s3_server const server(with_bucket());
    chunking const how{payload_kind::unsigned_chunks_trailer, algorithm::v4};
    auto const ask = [&server](call c) {
        c.headers.emplace_back("Transfer-Encoding", "chunked");
        auto const half = c.body.size() / 2;
        std::string wire;
        for (auto const& piece : {c.body.substr(0, half), c.body.substr(half), std::string()}) {
            char size[32];
            std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
            wire += size + piece + "\r\n";
        }
        c.body = wire;
        return connection(server.port()).exchange(c).value();
    };
    CHECK(ask(chunked({"PUT", "/bkt/k", {}, text}, how)).status == 200);
    CHECK(server.object("bkt", "k").value().bytes == text);
    CHECK(ask(presigned({"PUT", "/bkt/k", {}, text})).code() == "NotImplemented");
    auto unannounced = chunked({"PUT", "/bkt/k", {}, text}, how);
    std::erase_if(unannounced.headers,
                  [](auto const& h) { return h.first == "x-amz-decoded-content-length"; });
    CHECK(ask(unannounced).code() == "NotImplemented");
}

TEST_CASE("an object in chunks may be as large as one that comes whole") {
    auto config = with_bucket();
    config.max_object_size = 20;
    s3_server const server(config);
    chunking const how{payload_kind::signed_chunks, algorithm::v4};
    CHECK(send(server, chunked({"PUT", "/bkt/k", {}, text}, how)).status == 200);
    CHECK(send(server, chunked({"PUT", "/bkt/k", {}, std::string(21, 'x')}, how)).code() ==
          "EntityTooLarge");
}

TEST_CASE("a request signed with V4A is for the regions of its set") {
    auto config = with_bucket();
    config.region = "eu-west-1";
    s3_server const server(config);
    chunking const how{payload_kind::signed_chunks, algorithm::v4a};
    identity who;
    auto const put = [&](char const* region_set) {
        who.region = region_set;
        return send(server, chunked({"PUT", "/bkt/k", {}, text}, how, who));
    };
    CHECK(put("*").status == 200);
    CHECK(put("us-east-1,eu-*").status == 200);
    CHECK(put("eu-west-1").status == 200);
    auto const no = put("us-east-1,eu-west-2");
    CHECK(no.code() == "AuthorizationHeaderMalformed");
    CHECK(no.header("x-amz-bucket-region") == "eu-west-1");
    CHECK(send(server, presigned({"GET", "/bkt/k", {}, ""}, who, algorithm::v4a)).code() ==
          "AuthorizationQueryParametersError");
    CHECK(server.counters().applied == 3);

    config.wrong_region = wrong_region_answer::accepted;
    s3_server const anywhere(config);
    CHECK(send(anywhere, chunked({"PUT", "/bkt/k", {}, text}, how, who)).status == 200);
    who.region = "mars-1";
    CHECK(send(anywhere, presigned({"GET", "/bkt/k", {}, ""}, who)).status == 200);
}
