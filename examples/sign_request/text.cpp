#include "text.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <algorithm>

namespace signing {

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

} // namespace signing
