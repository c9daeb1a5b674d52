//
// cairn/sigv4/detail/number.hpp: whole numbers in decimal and hexadecimal digits.
//
// As <charconv> does it for every type and base, at a fraction of its time to compile.
//
#ifndef CAIRN_SIGV4_DETAIL_NUMBER_HPP
#define CAIRN_SIGV4_DETAIL_NUMBER_HPP

#include <cairn/sigv4/detail/characters.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cairn::sigv4::detail {

inline constexpr std::size_t longest_number = 20; // digits of the largest one

// Takes the digits that `text` begins with off its front. Whether there were any, and the number
// fits.
inline bool take_number(std::string_view& text, unsigned base, std::uint64_t& value) noexcept {
    std::size_t digits = 0;
    for (value = 0; digits < text.size(); ++digits) {
        char const c = text[digits];
        if (!is(c, is_hex) || static_cast<unsigned>(hex_value(c)) >= base)
            break;
        auto const digit = static_cast<unsigned>(hex_value(c));
        if (value > (UINT64_MAX - digit) / base)
            return false;
        value = value * base + digit;
    }
    text.remove_prefix(digits);
    return digits != 0;
}

// Reads a decimal number that is the whole text.
inline bool read_number(std::string_view text, std::uint64_t& value) noexcept {
    return take_number(text, 10, value) && text.empty();
}

// Writes a number of at most `longest_number` digits, in lower case.
inline char* put_number(char* out, std::uint64_t value, unsigned base) noexcept {
    char digits[longest_number];
    std::size_t at = longest_number;
    do
        digits[--at] = "0123456789abcdef"[value % base];
    while ((value /= base) != 0);
    for (; at != longest_number; ++at)
        *out++ = digits[at];
    return out;
}

} // namespace cairn::sigv4::detail

#endif
