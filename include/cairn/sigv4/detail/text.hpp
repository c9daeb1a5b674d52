//
// cairn/sigv4/detail/text.hpp: small questions about text, for those who read requests.
//
#ifndef CAIRN_SIGV4_DETAIL_TEXT_HPP
#define CAIRN_SIGV4_DETAIL_TEXT_HPP

#include <openssl/crypto.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace cairn::sigv4::detail {

constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = to_lower(c);
    return lower;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i]))
            return false;
    return true;
}

// Without spaces and tabs at its ends.
inline std::string_view trimmed(std::string_view text) noexcept {
    std::size_t const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Where a character comes next, or where the text ends.
inline std::size_t find_or_end(std::string_view text, char c, std::size_t at = 0) noexcept {
    std::size_t const found = text.find(c, at);
    return found == std::string_view::npos ? text.size() : found;
}

inline std::size_t count(std::string_view text, char wanted) noexcept {
    std::size_t times = 0;
    for (char const c : text)
        times += c == wanted;
    return times;
}

// Calls `f` with each piece of `text` between separators.
template <class F>
void for_each_piece(std::string_view text, char separator, F f) {
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const end = find_or_end(text, separator, at);
        f(text.substr(at, end - at));
        at = end + 1;
    }
}

// `text` before its first `separator`, which moves on behind it; all of it where there is none.
inline std::string_view take_piece(std::string_view& text, char separator) noexcept {
    std::size_t const end = find_or_end(text, separator);
    std::string_view const piece = text.substr(0, end);
    text.remove_prefix(end == text.size() ? end : end + 1);
    return piece;
}

// What a stranger sent, for a message: bounded, and without what might disturb a log.
inline std::string printable(std::string_view text) {
    std::string copy(text.substr(0, 256));
    for (char& c : copy)
        if (c < 0x20 || c >= 0x7f)
            c = '?';
    return copy;
}

inline bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace cairn::sigv4::detail

#endif
