// Bodies in chunks: AWS's documented examples, framing, and what a decoder refuses.

#include <cairn/sigv4.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace cairn::sigv4;
using cairn::errc;

namespace {

// The examples of AWS's pages on chunked uploads, without and with trailing headers.
credentials const example("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
auto const example_time = timestamp::parse("20130524T000000Z").value().time();
signer const s3("us-east-1", "s3", preset::s3);
signer_v4a const s3_anywhere("*", "s3", preset::s3);
verifier const server("us-east-1", "s3", preset::s3);
std::string const example_body(66560, 'a');
header const crc[] = {{"x-amz-checksum-crc32c", "sOO8/Q=="}};

std::vector<header> example_headers(bool trailer) {
    std::vector<header> all = {{"Host", "s3.amazonaws.com"},
                               {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                               {"Content-Encoding", "aws-chunked"},
                               {"x-amz-decoded-content-length", "66560"}};
    if (trailer)
        all.push_back({"x-amz-trailer", "x-amz-checksum-crc32c"});
    else
        all.push_back({"Content-Length", "66824"});
    return all;
}

struct upload {
    payload_kind kind = payload_kind::signed_chunks;
    algorithm with = algorithm::v4;
    std::string body = example_body;
    std::size_t chunk_size = 64 * 1024;
    std::vector<header> trailers = {};
};

struct encoded_upload {
    std::string wire;
    std::vector<std::string> signatures; // of the chunks, and of the trailers
    signature seed;
    std::vector<header> headers; // views into `seed`, and constants
    std::string length;
};

std::unique_ptr<encoded_upload> encode(upload const& u) {
    auto result = std::make_unique<encoded_upload>();
    auto& r = *result;
    r.length = std::to_string(u.body.size());
    r.headers = {{"Host", "s3.amazonaws.com"}, {"x-amz-decoded-content-length", r.length}};
    request_view request{"PUT", "/examplebucket/chunkObject.txt", "", r.headers,
                         payload_constant(u.kind, u.with)};
    if (u.with == algorithm::v4)
        REQUIRE(s3.sign(example, request, example_time, r.seed).has_value());
    else
        REQUIRE(s3_anywhere.sign(example, request, example_time, r.seed).has_value());
    for (header const& h : r.seed.headers())
        r.headers.push_back(h);
    chunk_encoder encoder;
    if (has_chunk_signatures(u.kind))
        encoder = chunk_encoder(u.kind, u.with == algorithm::v4
                                            ? s3.chunks(example, r.seed).value()
                                            : s3_anywhere.chunks(example, r.seed).value());
    for (std::size_t at = 0; at < u.body.size(); at += u.chunk_size) {
        auto const piece = std::string_view(u.body).substr(at, u.chunk_size);
        r.wire += encoder.begin_chunk(piece).value();
        r.signatures.emplace_back(encoder.signature());
        r.wire += piece;
    }
    auto const end = encoder.finish(u.trailers).value();
    if (auto const last = end.find("chunk-signature="); last != end.npos)
        r.signatures.emplace_back(
            end.substr(last + 16, end.find_first_of("\r*", last) - last - 16));
    if (u.kind == payload_kind::signed_chunks_trailer)
        r.signatures.emplace_back(encoder.signature());
    r.wire += end;
    return result;
}

struct decoded {
    std::string body, problem;
    std::vector<std::pair<std::string, std::string>> trailers;
};

decoded drain(chunk_decoder decoder, std::string_view wire, std::size_t piece) {
    decoded all;
    while (!wire.empty() && !decoder.done()) {
        std::string_view some = wire.substr(0, piece);
        std::size_t const before = some.size();
        auto const data = decoder.read(some);
        if (!data) {
            all.problem = data.error().message;
            std::string_view more = "0\r\n";
            CHECK(decoder.read(more).error().message == all.problem);
            return all;
        }
        REQUIRE(some.size() < before);
        all.body += *data;
        wire.remove_prefix(before - some.size());
    }
    if (!decoder.done())
        all.problem = "not done";
    else if (!wire.empty())
        all.problem = "something follows";
    CHECK(decoder.size() == all.body.size());
    all.trailers = decoder.trailers();
    return all;
}

// As a server reads it: the request first, then its body in pieces.
decoded decode(encoded_upload const& u, std::string_view wire, std::size_t piece = 1 << 20) {
    request_view const request{"PUT", "/examplebucket/chunkObject.txt", "", u.headers};
    auto const found = server.verify(
        request, [](std::string_view) { return example; }, example_time);
    REQUIRE(found.detail == "");
    return drain(server.chunks(request, found), wire, piece);
}

} // namespace

TEST_CASE("S3's documented example: an upload in chunks of 64 KiB") {
    signature seed;
    auto const headers = example_headers(false);
    REQUIRE(s3.sign(example,
                    {"PUT", "/examplebucket/chunkObject.txt", "", headers, streaming_payload},
                    example_time, seed)
                .has_value());
    CHECK(seed.hex() == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    chunk_chain chain = s3.chunks(example, seed).value();
    CHECK(chain.sign(sha256_of(std::string(65536, 'a'))) ==
          "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
    CHECK(chain.sign(sha256_of(std::string(1024, 'a'))) ==
          "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
    CHECK(chain.string_to_sign() ==
          "AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
          "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\n"
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
          "2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a");
    CHECK(chain.sign(sha256_of("")) ==
          "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    // What AWS's own signer gives for trailers behind these chunks.
    header const three[] = {{"Second", " 2nd"}, {"third", "3rd"}, {"first", "1st "}};
    CHECK(chain.sign_trailers(three).value() ==
          "df5735bd9f3295cd9386572292562fefc93ba94e80a0a1ddcbd652c4e0a75e6c");
    CHECK(encoded_size(payload_kind::signed_chunks, algorithm::v4, 66560, 65536) == 66824);
}

TEST_CASE("S3's documented example: an upload in chunks with a trailing checksum") {
    signature seed;
    auto const headers = example_headers(true);
    REQUIRE(
        s3.sign(example,
                {"PUT", "/examplebucket/chunkObject.txt", "", headers, streaming_payload_trailer},
                example_time, seed)
            .has_value());
    CHECK(seed.hex() == "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    chunk_encoder encoder(payload_kind::signed_chunks_trailer, s3.chunks(example, seed).value());
    std::string wire;
    for (std::string_view const piece : {std::string_view(example_body).substr(0, 65536),
                                         std::string_view(example_body).substr(65536)})
        wire.append(encoder.begin_chunk(piece).value()).append(piece);
    wire += encoder.finish(crc).value();
    CHECK(wire.starts_with("10000;chunk-signature="
                           "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"));
    CHECK(wire.find("a\r\n400;chunk-signature="
                    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\na") !=
          wire.npos);
    CHECK(
        wire.ends_with("a\r\n0;chunk-signature="
                       "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
                       "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
                       "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"));
    CHECK(wire.size() == 66946);
    CHECK(encoded_size(payload_kind::signed_chunks_trailer, algorithm::v4, 66560, 65536, crc) ==
          66946);
}

TEST_CASE("what is encoded is decoded, whatever its size and however it arrives") {
    for (algorithm const with : {algorithm::v4, algorithm::v4a})
        for (payload_kind const kind :
             {payload_kind::signed_chunks, payload_kind::signed_chunks_trailer,
              payload_kind::unsigned_chunks_trailer})
            for (std::size_t const size : {0u, 1u, 16u, 65536u, 65537u, 200000u}) {
                CAPTURE(with, kind, size);
                upload u{.kind = kind, .with = with, .body = std::string(size, 'x')};
                if (has_trailer(kind))
                    u.trailers = {{"X-Amz-Checksum-Crc32c", " AAAAAA== "}, {"x-a", "1"}};
                auto const e = encode(u);
                CHECK(e->wire.size() == encoded_size(kind, with, size, u.chunk_size, u.trailers));
                for (std::size_t const piece : {std::size_t(1) << 20, std::size_t(4099)}) {
                    auto const d = decode(*e, e->wire, piece);
                    CHECK(d.problem == "");
                    CHECK(d.body == u.body);
                    CHECK(d.trailers.size() == u.trailers.size());
                }
            }
    upload const small{.kind = payload_kind::signed_chunks_trailer,
                       .body = "hello",
                       .chunk_size = 2,
                       .trailers = {{"X-B", "2"}, {"x-a", "1"}}};
    auto const e = encode(small);
    auto const d = decode(*e, e->wire, 1);
    CHECK(d.body == "hello");
    CHECK(d.trailers ==
          std::vector<std::pair<std::string, std::string>>{{"x-b", "2"}, {"x-a", "1"}});
}

TEST_CASE("V4A's chunk signatures are padded to one length, and chained without the padding") {
    auto const e = encode({.with = algorithm::v4a});
    CHECK(e->wire.size() ==
          encoded_size(payload_kind::signed_chunks, algorithm::v4a, 66560, 65536));
    auto const key = v4a_key::derive(example);
    auto const text = [&](std::string_view before, std::string_view data) {
        return "AWS4-ECDSA-P256-SHA256-PAYLOAD\n20130524T000000Z\n20130524/s3/aws4_request\n" +
               std::string(before) +
               "\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n" +
               sha256_hex(data);
    };
    REQUIRE(e->signatures.size() == 3);
    CHECK(key.verify(text(e->seed.hex(), example_body.substr(0, 65536)), e->signatures[0]));
    CHECK(key.verify(text(e->signatures[0], example_body.substr(65536)), e->signatures[1]));
    CHECK(key.verify(text(e->signatures[1], ""), e->signatures[2]));
    CHECK(e->wire.find(std::string(144 - e->signatures[0].size(), '*') + "\r\naaa") !=
          e->wire.npos);
}

TEST_CASE("a changed byte anywhere in a signed body is found") {
    for (algorithm const with : {algorithm::v4, algorithm::v4a}) {
        upload const u{.kind = payload_kind::signed_chunks_trailer,
                       .with = with,
                       .body = "some hundred bytes",
                       .chunk_size = 7,
                       .trailers = {{"x-amz-checksum-crc32c", "AAAAAA=="}}};
        auto const e = encode(u);
        for (std::size_t i = 0; i < e->wire.size(); ++i) {
            std::string wire = e->wire;
            wire[i] = static_cast<char>(wire[i] ^ 1);
            auto const d = decode(*e, wire);
            CAPTURE(i);
            CHECK(d.problem != "");
        }
    }
}

TEST_CASE("chunks that are left out, moved or repeated are found") {
    auto const e = encode({.body = "aaaabbbbcccc", .chunk_size = 4});
    auto const chunk = [&](std::size_t i) { return e->wire.substr(i * 90, 90); };
    std::string const last = e->wire.substr(3 * 90);
    REQUIRE(decode(*e, chunk(0) + chunk(1) + chunk(2) + last).problem == "");
    std::string const mismatch = "the signature of a chunk does not match";
    CHECK(decode(*e, chunk(1) + chunk(0) + chunk(2) + last).problem == mismatch);
    CHECK(decode(*e, chunk(0) + chunk(2) + last).problem == mismatch);
    CHECK(decode(*e, chunk(0) + chunk(0) + chunk(1) + last).problem == mismatch);
    CHECK(decode(*e, chunk(0) + chunk(1) + last).problem == mismatch);
    CHECK(decode(*e, chunk(0) + chunk(1) + chunk(2)).problem == "not done");
}

TEST_CASE("framing that cannot be read is named") {
    auto const problem = [](std::string_view wire, std::optional<std::uint64_t> size = {}) {
        return drain(chunk_decoder(size), wire, 1 << 20).problem;
    };
    CHECK(problem("5\r\nhello\r\n0\r\n\r\n") == "");
    CHECK(problem("05\r\nhello\r\n000\r\nx-a:1\r\n\r\n", 5) == "");
    CHECK(problem("x\r\n") == "a chunk does not begin with its size");
    CHECK(problem("\r\n") == "a chunk does not begin with its size");
    CHECK(problem("10000000000000000\r\n") == "a chunk does not begin with its size");
    CHECK(problem("5\nhello") == "a line of the chunked body has no proper end");
    CHECK(problem("5;a=b\r\n") == "a chunk's size is followed by something else than a line's end");
    CHECK(problem("5\r\nhello!\r\n") == "a chunk is longer than its size");
    CHECK(problem("5\r\nhello\r\n0\r\n\r\n", 4) == "the body is larger than its announced size");
    CHECK(problem("5\r\nhello\r\n0\r\n\r\n", 6) == "the body is smaller than its announced size");
    CHECK(problem("0\r\nnocolon\r\n\r\n") == "a trailer has no colon");
    CHECK(problem("0\r\n:v\r\n\r\n") == "a trailer's name is empty");
    CHECK(problem("0\r\nx-amz-trailer-signature:00\r\n\r\n") ==
          "the trailers' signature is empty, or there should be none");
    CHECK(problem("0\r\n\r\nmore") == "something follows");
    CHECK(problem(std::string(2000, '0') + "\r\n") ==
          "a line of the chunked body has no proper end");
    std::string many = "0\r\n";
    while (many.size() < 20000)
        many += "x-trailer:0123456789\r\n";
    CHECK(problem(many) == "a line of the chunked body has no proper end");
    CHECK(problem("ffffffffffffffff\r\n" + std::string(10, 'x')) == "not done");
}

TEST_CASE("nothing follows the trailers' signature") {
    auto const e = encode(
        {.kind = payload_kind::signed_chunks_trailer, .body = "x", .trailers = {{"x-a", "1"}}});
    REQUIRE(decode(*e, e->wire).problem == "");
    std::string wire = e->wire;
    wire.insert(wire.size() - 2, "x-b:2\r\n");
    CHECK(decode(*e, wire).problem == "a trailer follows the trailers' signature");
}

TEST_CASE("trailers that were demanded have to come") {
    auto const read = [](std::string_view names, std::string_view wire) {
        chunk_decoder decoder;
        decoder.demand_trailers(names);
        auto const data = decoder.read(wire);
        CHECK(decoder.done() == data.has_value());
        CHECK(decoder.lacks_trailer() == data.has_error());
        return data ? "" : data.error().message;
    };
    std::string const missing = "a trailer that was announced is missing";
    CHECK(read("", "0\r\n\r\n") == "");
    CHECK(read(" , ", "0\r\n\r\n") == "");
    CHECK(read("x-a", "0\r\n\r\n") == missing);
    CHECK(read("x-a", "0\r\nx-b:1\r\n\r\n") == missing);
    CHECK(read("X-A", "0\r\nx-b:1\r\nx-a:1\r\n\r\n") == "");
    CHECK(read("x-a , x-b", "0\r\nx-b:1\r\nx-a:1\r\n\r\n") == "");
    CHECK(read("x-a , x-c", "0\r\nx-b:1\r\nx-a:1\r\n\r\n") == missing);

    chunk_decoder twice;
    twice.demand_trailers("x-a");
    twice.demand_trailers("x-b");
    std::string_view wire = "0\r\nx-b:1\r\n\r\n";
    CHECK(twice.read(wire).error().message == missing);
}

TEST_CASE("a verifier demands the trailers that a request announces") {
    header const checked[] = {{"Host", "h"},
                              {"x-amz-decoded-content-length", "1"},
                              {"x-amz-trailer", "x-amz-checksum-crc32c"}};
    std::vector<header> headers(std::begin(checked), std::end(checked));
    request_view request{"PUT", "/k", "", headers, streaming_unsigned_payload_trailer};
    signature seed;
    REQUIRE(s3.sign(example, request, example_time, seed).has_value());
    for (header const& h : seed.headers())
        headers.push_back(h);
    request.headers = headers;
    auto const found = server.verify(
        request, [](std::string_view) { return example; }, example_time);
    REQUIRE(found.valid());
    CHECK(drain(server.chunks(request, found), "1\r\nx\r\n0\r\n\r\n", 100).problem ==
          "a trailer that was announced is missing");
    CHECK(drain(server.chunks(request, found),
                "1\r\nx\r\n0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n", 100)
              .problem == "");
}

TEST_CASE("an encoder refuses what no body can be") {
    chunk_encoder encoder;
    CHECK(encoder.begin_chunk("").error().message == "an empty chunk would end the body");
    header const bad[] = {{"x\n", "v"}}, worse[] = {{"x", "v\r\nx-other: 1"}};
    CHECK(encoder.finish(bad).error().code == errc::invalid_argument);
    CHECK(encoder.finish(worse).error().message == "a trailer's value holds a control character");
    CHECK(encoder.finish().value() == "0\r\n\r\n");
    CHECK(encoder.begin_chunk("x").error().message == "the body has ended");

    signature nothing;
    CHECK(s3.chunks(example, nothing).error().code == errc::invalid_argument);
    CHECK(s3_anywhere.chunks(example, nothing).error().code == errc::invalid_argument);
    auto const e = encode({.body = "x"});
    chunk_encoder plain(payload_kind::signed_chunks, s3.chunks(example, e->seed).value());
    CHECK(plain.finish(crc).error().message == "this kind of payload has no trailers");
}

TEST_CASE("a verifier opens only bodies in chunks, of requests that it found valid") {
    auto const e = encode({.body = "x"});
    request_view const request{"PUT", "/examplebucket/chunkObject.txt", "", e->headers};
    auto const found = server.verify(
        request, [](std::string_view) { return example; }, example_time);
    CHECK(found.payload == payload_kind::signed_chunks);
    std::string_view nothing, wire = e->wire;
    CHECK(server.chunks(request, found).read(nothing).has_value());
    CHECK(server.chunks(request, verification()).read(nothing).error().message ==
          "not a valid request with a payload in chunks");
    auto headers = e->headers;
    headers[1].value = "one";
    auto decoder = server.chunks({"PUT", "/examplebucket/chunkObject.txt", "", headers}, found);
    auto const refused = decoder.read(wire);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::invalid_argument);
    CHECK(refused.error().message == "x-amz-decoded-content-length is missing or no number");
    CHECK(wire.size() == e->wire.size());
    CHECK(!decoder.done());
}

TEST_CASE("chunks follow only the signature of their own request") {
    auto const e = encode({.body = "x"});
    CHECK(s3.chunks(example, e->seed).has_value());
    credentials const other("AKIDOTHER", "secret");
    CHECK(!s3.chunks(other, e->seed).has_value());
    CHECK(!signer("eu-west-1", "s3", preset::s3).chunks(example, e->seed).has_value());
    CHECK(!s3_anywhere.chunks(example, e->seed).has_value());
    header const host{"Host", "h"};
    signature seed;
    request_view request{"PUT", "/k", "", {&host, 1}};
    REQUIRE(s3.sign(example, request, example_time, seed).has_value());
    CHECK(!s3.chunks(example, seed).has_value());
    request.payload_hash = streaming_payload_v4a;
    CHECK(s3.sign(example, request, example_time, seed).error().message ==
          "the payload hash is a constant of the other algorithm");
    request.payload_hash = streaming_payload;
    CHECK(!s3_anywhere.sign(example, request, example_time, seed).has_value());
    REQUIRE(s3.presign(example, request, example_time, std::chrono::seconds(60), seed).has_value());
    CHECK(!s3.chunks(example, seed).has_value());
}

TEST_CASE("an encoder can be moved between chunks") {
    auto const e = encode({.body = "hello", .chunk_size = 3});
    chunk_encoder first(payload_kind::signed_chunks, s3.chunks(example, e->seed).value());
    std::string wire(first.begin_chunk("hel").value());
    chunk_encoder second = std::move(first);
    CHECK(second.signature() == e->signatures[0]);
    wire.append("hel").append(second.begin_chunk("lo").value()).append("lo");
    wire += second.finish().value();
    CHECK(wire == e->wire);
}
