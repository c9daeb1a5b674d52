//
// sigv4_cases.hpp: what is measured of signing, and the hashing that each cannot do without.
//
#ifndef CAIRN_BENCHMARKS_SIGV4_CASES_HPP
#define CAIRN_BENCHMARKS_SIGV4_CASES_HPP

#include <cairn/sigv4.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace benchmarks {

using namespace cairn::sigv4;

inline constexpr std::string_view key_id = "AKIAIOSFODNN7EXAMPLE";
inline constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A conditional PUT of a small object, as the merger sends it. signing_peers.py and
/// signing_peer.mjs sign the same one.
struct small_put {
    small_put() = default;
    small_put(small_put const&) = delete; // `request` refers to the other members
    small_put& operator=(small_put const&) = delete;

    credentials who{key_id, secret};
    signer sign{"us-east-1", "s3", preset::s3};
    header headers[4] = {{"Host", "examplebucket.s3.us-east-1.amazonaws.com"},
                         {"Content-Length", "1024"},
                         {"Content-Type", "application/json"},
                         {"If-Match", "\"9b2cf535f27731c974343645a3985328\""}};
    std::string hash = sha256_hex(std::string(1024, 'a'));
    request_view request{"PUT", "/data/2026-11-21_segments.json", "", headers, hash};
    std::chrono::system_clock::time_point now = timestamp::parse("20261121T114030Z").value().time();
    signature out;
};

struct sign_small_put : small_put {
    static constexpr char const* name = "sign_small_put";
    bool operator()() { return sign.sign(who, request, now, out).has_value(); }
};

/// The floor of the one before: the hashes of that request, and nothing else.
struct hashes_of_small_put : sign_small_put {
    static constexpr char const* name = "hashes_of_small_put";
    hashes_of_small_put() { sign_small_put::operator()(); }
    bool operator()() {
        benchmark::DoNotOptimize(sha256_of(out.canonical_request()));
        benchmark::DoNotOptimize(key.sign(out.string_to_sign()));
        return true;
    }
    hmac_key key = hmac_key::from({});
};

struct presign_get : small_put {
    static constexpr char const* name = "presign_get";
    request_view get{"GET", request.path, "", {headers, 1}};
    bool operator()() {
        return sign.presign(who, get, now, std::chrono::hours(1), out).has_value();
    }
};

/// The floor of the one before.
struct hashes_of_presigned_get : presign_get {
    static constexpr char const* name = "hashes_of_presigned_get";
    hashes_of_presigned_get() { presign_get::operator()(); }
    bool operator()() {
        benchmark::DoNotOptimize(sha256_of(out.canonical_request()));
        benchmark::DoNotOptimize(key.sign(out.string_to_sign()));
        return true;
    }
    hmac_key key = hmac_key::from({});
};

/// The others with a key that is not at hand: another access key each time, so many that none is
/// met again before its signing key has been replaced.
template <class Case>
struct with_cold_key : Case {
    with_cold_key() {
        for (int i = 0; i < 64; ++i)
            all.emplace_back(key_id, secret);
    }
    bool operator()() {
        this->who = all[next++ % all.size()];
        return Case::operator()();
    }
    std::vector<credentials> all;
    std::size_t next = 0;
};

struct sign_small_put_cold_key : with_cold_key<sign_small_put> {
    static constexpr char const* name = "sign_small_put_cold_key";
};

struct presign_get_cold_key : with_cold_key<presign_get> {
    static constexpr char const* name = "presign_get_cold_key";
};

/// A signature of ECDSA; its key has been derived.
struct sign_small_put_v4a : small_put {
    static constexpr char const* name = "sign_small_put_v4a";
    signer_v4a sign_v4a{"us-east-1", "s3", preset::s3};
    bool operator()() { return sign_v4a.sign(who, request, now, out).has_value(); }
};

/// The server's side of `sign_small_put`.
struct verify_small_put : sign_small_put {
    static constexpr char const* name = "verify_small_put";
    verify_small_put() {
        sign_small_put::operator()();
        received.assign(request.headers.begin(), request.headers.end());
        for (header const& h : out.headers())
            received.push_back(h);
        request.headers = received;
    }
    bool operator()() {
        auto const find = [this](std::string_view id) {
            return id == key_id ? who : credentials();
        };
        return check.verify(request, find, now).valid();
    }
    verifier check{"us-east-1", "s3", preset::s3};
    std::vector<header> received;
};

/// A form that lets a browser upload an image.
struct sign_post : small_put {
    static constexpr char const* name = "sign_post";
    sign_post() {
        policy.equals("bucket", "examplebucket").equals("acl", "private");
        policy.starts_with("key", "user/").starts_with("Content-Type", "image/");
        policy.content_length(1, 10'000'000);
    }
    bool operator()() { return sign.sign_post(who, policy, now).has_value(); }
    post_policy policy{now + std::chrono::hours(1)};
};

/// A request whose body goes in chunks.
struct chunked_put : small_put {
    chunked_put() {
        request.payload_hash = streaming_payload_trailer;
        sign.sign(who, request, now, out).value();
    }
    chunk_chain chain() const { return sign.chunks(who, out).value(); }
};

/// What signing adds to a chunk: its data's hash is known.
struct sign_chunk : chunked_put {
    static constexpr char const* name = "sign_chunk";
    bool operator()() { return encoder.begin_chunk(64 * 1024, hash_of_data).has_value(); }
    chunk_encoder encoder{payload_kind::signed_chunks_trailer, chain()};
    sha256_digest hash_of_data = sha256_of("data");
};

struct sign_trailer : chunked_put {
    static constexpr char const* name = "sign_trailer";
    bool operator()() { return signatures.sign_trailers(trailers).has_value(); }
    chunk_chain signatures = chain();
    header trailers[1] = {{"x-amz-checksum-crc32c", "sOO8/Q=="}};
};

/// The data that are sent in chunks.
inline std::string_view body() {
    static std::string const bytes = [] {
        std::string text(1024 * 1024, '\0');
        unsigned state = 1;
        for (char& c : text)
            c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
        return text;
    }();
    return bytes;
}

/// All of that body, from the first chunk's head to the end, the copies of its data left out.
template <std::size_t ChunkSize>
struct encode_body : chunked_put {
    static constexpr std::size_t bytes = 1024 * 1024;
    bool operator()() {
        chunk_encoder encoder(payload_kind::signed_chunks_trailer, chain());
        bool good = true;
        for (std::size_t at = 0; at < bytes; at += ChunkSize)
            good &= encoder.begin_chunk(body().substr(at, ChunkSize)).has_value();
        return encoder.finish(trailers).has_value() && good;
    }
    header trailers[1] = {{"x-amz-checksum-crc32c", "sOO8/Q=="}};
};

/// The floor of that: the SHA-256 of the same data in the same pieces.
template <std::size_t ChunkSize>
struct hash_body {
    static constexpr std::size_t bytes = 1024 * 1024;
    bool operator()() {
        sha256 hash;
        for (std::size_t at = 0; at < bytes; at += ChunkSize) {
            hash.update(body().substr(at, ChunkSize));
            benchmark::DoNotOptimize(hash.finish());
        }
        return true;
    }
};

struct chunks_64k : encode_body<64 * 1024> {
    static constexpr char const* name = "chunks_64k";
};
struct hashes_64k : hash_body<64 * 1024> {
    static constexpr char const* name = "hashes_64k";
};
struct chunks_8k : encode_body<8 * 1024> {
    static constexpr char const* name = "chunks_8k";
};
struct hashes_8k : hash_body<8 * 1024> {
    static constexpr char const* name = "hashes_8k";
};

} // namespace benchmarks

#endif
