#ifndef CAIRN_SIGV4_IMPL_URI_IPP
#define CAIRN_SIGV4_IMPL_URI_IPP

#include <cairn/sigv4/uri.hpp>

#include <cairn/sigv4/detail/characters.hpp>

#include <cstddef>

namespace cairn::sigv4 {

CAIRN_DECL void append_percent_encoded(std::string& out, std::string_view text, bool keep_slash) {
    std::size_t escapes = 0;
    for (char const c : text)
        escapes += !(detail::is(c, detail::is_unreserved) || (c == '/' && keep_slash));
    std::size_t const before = out.size();
    out.resize(before + text.size() + 2 * escapes);
    detail::write_percent_encoded(out.data() + before, text, keep_slash);
}

CAIRN_DECL std::string percent_encoded(std::string_view text, bool keep_slash) {
    std::string out;
    append_percent_encoded(out, text, keep_slash);
    return out;
}

CAIRN_DECL std::string percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    char const* const end = text.data() + text.size();
    for (char const* at = text.data(); at != end; ++at) {
        if (*at == '%' && detail::is_escape(at, end)) {
            out += static_cast<char>(detail::hex_value(at[1]) * 16 + detail::hex_value(at[2]));
            at += 2;
        } else {
            out += *at;
        }
    }
    return out;
}

} // namespace cairn::sigv4

#endif
