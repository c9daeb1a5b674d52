#ifndef CAIRN_TESTING_IMPL_REQUEST_HEAD_IPP
#define CAIRN_TESTING_IMPL_REQUEST_HEAD_IPP

#include <cairn/testing/request_head.hpp>

#include <algorithm>

namespace cairn::testing {
namespace detail {

inline char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    char const low = ascii_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

CAIRN_DECL std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = ascii_lower(c);
    return lower;
}

CAIRN_DECL bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && to_lower(a) == to_lower(b);
}

CAIRN_DECL std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            plain += ' ';
            continue;
        }
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
            continue;
        }
        plain += text[i];
    }
    return plain;
}

CAIRN_DECL std::string percent_encode(std::string_view text, bool keep_slash) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (char const c : text) {
        bool const letter = ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
        if (letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~' ||
            (c == '/' && keep_slash)) {
            encoded += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4];
        encoded += digits[byte & 15];
    }
    return encoded;
}

} // namespace detail

CAIRN_DECL std::optional<std::string> request_head::header(std::string_view name) const {
    std::optional<std::string> joined;
    for (auto const& [field, value] : headers) {
        if (!detail::equal_ignoring_case(field, name))
            continue;
        joined = joined ? *joined + "," + value : value;
    }
    return joined;
}

CAIRN_DECL std::string_view request_head::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

CAIRN_DECL header_list request_head::query() const {
    header_list parameters;
    auto const mark = target.find('?');
    if (mark == std::string::npos)
        return parameters;
    std::string_view rest = std::string_view(target).substr(mark + 1);
    while (!rest.empty()) {
        auto const pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.empty())
            continue;
        auto const equals = pair.find('=');
        auto const value = equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
        parameters.emplace_back(detail::percent_decode(pair.substr(0, equals), true),
                                detail::percent_decode(value, true));
    }
    return parameters;
}

CAIRN_DECL std::optional<std::string> request_head::parameter(std::string_view name) const {
    for (auto& [key, value] : query())
        if (key == name)
            return value;
    return std::nullopt;
}

} // namespace cairn::testing

#endif
