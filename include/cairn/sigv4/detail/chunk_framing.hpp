//
// cairn/sigv4/detail/chunk_framing.hpp: the bytes of aws-chunked, for who writes and who reads it.
//
#ifndef CAIRN_SIGV4_DETAIL_CHUNK_FRAMING_HPP
#define CAIRN_SIGV4_DETAIL_CHUNK_FRAMING_HPP

#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/text.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/v4a/v4a_key.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cairn::sigv4::detail {

inline constexpr std::string_view chunk_extension = ";chunk-signature=";

inline std::uint64_t head_size(payload_kind kind, algorithm a, std::uint64_t data) noexcept {
    std::uint64_t size = 3; // one digit, and the line's end
    for (; data > 15; data /= 16)
        ++size;
    if (has_chunk_signatures(kind))
        size += chunk_extension.size() + (a == algorithm::v4 ? 64 : v4a_key::longest_hex);
    return size;
}

// What keeps a trailer from being sent; null if nothing.
inline char const* check_trailer(header const& t) noexcept {
    if ((classes_of(t.name).all & is_token) == 0)
        return "a trailer's name holds a character that no header's name may hold";
    if (t.name.empty())
        return "a trailer's name is empty";
    if (equal_ignoring_case(t.name, trailer_signature_header))
        return "a trailer has the name of the trailers' signature";
    return (classes_of(t.value).any & is_control) != 0
               ? "a trailer's value holds a control character"
               : nullptr;
}

} // namespace cairn::sigv4::detail

#endif
