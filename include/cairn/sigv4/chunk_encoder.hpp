//
// cairn/sigv4/chunk_encoder.hpp: writes a body in aws-chunked framing.
//
#ifndef CAIRN_SIGV4_CHUNK_ENCODER_HPP
#define CAIRN_SIGV4_CHUNK_ENCODER_HPP

#include <cairn/core/error.hpp>
#include <cairn/sigv4/chunk_chain.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/request.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cairn::sigv4 {

/// S3 refuses smaller chunks, the last of a body excepted.
inline constexpr std::size_t smallest_chunk = 8 * 1024;

/// The bytes of a body in chunks: what goes into `Content-Length`, while the body's own size goes
/// into `x-amz-decoded-content-length`. Chunks are of `chunk_size` bytes, the last one of what
/// remains. `chunk_size` is at least 1; `trailers` have their names and the lengths of their
/// values, and are left out where the kind has none.
CAIRN_DECL std::uint64_t encoded_size(payload_kind kind, algorithm a, std::uint64_t body_size,
                                      std::uint64_t chunk_size,
                                      std::span<header const> trailers = {}) noexcept;

/// Writes what stands between a body's chunks; the data themselves are neither held nor copied:
///
///     for each piece of the body: send(encoder.begin_chunk(piece)); send(piece);
///     send(encoder.finish(trailers));
///
/// One thread at a time. Cost of a chunk: the SHA-256 of its data where chunks are signed, and
/// less than a microsecond.
/// Source: as for `chunk_chain`.
class chunk_encoder {
public:
    /// Frame chunks without signatures: `payload_kind::unsigned_chunks_trailer`.
    chunk_encoder() noexcept : kind_(payload_kind::unsigned_chunks_trailer) {}

    /// Frame signed chunks; `kind` is one with chunk signatures, and the one that was signed.
    chunk_encoder(payload_kind kind, chunk_chain chain) : kind_(kind), chain_(std::move(chain)) {}

    /// What to send before the next chunk: the end of the one before, the size, the signature.
    /// Every chunk of a body but its last is as large as the first. An empty one is an error, as
    /// it would end the body.
    /// @return a view that is valid until the next call.
    CAIRN_DECL result<std::string_view> begin_chunk(std::span<std::byte const> data);
    result<std::string_view> begin_chunk(std::string_view data) {
        return begin_chunk({reinterpret_cast<std::byte const*>(data.data()), data.size()});
    }

    /// The same for who has the hash of the data already; it is ignored where none is signed.
    CAIRN_DECL result<std::string_view> begin_chunk(std::uint64_t size, sha256_digest const& hash);

    /// What to send behind the last chunk. `trailers` are sent as given, and were announced in the
    /// request's `x-amz-trailer`.
    /// Errors: `errc::invalid_argument` for trailers that could not be sent, and where the kind has
    ///   none.
    CAIRN_DECL result<std::string_view> finish(std::span<header const> trailers = {});

    /// The signature that was written last, without its padding; empty where none is. Valid
    /// until the next call.
    std::string_view signature() const noexcept {
        return std::string_view(text_).substr(signature_begin_, signature_size_);
    }

private:
    CAIRN_DECL result<void> write_head(std::uint64_t size, sha256_digest const& hash);
    CAIRN_DECL void append_signature(std::string_view filled);
    CAIRN_DECL result<void> write_trailers(std::span<header const> trailers);

    payload_kind kind_;
    std::optional<chunk_chain> chain_;
    std::string text_;
    std::size_t signature_begin_ = 0, signature_size_ = 0; // in the text
    bool first_ = true;
    bool finished_ = false;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/chunk_encoder.ipp>
#endif

#endif
