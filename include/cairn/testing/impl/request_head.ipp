#ifndef CAIRN_TESTING_IMPL_REQUEST_HEAD_IPP
#define CAIRN_TESTING_IMPL_REQUEST_HEAD_IPP

#include <cairn/testing/request_head.hpp>

#include <algorithm>

namespace cairn::testing {
namespace detail {

CAIRN_DECL std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            plain += ' ';
            continue;
        }
        int const byte = text[i] == '%' ? cairn::detail::hex_byte(text.substr(i + 1)) : -1;
        plain += byte < 0 ? text[i] : static_cast<char>(byte);
        i += byte < 0 ? 0 : 2;
    }
    return plain;
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
