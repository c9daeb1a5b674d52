#ifndef CAIRN_JSON_IMPL_STRING_IPP
#define CAIRN_JSON_IMPL_STRING_IPP

#include <cairn/json/string.hpp>

#include <cstddef>

namespace cairn::json {

namespace detail {

inline constexpr char hex_digits[] = "0123456789abcdef";

inline void append_unit_escape(std::string& out, unsigned unit) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += hex_digits[(unit >> shift) & 0xFU];
}

inline void append_escaped(std::string& out, char c) {
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    if (static_cast<unsigned char>(c) < 0x20)
        append_unit_escape(out, static_cast<unsigned char>(c));
    else
        out += c;
}

inline void append_utf8(std::string& out, unsigned code) {
    auto const put = [&out](unsigned byte) { out += static_cast<char>(byte); };
    auto const tail = [&put, code](int shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6));
        tail(0);
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12));
        tail(6);
        tail(0);
    } else {
        put(0xF0U | (code >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

inline unsigned read_hex4(char const* at) {
    unsigned unit = 0;
    for (int i = 0; i != 4; ++i) {
        auto const c = static_cast<unsigned char>(at[i]);
        unit = unit * 16 + (c <= '9' ? c - unsigned{'0'} : (c | 0x20U) - 'a' + 10U);
    }
    return unit;
}

// Calls one of the two for each piece of a valid token: `plain(view)` for what stands there as
// itself, `escaped(code, lone)` for a character behind an escape.
template <class Plain, class Escaped>
void walk_token(std::string_view token, Plain plain, Escaped escaped) {
    std::string_view const body = token.substr(1, token.size() - 2);
    for (std::size_t at = 0; at < body.size();) {
        std::size_t const slash = body.find('\\', at);
        if (slash != at)
            plain(body.substr(at, slash - at));
        if (slash == std::string_view::npos)
            return;
        at = slash + 2;
        switch (body[slash + 1]) {
        case 'b': escaped(unsigned{'\b'}, false); continue;
        case 'f': escaped(unsigned{'\f'}, false); continue;
        case 'n': escaped(unsigned{'\n'}, false); continue;
        case 'r': escaped(unsigned{'\r'}, false); continue;
        case 't': escaped(unsigned{'\t'}, false); continue;
        case 'u': break;
        default: escaped(static_cast<unsigned>(body[slash + 1]), false); continue;
        }
        unsigned code = read_hex4(body.data() + at);
        at += 4;
        bool lone = code >= 0xD800 && code <= 0xDFFF;
        if (lone && code < 0xDC00 && body.substr(at).starts_with("\\u")) {
            unsigned const low = read_hex4(body.data() + at + 2);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                at += 6;
                lone = false;
            }
        }
        escaped(code, lone);
    }
}

} // namespace detail

CAIRN_DECL void append_quoted(std::string& out, std::string_view utf8) {
    out += '"';
    for (char const c : utf8)
        detail::append_escaped(out, c);
    out += '"';
}

CAIRN_DECL std::string quote(std::string_view utf8) {
    std::string out;
    append_quoted(out, utf8);
    return out;
}

CAIRN_DECL void append_canonical(std::string& out, std::string_view token) {
    if (token.find('\\') == std::string_view::npos) {
        out += token;
        return;
    }
    out += '"';
    detail::walk_token(
        token, [&out](std::string_view text) { out += text; },
        [&out](unsigned code, bool lone) {
            if (lone)
                detail::append_unit_escape(out, code);
            else if (code < 0x80)
                detail::append_escaped(out, static_cast<char>(code));
            else
                detail::append_utf8(out, code);
        });
    out += '"';
}

CAIRN_DECL std::string_view canonical(std::string_view token, std::string& scratch) {
    if (token.find('\\') == std::string_view::npos)
        return token;
    scratch.clear();
    append_canonical(scratch, token);
    return scratch;
}

CAIRN_DECL std::string unquote(std::string_view token) {
    std::string out;
    detail::walk_token(
        token, [&out](std::string_view text) { out += text; },
        [&out](unsigned code, bool lone) { detail::append_utf8(out, lone ? 0xFFFDU : code); });
    return out;
}

CAIRN_DECL bool stands_for(std::string_view token, std::string_view utf8) {
    if (token.find('\\') == std::string_view::npos)
        return token.substr(1, token.size() - 2) == utf8;
    return unquote(token) == utf8;
}

} // namespace cairn::json

#endif
