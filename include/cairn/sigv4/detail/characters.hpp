//
// cairn/sigv4/detail/characters.hpp: one table that says what each byte may be.
//
#ifndef CAIRN_SIGV4_DETAIL_CHARACTERS_HPP
#define CAIRN_SIGV4_DETAIL_CHARACTERS_HPP

#include <array>
#include <bit>
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
    is_percent = 64,
    is_delimiter = 128, // ends a URL's path
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
    mark("%", is_percent);
    mark("?#", is_delimiter);
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

// The number whose bytes are those of `x` in the order that the machine stores last.
constexpr std::uint64_t swapped(std::uint64_t x) noexcept {
#if defined(__GNUC__)
    return __builtin_bswap64(x);
#else
    x = (x & 0x00ff00ff00ff00ff) << 8 | (x >> 8 & 0x00ff00ff00ff00ff);
    x = (x & 0x0000ffff0000ffff) << 16 | (x >> 16 & 0x0000ffff0000ffff);
    return x << 32 | x >> 32;
#endif
}

// Between a number and the one that its eight bytes are when the first counts most.
constexpr std::uint64_t big_endian(std::uint64_t x) noexcept {
    return std::endian::native == std::endian::big ? x : swapped(x);
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

// The top bit of each byte says that the character, below 0x80, is not less than a bound.
constexpr std::uint64_t at_least(std::uint64_t ascii, unsigned char bound) noexcept {
    return ascii + in_each_byte(0x80u - bound);
}
constexpr std::uint64_t is_between(std::uint64_t ascii, unsigned char first,
                                   unsigned char last) noexcept {
    return at_least(ascii, first) & ~at_least(ascii, static_cast<unsigned char>(last + 1));
}

// Are these 64 characters lower-case hexadecimal digits?
inline bool is_sha256_hex(char const* text) noexcept {
    std::uint64_t good = in_each_byte(0x80);
    for (std::size_t i = 0; i < 64; i += 8) {
        std::uint64_t const x = load_eight(text + i);
        std::uint64_t const ascii = x & in_each_byte(0x7f);
        good &= ~x & (is_between(ascii, '0', '9') | is_between(ascii, 'a', 'f'));
    }
    return good == in_each_byte(0x80);
}

// The top bit of each byte says whether the character is a letter.
constexpr std::uint64_t is_letter(std::uint64_t text) noexcept {
    return is_between((text | in_each_byte(0x20)) & in_each_byte(0x7f), 'a', 'z') & ~text;
}

// Eight characters in lower case, if they are letters, digits and hyphens.
inline bool lower_eight(std::uint64_t& text) noexcept {
    std::uint64_t const ascii = text & in_each_byte(0x7f);
    std::uint64_t const other = is_between(ascii, '0', '9') | is_between(ascii, '-', '-');
    bool const all =
        ((is_letter(text) | (other & ~text)) & in_each_byte(0x80)) == in_each_byte(0x80);
    text |= in_each_byte(0x20); // which digits and hyphens have already
    return all;
}

// Are there only characters that most paths are made of, all of which may stand in one?
inline bool is_usual_path(std::string_view text) noexcept {
    if (text.size() < 8)
        return false;
    auto const usual = [](std::uint64_t x) {
        std::uint64_t const ascii = x & in_each_byte(0x7f);
        return is_letter(x) | ((is_between(ascii, '-', '9') | is_between(ascii, '_', '_')) & ~x);
    };
    std::uint64_t all = usual(load_eight(text.data() + text.size() - 8));
    for (std::size_t i = 0; i + 8 < text.size(); i += 8)
        all &= usual(load_eight(text.data() + i));
    return (all & in_each_byte(0x80)) == in_each_byte(0x80);
}

// Writes a header's name in lower case; whether it is one. `key` becomes the number that its first
// eight characters are, so that names compare as their keys do, where these differ.
inline bool write_lower_name(char* out, std::string_view name, std::uint64_t& key) noexcept {
    std::size_t const size = name.size();
    if (size >= 8) {
        std::uint64_t first = load_eight(name.data()), last = load_eight(name.data() + size - 8);
        bool usual = lower_eight(first);
        key = big_endian(first);
        std::memcpy(out, &first, 8);
        for (std::size_t i = 8; i + 8 < size; i += 8) {
            std::uint64_t word = load_eight(name.data() + i);
            usual &= lower_eight(word);
            std::memcpy(out + i, &word, 8);
        }
        usual &= lower_eight(last);
        std::memcpy(out + size - 8, &last, 8);
        if (usual)
            return true;
    }
    bool valid = size != 0;
    key = 0;
    for (std::size_t i = 0; i < size; ++i) {
        char const c = lower_token_table[static_cast<unsigned char>(name[i])];
        valid &= c != 0;
        out[i] = c;
        if (i < 8)
            key |= std::uint64_t(static_cast<unsigned char>(c)) << (56 - 8 * i);
    }
    return valid;
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

inline constexpr std::array<std::array<char, 2>, 256> hex_table = [] {
    std::array<std::array<char, 2>, 256> table{};
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t byte = 0; byte < table.size(); ++byte)
        table[byte] = {digits[byte / 16], digits[byte % 16]};
    return table;
}();

// Lower-case digits, two for each byte.
inline char* write_hex_digits(unsigned char const* bytes, std::size_t size, char* out) noexcept {
    for (; size >= 4; size -= 4, bytes += 4, out += 8)
        for (std::size_t i = 0; i < 4; ++i) // a loop that is unrolled
            std::memcpy(out + 2 * i, hex_table[bytes[i]].data(), 2);
    for (; size != 0; --size, ++bytes, out += 2)
        std::memcpy(out, hex_table[*bytes].data(), 2);
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
