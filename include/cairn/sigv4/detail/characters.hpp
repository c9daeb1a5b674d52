//
// cairn/sigv4/detail/characters.hpp: one table that says what each byte may be.
//
#ifndef CAIRN_SIGV4_DETAIL_CHARACTERS_HPP
#define CAIRN_SIGV4_DETAIL_CHARACTERS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// Eight characters at once, as eight bytes of one number.
inline std::uint64_t load_eight(char const* text) noexcept {
    std::uint64_t word;
    std::memcpy(&word, text, sizeof word);
    return word;
}

constexpr std::uint64_t in_each_byte(std::uint64_t byte) noexcept {
    return byte * 0x0101010101010101;
}

// Is there no white space and no control character in the text?
inline bool is_solid(std::string_view text) noexcept {
    if (text.size() < 8) {
        unsigned found = 0;
        for (char const c : text)
            found |= character_table[static_cast<unsigned char>(c)];
        return (found & (is_space | is_control)) == 0;
    }
    auto const unsolid = [](std::uint64_t x) {
        std::uint64_t const del = x ^ in_each_byte(0x7f);
        return ((x - in_each_byte(0x21)) & ~x) | ((del - in_each_byte(1)) & ~del);
    };
    std::uint64_t found = unsolid(load_eight(text.data() + text.size() - 8));
    for (std::size_t i = 0; i + 8 < text.size(); i += 8)
        found |= unsolid(load_eight(text.data() + i));
    return (found & in_each_byte(0x80)) == 0;
}

// Are these 64 characters lower-case hexadecimal digits?
inline bool is_sha256_hex(char const* text) noexcept {
    std::uint64_t good = in_each_byte(0x80);
    for (std::size_t i = 0; i < 64; i += 8) {
        std::uint64_t const x = load_eight(text + i);
        std::uint64_t const low = x & in_each_byte(0x7f);
        // The top bit of a byte says that the character is not less than a bound.
        auto const at_least = [low](std::uint64_t bound) {
            return low + in_each_byte(0x80 - bound);
        };
        good &= ~x & ((at_least('0') & ~at_least('9' + 1)) | (at_least('a') & ~at_least('f' + 1)));
    }
    return good == in_each_byte(0x80);
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

// Lower-case digits, two for each byte.
inline char* write_hex_digits(unsigned char const* bytes, std::size_t size, char* out) noexcept {
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < size; ++i) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
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
