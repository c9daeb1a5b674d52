#include "text.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace signing {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// A digit's value; 64 for what is none.
constexpr std::array<std::uint8_t, 256> digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(64);
    for (std::size_t i = 0; i < digits.size(); ++i)
        values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

} // namespace

std::string_view take_piece(std::string_view& text, char separator) noexcept {
    std::size_t const end = std::min(text.find(separator), text.size());
    std::string_view const piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
}

bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

bool is_utf8(std::string_view text) {
    return !cairn::json::validate(cairn::json::quote(text));
}

std::string shown(std::string_view name) {
    constexpr std::string_view hex = "0123456789abcdef", more = "...";
    constexpr std::size_t most = 64;
    std::string out;
    std::size_t cut = 0; // where there is still room for `more`
    for (char const c : name) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && !is_control(c))
            out += c;
        else
            out.append("\\x").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
        if (out.size() > most)
            return out.substr(0, cut).append(more);
        if (out.size() <= most - more.size())
            cut = out.size();
    }
    return name.empty() ? "\"\"" : out;
}

void append_json_string(std::string& out, std::string_view text) {
    std::size_t const begin = out.size();
    cairn::json::append_quoted(out, text);
    if (cairn::json::validate(std::string_view(out).substr(begin)))
        for (std::size_t i = begin; i < out.size(); ++i)
            if (static_cast<unsigned char>(out[i]) >= 0x80)
                out[i] = '?';
}

void append_name(std::string& out, std::string_view name) {
    if (!out.ends_with('{'))
        out += ',';
    out.append("\"").append(name).append("\":");
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    append_name(out, name);
    append_json_string(out, text);
}

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t word = 0;
        for (std::size_t j = i; j < i + 3; ++j)
            word = word << 8 | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
        for (unsigned j = 0; j < 4; ++j)
            out += i + j > bytes.size() ? '=' : digits[word >> (18 - 6 * j) & 63];
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::size_t const end = text.find_last_not_of('=') + 1; // 0 where there is none
    std::size_t const padding = text.size() - end;
    if (text.size() % 4 != 0 || padding > 2)
        return std::nullopt;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t word = 0;
    unsigned bits = 0;
    for (char const c : text.substr(0, end)) {
        auto const value = digit_values[static_cast<unsigned char>(c)];
        if (value == 64)
            return std::nullopt;
        word = word << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(word >> bits & 0xFF);
        }
    }
    return out;
}

} // namespace signing
