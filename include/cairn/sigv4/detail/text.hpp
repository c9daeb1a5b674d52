//
// cairn/sigv4/detail/text.hpp: texts taken apart, for those who read requests.
//
#ifndef CAIRN_SIGV4_DETAIL_TEXT_HPP
#define CAIRN_SIGV4_DETAIL_TEXT_HPP

#include <cairn/core/text.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace cairn::sigv4::detail {

using cairn::detail::equal_ignoring_case;
using cairn::detail::hex_byte;
using cairn::detail::to_lower;
using cairn::detail::to_uint;
using cairn::detail::trimmed;

// `text` before its first `separator`, which moves on behind it; all of it where there is none.
inline std::string_view take_piece(std::string_view& text, char separator) noexcept {
    std::string_view const piece = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
    return piece;
}

// Calls `f` with each piece of `text` between separators.
template <class F>
void for_each_piece(std::string_view text, char separator, F f) {
    for (bool more = true; more;) {
        more = text.find(separator) != std::string_view::npos;
        f(take_piece(text, separator));
    }
}

// What a stranger sent, for a message: bounded, and without what might disturb a log.
inline std::string printable(std::string_view text) {
    std::string copy(text.substr(0, 256));
    std::replace_if(
        copy.begin(), copy.end(), [](char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return copy;
}

inline bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace cairn::sigv4::detail

#endif
