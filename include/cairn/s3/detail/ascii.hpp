//
// cairn/s3/detail/ascii.hpp: locale-free text helpers for HTTP.
//
#ifndef CAIRN_S3_DETAIL_ASCII_HPP
#define CAIRN_S3_DETAIL_ASCII_HPP

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::s3::detail {

constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool iequals(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i != a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i]))
            return false;
    return true;
}

constexpr bool istarts_with(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

inline std::optional<std::uint64_t> to_uint(std::string_view text) noexcept {
    std::uint64_t value = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Text from a server, made fit for one line of a log: printable, bounded.
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

} // namespace cairn::s3::detail

#endif
