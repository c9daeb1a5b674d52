//
// cairn/sigv4/detail/characters.hpp: one table that says what each byte may be.
//
#ifndef CAIRN_SIGV4_DETAIL_CHARACTERS_HPP
#define CAIRN_SIGV4_DETAIL_CHARACTERS_HPP

#include <array>
#include <cstdint>
#include <string_view>

namespace cairn::sigv4::detail {

enum character_class : std::uint8_t {
    is_unreserved = 1, // never percent-encoded by AWS's rules
    is_path = 2,       // may stand in a URL's path as it is (RFC 3986 pchar, and '/')
    is_token = 4,      // may stand in a header's name (RFC 9110 token)
    is_space = 8,      // white space in a header's value, folded lines included
    is_control = 16,   // may stand nowhere else
    is_hex = 32,
};

constexpr std::array<std::uint8_t, 256> make_character_table() {
    std::array<std::uint8_t, 256> table{};
    auto const mark = [&table](std::string_view set, unsigned classes) {
        for (char const c : set) {
            auto& entry = table[static_cast<unsigned char>(c)];
            entry = static_cast<std::uint8_t>(entry | classes);
        }
    };
    for (unsigned c = 0; c < 0x20; ++c)
        table[c] = is_control;
    table[0x7f] = is_control;
    mark("\t\n\r", is_space);
    mark(" ", is_space);
    mark("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
         is_unreserved | is_path | is_token);
    mark("0123456789abcdefABCDEF", is_hex);
    mark("!$&'()*+,;=:@/%", is_path);
    mark("!#$%&'*+^`|", is_token);
    return table;
}

inline constexpr std::array<std::uint8_t, 256> character_table = make_character_table();

constexpr bool is(char c, unsigned classes) noexcept {
    return (character_table[static_cast<unsigned char>(c)] & classes) != 0;
}

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    return (c | 0x20) - 'a' + 10;
}

// At `text[0]` stands a '%': is it followed by two hexadecimal digits?
constexpr bool is_escape(char const* text, char const* end) noexcept {
    return end - text >= 3 && is(text[1], is_hex) && is(text[2], is_hex);
}

inline char* write_escaped(char* out, char c) noexcept {
    constexpr char digits[] = "0123456789ABCDEF";
    auto const byte = static_cast<unsigned char>(c);
    *out++ = '%';
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 15];
    return out;
}

// Writes at most three bytes for each byte of `text`.
inline char* write_percent_encoded(char* out, std::string_view text, bool keep_slash) noexcept {
    for (char const c : text) {
        if (is(c, is_unreserved) || (c == '/' && keep_slash))
            *out++ = c;
        else
            out = write_escaped(out, c);
    }
    return out;
}

} // namespace cairn::sigv4::detail

#endif
