//
// cairn/sigv4/chunk_chain.hpp: the signatures of a body that is sent in chunks.
//
#ifndef CAIRN_SIGV4_CHUNK_CHAIN_HPP
#define CAIRN_SIGV4_CHUNK_CHAIN_HPP

#include <cairn/core/error.hpp>
#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/v4a/v4a_key.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cairn::sigv4 {

/// Signs, or verifies, the chunks of one body in their order. Each signature covers the one
/// before, the first of them the request's own, so none can be left out, moved or repeated.
///
/// A value, to be moved or copied; it holds a key, and wipes it. One thread at a time.
/// Cost of a V4 chunk: the hash of its data, and three HMAC blocks; nothing is allocated.
/// Source: AWS "Signature Calculations for the Authorization Header: Transferring Payload in
/// Multiple Chunks", and the page for trailing headers.
class chunk_chain {
public:
    /// Begin behind a request's signature, the seed; `signer::chunks` and `verifier::chunks` do.
    /// @param amz_date, scope, seed as the `signature` object gives them; they are copied.
    CAIRN_DECL chunk_chain(hmac_key const& key, std::string_view amz_date, std::string_view scope,
                           std::string_view seed);
    CAIRN_DECL chunk_chain(v4a_key key, std::string_view amz_date, std::string_view scope,
                           std::string_view seed);

    /// Sign the next chunk by the SHA-256 of its data; the last one has no data. The signature is
    /// of `signature_size()` characters and valid until the next call: 64 hexadecimal digits, or
    /// with V4A up to 144, padded with '*'. Empty if libcrypto fails, which V4 cannot.
    CAIRN_DECL std::string_view sign(sha256_digest const& data);

    /// Sign the trailers behind the last chunk. Their names are lower-cased, sorted and joined,
    /// and their values trimmed, as a request's headers are.
    CAIRN_DECL result<std::string_view> sign_trailers(std::span<header const> trailers);

    /// Compare, in constant time, the signature of the next chunk, or of the trailers, with the
    /// one that came. After a mismatch the chain must not be used further.
    CAIRN_DECL bool verify(sha256_digest const& data, std::string_view claimed);
    CAIRN_DECL bool verify_trailers(std::span<header const> trailers, std::string_view claimed);

    sigv4::algorithm algorithm() const noexcept { return algorithm_; }
    /// How long each signature is on the wire.
    std::size_t signature_size() const noexcept { return algorithm_ == algorithm::v4 ? 64 : 144; }

    /// What was signed last, for those who compare it with what a service says.
    std::string_view string_to_sign() const noexcept { return string_to_sign_; }

private:
    CAIRN_DECL chunk_chain(sigv4::algorithm a, std::string_view amz_date, std::string_view scope,
                           std::string_view seed);
    CAIRN_DECL void write_string_to_sign(std::string_view label, std::string_view middle,
                                         sha256_digest const& last);
    CAIRN_DECL std::string_view sign_string();
    CAIRN_DECL bool verify_string(std::string_view claimed);

    sigv4::algorithm algorithm_;
    hmac_key key_{};   // V4
    v4a_key v4a_;      // V4A
    std::string stem_; // date and scope, each with its line end
    std::string string_to_sign_;
    std::array<char, 144> signature_; // the last one, as on the wire
    std::size_t signature_end_ = 0;   // without its padding
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/chunk_chain.ipp>
#endif

#endif
