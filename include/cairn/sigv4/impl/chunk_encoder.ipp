#ifndef CAIRN_SIGV4_IMPL_CHUNK_ENCODER_IPP
#define CAIRN_SIGV4_IMPL_CHUNK_ENCODER_IPP

#include <cairn/sigv4/chunk_encoder.hpp>

#include <cairn/sigv4/detail/chunk_framing.hpp>

#include <array>
#include <charconv>

namespace cairn::sigv4 {

CAIRN_DECL std::uint64_t encoded_size(payload_kind kind, algorithm a, std::uint64_t body_size,
                                      std::uint64_t chunk_size,
                                      std::span<header const> trailers) noexcept {
    auto const whole = [&](std::uint64_t data) {
        return detail::head_size(kind, a, data) + data + 2;
    };
    std::uint64_t const rest = body_size % chunk_size;
    std::uint64_t size = body_size / chunk_size * whole(chunk_size);
    if (rest != 0)
        size += whole(rest);
    size += whole(0);
    if (!has_trailer(kind))
        return size;
    for (header const& t : trailers)
        size += t.name.size() + t.value.size() + 3;
    if (kind == payload_kind::signed_chunks_trailer)
        size += detail::trailer_signature_header.size() + 3 +
                (a == algorithm::v4 ? 64 : v4a_key::longest_hex);
    return size;
}

CAIRN_DECL result<void> chunk_encoder::write_head(std::uint64_t size, sha256_digest const& hash) {
    if (finished_)
        return error(errc::invalid_argument, "the body has ended");
    if (has_chunk_signatures(kind_) != chain_.has_value())
        return error(errc::invalid_argument, "this kind of payload has no chunks like these");
    signature_begin_ = signature_size_ = 0;
    text_.assign(first_ ? "" : "\r\n");
    first_ = false;
    std::array<char, 16> digits;
    text_.append(digits.data(),
                 std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr);
    if (chain_) {
        std::string_view const filled = chain_->sign(hash);
        if (filled.empty())
            return error(errc::invalid_argument, "libcrypto could not make the signature");
        text_ += detail::chunk_extension;
        append_signature(filled);
    }
    text_ += "\r\n";
    return {};
}

CAIRN_DECL void chunk_encoder::append_signature(std::string_view filled) {
    signature_begin_ = text_.size();
    signature_size_ = std::min(filled.find('*'), filled.size());
    text_ += filled;
}

CAIRN_DECL result<std::string_view> chunk_encoder::begin_chunk(std::span<std::byte const> data) {
    sha256_digest hash{};
    if (chain_) {
        sha256 hasher;
        hasher.update(data);
        hash = hasher.finish();
    }
    return begin_chunk(data.size(), hash);
}

CAIRN_DECL result<std::string_view> chunk_encoder::begin_chunk(std::uint64_t size,
                                                               sha256_digest const& hash) {
    if (size == 0)
        return error(errc::invalid_argument, "an empty chunk would end the body");
    if (auto const done = write_head(size, hash); !done)
        return done.error();
    return text_;
}

CAIRN_DECL result<std::string_view> chunk_encoder::finish(std::span<header const> trailers) {
    if (!trailers.empty() && !has_trailer(kind_))
        return error(errc::invalid_argument, "this kind of payload has no trailers");
    for (header const& t : trailers)
        if (auto const problem = detail::check_trailer(t))
            return error(errc::invalid_argument, problem);
    if (auto const done = write_head(0, sha256().finish()); !done)
        return done.error();
    finished_ = true;
    if (has_trailer(kind_))
        if (auto const done = write_trailers(trailers); !done)
            return done.error();
    text_ += "\r\n";
    return text_;
}

CAIRN_DECL result<void> chunk_encoder::write_trailers(std::span<header const> trailers) {
    auto const line = [this](std::string_view name, std::string_view value) {
        text_.append(name).append(":").append(value).append("\r\n");
    };
    for (header const& t : trailers)
        line(t.name, t.value);
    if (kind_ != payload_kind::signed_chunks_trailer)
        return {};
    auto const filled = chain_->sign_trailers(trailers);
    if (!filled)
        return filled.error();
    if (filled->empty())
        return error(errc::invalid_argument, "libcrypto could not make the signature");
    text_.append(detail::trailer_signature_header).append(":");
    append_signature(*filled);
    text_ += "\r\n";
    return {};
}

} // namespace cairn::sigv4

#endif
