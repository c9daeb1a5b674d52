#ifndef CAIRN_SIGV4_IMPL_URI_IPP
#define CAIRN_SIGV4_IMPL_URI_IPP

#include <cairn/sigv4/uri.hpp>

#include <cairn/core/text.hpp>
#include <cairn/sigv4/detail/characters.hpp>

#include <cstddef>

namespace cairn::sigv4 {

CAIRN_DECL void append_percent_encoded(std::string& out, std::string_view text, bool keep_slash) {
    std::size_t escapes = 0;
    for (char const c : text)
        escapes += !(detail::is(c, detail::is_unreserved) || (c == '/' && keep_slash));
    out.reserve(out.size() + text.size() + 2 * escapes);
    for (char const c : text) {
        if (detail::is(c, detail::is_unreserved) || (c == '/' && keep_slash)) {
            out += c;
        } else {
            auto const byte = static_cast<unsigned char>(c);
            out += '%';
            out += "0123456789ABCDEF"[byte >> 4];
            out += "0123456789ABCDEF"[byte & 15];
        }
    }
}

CAIRN_DECL std::string percent_encoded(std::string_view text, bool keep_slash) {
    std::string out;
    append_percent_encoded(out, text, keep_slash);
    return out;
}

CAIRN_DECL std::string percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        int const byte = text[i] == '%' ? cairn::detail::hex_byte(text.substr(i + 1)) : -1;
        out += byte < 0 ? text[i] : static_cast<char>(byte);
        i += byte < 0 ? 0 : 2;
    }
    return out;
}

} // namespace cairn::sigv4

#endif
