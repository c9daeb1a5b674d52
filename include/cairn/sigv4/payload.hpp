//
// cairn/sigv4/payload.hpp: how a request's body is covered by its signature.
//
#ifndef CAIRN_SIGV4_PAYLOAD_HPP
#define CAIRN_SIGV4_PAYLOAD_HPP

#include <string_view>

namespace cairn::sigv4 {

/// Signature Version 4, or its asymmetric variant that is valid in several regions.
enum class algorithm {
    v4,  ///< AWS4-HMAC-SHA256
    v4a, ///< AWS4-ECDSA-P256-SHA256
};

/// The algorithm's name in requests and in strings to sign.
constexpr std::string_view name_of(algorithm a) noexcept {
    return a == algorithm::v4 ? "AWS4-HMAC-SHA256" : "AWS4-ECDSA-P256-SHA256";
}

/// How a body is covered.
enum class payload_kind {
    hashed,                  ///< by its SHA-256, known before the request is sent
    unprotected,             ///< not at all: for streams over TLS
    signed_chunks,           ///< in chunks, each with a signature of its own
    signed_chunks_trailer,   ///< the same, with signed trailers behind the last
    unsigned_chunks_trailer, ///< in chunks without signatures; trailers, as a checksum, follow
};

/// The payload hash of a request without a body: the SHA-256 of no bytes.
inline constexpr std::string_view empty_payload_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A payload hash for a body that is not covered by the signature: for streams over TLS.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

/// Payload hashes for bodies sent in chunks (`Content-Encoding: aws-chunked`).
/// Source: AWS "Signature Calculations for the Authorization Header: Transferring Payload in
/// Multiple Chunks (Chunked Upload)".
inline constexpr std::string_view streaming_payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
inline constexpr std::string_view streaming_payload_trailer =
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
inline constexpr std::string_view streaming_unsigned_payload_trailer =
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
inline constexpr std::string_view streaming_payload_v4a =
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD";
inline constexpr std::string_view streaming_payload_trailer_v4a =
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER";

/// What to give as the payload hash, that is in `x-amz-content-sha256`, for a kind that is no
/// hash; empty for `hashed`.
constexpr std::string_view payload_constant(payload_kind kind, algorithm a) noexcept {
    bool const v4 = a == algorithm::v4;
    switch (kind) {
    case payload_kind::hashed: return {};
    case payload_kind::unprotected: return unsigned_payload;
    case payload_kind::signed_chunks: return v4 ? streaming_payload : streaming_payload_v4a;
    case payload_kind::signed_chunks_trailer:
        return v4 ? streaming_payload_trailer : streaming_payload_trailer_v4a;
    case payload_kind::unsigned_chunks_trailer: return streaming_unsigned_payload_trailer;
    }
    return {};
}

/// The kind that a payload hash declares; whatever is none of the constants counts as a hash.
constexpr payload_kind payload_kind_of(std::string_view hash) noexcept {
    if (hash.size() == 64)
        return payload_kind::hashed;
    if (hash == unsigned_payload)
        return payload_kind::unprotected;
    if (hash == streaming_payload || hash == streaming_payload_v4a)
        return payload_kind::signed_chunks;
    if (hash == streaming_payload_trailer || hash == streaming_payload_trailer_v4a)
        return payload_kind::signed_chunks_trailer;
    if (hash == streaming_unsigned_payload_trailer)
        return payload_kind::unsigned_chunks_trailer;
    return payload_kind::hashed;
}

/// Whether a payload hash is no constant, or one of this algorithm.
constexpr bool is_payload_of(algorithm a, std::string_view hash) noexcept {
    payload_kind const kind = payload_kind_of(hash);
    return kind == payload_kind::hashed || payload_constant(kind, a) == hash;
}

/// Whether the body goes in chunks.
constexpr bool is_chunked(payload_kind kind) noexcept {
    return kind >= payload_kind::signed_chunks;
}
/// Whether each chunk carries a signature.
constexpr bool has_chunk_signatures(payload_kind kind) noexcept {
    return kind == payload_kind::signed_chunks || kind == payload_kind::signed_chunks_trailer;
}
/// Whether trailers may follow the last chunk.
constexpr bool has_trailer(payload_kind kind) noexcept {
    return kind >= payload_kind::signed_chunks_trailer;
}

} // namespace cairn::sigv4

#endif
