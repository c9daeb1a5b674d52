//
// cairn/sigv4/detail/characters.hpp: one table that says what each byte may be.
//
#ifndef CAIRN_SIGV4_DETAIL_CHARACTERS_HPP
#define CAIRN_SIGV4_DETAIL_CHARACTERS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cairn::sigv4::detail {

enum character_class : std::uint8_t {
    is_unreserved = 1, // never percent-encoded by AWS's rules
    is_path = 2,       // may stand in a URL's path as it is (RFC 3986 pchar, and '/')
    is_token = 4,      // may stand in a header's name (RFC 9110 token)
    is_space = 8,      // white space in a header's value, folded lines included
    is_control = 16,   // may stand nowhere else
    is_percent = 32,
    is_delimiter = 64, // ends a URL's path
};

inline constexpr std::array<std::uint8_t, 256> character_table = [] {
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
    mark(" \t\n\r", is_space);
    mark("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
         is_unreserved | is_path | is_token);
    mark("!$&'()*+,;=:@/%", is_path);
    mark("%", is_percent);
    mark("?#", is_delimiter);
    mark("!#$%&'*+^`|", is_token);
    return table;
}();

// A header name's character in lower case; 0 for what may not stand in a name.
inline constexpr std::array<char, 256> lower_token_table = [] {
    std::array<char, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c)
        if ((character_table[c] & is_token) != 0)
            table[c] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    return table;
}();

constexpr bool is(char c, unsigned classes) noexcept {
    return (character_table[static_cast<unsigned char>(c)] & classes) != 0;
}

// How many characters a text begins with that are never percent-encoded.
constexpr std::size_t unreserved_run(std::string_view text) noexcept {
    std::size_t size = 0;
    while (size < text.size() && is(text[size], is_unreserved))
        ++size;
    return size;
}

// Which classes one of the characters has, and which they all have.
struct classes {
    unsigned any = 0, all = 0xff;
};
constexpr classes classes_of(std::string_view text) noexcept {
    classes found;
    for (char const c : text) {
        found.any |= character_table[static_cast<unsigned char>(c)];
        found.all &= character_table[static_cast<unsigned char>(c)];
    }
    return found;
}

// Is there no white space and no control character? Without the table: sixteen at once.
constexpr bool is_solid(std::string_view text) noexcept {
    unsigned char found = 0;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        found |= static_cast<unsigned char>((byte <= 0x20) | (byte == 0x7f));
    }
    return found == 0;
}

// Are all of them lower-case hexadecimal digits?
constexpr bool is_hex(std::string_view text) noexcept {
    unsigned char other = 0;
    for (char const c : text) {
        auto const digit = static_cast<unsigned char>(c - '0');
        auto const letter = static_cast<unsigned char>(c - 'a');
        other |= static_cast<unsigned char>((digit > 9) & (letter > 5));
    }
    return other == 0;
}

} // namespace cairn::sigv4::detail

#endif
