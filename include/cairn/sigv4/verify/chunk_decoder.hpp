//
// cairn/sigv4/verify/chunk_decoder.hpp: reads a body in aws-chunked framing, and verifies it.
//
#ifndef CAIRN_SIGV4_VERIFY_CHUNK_DECODER_HPP
#define CAIRN_SIGV4_VERIFY_CHUNK_DECODER_HPP

#include <cairn/core/error.hpp>
#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/chunk_chain.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/request.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::sigv4 {

/// Reads a body in chunks as it arrives, in pieces of any size:
///
///     while (!decoder.done() && !input.empty()) {
///         auto const data = decoder.read(input); // an error: refuse the whole body
///         keep(*data);
///     }
///
/// Data are handed out before the signature that covers them has been compared, since that needs
/// the chunk's end: nothing of a body may be used before `done()`.
///
/// Bounded: a chunk's head has at most 1 KiB, the trailers 16 KiB. One thread at a time.
/// Source: as for `chunk_chain`.
class chunk_decoder {
public:
    /// Read chunks without signatures: `payload_kind::unsigned_chunks_trailer`.
    /// @param body_size what `x-amz-decoded-content-length` announced; if given, another size of
    ///   the body is an error.
    explicit chunk_decoder(std::optional<std::uint64_t> body_size = {}) noexcept
        : kind_(payload_kind::unsigned_chunks_trailer), expected_(body_size) {}

    /// Read signed chunks. `verifier::chunks` gives the chain.
    chunk_decoder(payload_kind kind, chunk_chain chain,
                  std::optional<std::uint64_t> body_size = {}) noexcept
        : kind_(kind), chain_(std::move(chain)), expected_(body_size) {}

    /// Read nothing: every `read` gives this error. `what` is a constant text.
    static chunk_decoder refusing(errc code, char const* what) {
        chunk_decoder decoder;
        decoder.fail(code, what);
        return decoder;
    }

    /// Demand trailers before the first `read`: their names, separated by commas, as
    /// `x-amz-trailer` announced them; those of an earlier call count too. A body that ends without
    /// one of them is an error, so that a checksum cannot be lost on the way.
    CAIRN_DECL void demand_trailers(std::string_view names);

    /// Read on: what was read is taken off the front of `input`.
    /// @return the next bytes of the body, a part of the input; it may be empty.
    /// After an error every further call gives the same.
    /// Errors: `errc::invalid_argument` for framing that cannot be read, a body of another size, or
    ///   one without a trailer that was demanded; `errc::bad_credentials` for a signature that does
    ///   not match.
    CAIRN_DECL result<std::string_view> read(std::string_view& input);

    /// Whether the body has ended, and all of it was right.
    bool done() const noexcept { return stage_ == stage::done; }

    /// Whether `read` failed since a trailer that was demanded did not come, which S3 answers with
    /// `MalformedTrailerError`.
    CAIRN_DECL bool lacks_trailer() const noexcept;

    /// Bytes of the body so far.
    std::uint64_t size() const noexcept { return size_; }

    /// The trailers, in their order, names in lower case, values trimmed; complete once `done()`.
    /// The trailing signature is not among them.
    std::vector<std::pair<std::string, std::string>> const& trailers() const noexcept {
        return trailers_;
    }

private:
    enum class stage { head, data, data_end, trailer, done, failed };

    CAIRN_DECL error fail(errc code, char const* what);
    CAIRN_DECL bool take_line(std::string_view& input, std::size_t limit);
    CAIRN_DECL char const* read_head();
    CAIRN_DECL char const* read_trailer();
    CAIRN_DECL char const* end_chunk();
    CAIRN_DECL char const* end_body();

    payload_kind kind_;
    std::optional<chunk_chain> chain_;
    std::optional<std::uint64_t> expected_;
    std::string demanded_; // names of trailers, separated by commas
    stage stage_ = stage::head;
    std::string line_; // the line that is being read
    std::size_t trailer_bytes_ = 0;
    std::uint64_t size_ = 0; // of the body so far
    std::uint64_t left_ = 0; // of the chunk
    std::string claimed_;    // the chunk's signature
    std::string trailer_claimed_;
    sha256 hash_;
    std::vector<std::pair<std::string, std::string>> trailers_;
    errc code_{};
    char const* problem_ = nullptr;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/verify/impl/chunk_decoder.ipp>
#endif

#endif
