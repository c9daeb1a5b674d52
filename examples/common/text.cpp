#include "text.hpp"

#include <cstdint>

namespace common {

namespace {

bool in_range(unsigned char c, unsigned low, unsigned high) {
    return c >= low && c <= high;
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    out += "\\u00";
    out += hex[static_cast<unsigned char>(c) >> 4];
    out += hex[static_cast<unsigned char>(c) & 15];
}

} // namespace

std::size_t utf8_length(std::string_view bytes) {
    if (bytes.empty())
        return 0;
    auto const at = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    auto const tail = [&](std::size_t i) {
        return i < bytes.size() && in_range(at(i), 0x80, 0xBF);
    };
    unsigned char const first = at(0);
    if (first < 0x80)
        return 1;
    if (in_range(first, 0xC2, 0xDF))
        return tail(1) ? 2 : 0;
    if (in_range(first, 0xE0, 0xEF)) {
        if (!tail(1) || !tail(2) || (first == 0xE0 && at(1) < 0xA0) ||
            (first == 0xED && at(1) > 0x9F))
            return 0;
        return 3;
    }
    if (!in_range(first, 0xF0, 0xF4) || !tail(1) || !tail(2) || !tail(3) ||
        (first == 0xF0 && at(1) < 0x90) || (first == 0xF4 && at(1) > 0x8F))
        return 0;
    return 4;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const length = utf8_length(bytes);
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

void append_json_string(std::string& out, std::string_view bytes) {
    out += '"';
    while (!bytes.empty()) {
        auto const length = utf8_length(bytes);
        char const c = bytes[0];
        if (length == 0)
            out += "\xEF\xBF\xBD";
        else if (length == 1 && (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'))
            append_escaped(out, c);
        else
            out += bytes.substr(0, length);
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
}

bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

std::string shown(std::string_view name, std::size_t most) {
    constexpr std::string_view hex = "0123456789abcdef", more = "...";
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

} // namespace common
