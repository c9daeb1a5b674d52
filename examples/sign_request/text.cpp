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
