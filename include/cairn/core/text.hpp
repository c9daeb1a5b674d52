//
// cairn/core/text.hpp: ASCII text without locales: case, hexadecimal digits, numbers, and what a
// stranger sent, made fit for a log.
//
#ifndef CAIRN_CORE_TEXT_HPP
#define CAIRN_CORE_TEXT_HPP

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cairn::detail {

constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = to_lower(c);
    return lower;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i != a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i]))
            return false;
    return true;
}

constexpr bool begins_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
    return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

/// Without spaces and tabs at its ends.
constexpr std::string_view trimmed(std::string_view text) noexcept {
    std::size_t const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

inline constexpr std::array<std::array<char, 2>, 256> hex_table = [] {
    std::array<std::array<char, 2>, 256> table{};
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t byte = 0; byte < table.size(); ++byte)
        table[byte] = {digits[byte / 16], digits[byte % 16]};
    return table;
}();

/// Writes lower-case digits, two for each byte, as many as `out` has room for.
inline void write_hex_digits(std::span<unsigned char const> bytes, std::span<char> out) noexcept {
    std::size_t const size = std::min(bytes.size(), out.size() / 2);
    for (std::size_t i = 0; i < size; ++i)
        std::memcpy(&out[2 * i], hex_table[bytes[i]].data(), 2);
}

/// What a hexadecimal digit of either case stands for; -1 for what is none.
constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    char const lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte that two hexadecimal digits at the begin of `text` stand for; -1 without them.
constexpr int hex_byte(std::string_view text) noexcept {
    int const high = text.size() < 2 ? -1 : hex_value(text[0]);
    int const low = high < 0 ? -1 : hex_value(text[1]);
    return low < 0 ? -1 : high * 16 + low;
}

/// The number that is the whole text, in decimal digits alone; nothing where it does not fit.
inline std::optional<std::uint64_t> to_uint(std::string_view text) noexcept {
    std::uint64_t value = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Text from outside, made fit for one line of a log: without control characters, and at most so
/// many bytes long, not counting the dots that then end it.
inline std::string printable(std::string_view text, std::size_t limit = 200) {
    std::string out;
    std::size_t end = text.size() < limit ? text.size() : limit;
    while (end != 0 && end != text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end; // not within a character of UTF-8
    for (char const c : text.substr(0, end)) {
        auto const byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    if (end != text.size())
        out += "...";
    return out;
}

} // namespace cairn::detail

#endif
