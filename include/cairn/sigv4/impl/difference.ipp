#ifndef CAIRN_SIGV4_IMPL_DIFFERENCE_IPP
#define CAIRN_SIGV4_IMPL_DIFFERENCE_IPP

#include <cairn/sigv4/difference.hpp>

#include <cairn/sigv4/detail/text.hpp>

namespace cairn::sigv4 {

namespace detail {

struct named_part {
    std::string name;
    std::string_view value;
};
using named_parts = std::vector<named_part>;

inline named_parts parts_of_request(std::string_view text) {
    named_parts parts;
    for (char const* name : {"method", "path", "query"})
        parts.push_back({name, take_piece(text, '\n')});
    while (!text.empty() && text.front() != '\n') {
        std::string_view line = take_piece(text, '\n');
        std::string_view const name = take_piece(line, ':');
        parts.push_back({std::string("header ").append(name), line});
    }
    take_piece(text, '\n');
    parts.push_back({"signed headers", take_piece(text, '\n')});
    parts.push_back({"payload hash", text});
    return parts;
}

inline named_parts parts_of_string(std::string_view text) {
    named_parts parts;
    for (char const* name : {"algorithm", "date", "scope"})
        parts.push_back({name, take_piece(text, '\n')});
    parts.push_back({"hash of the canonical request", text});
    return parts;
}

inline std::vector<difference> differences(named_parts const& client, named_parts const& server) {
    auto const find = [](named_parts const& parts, std::string_view name) {
        for (named_part const& p : parts)
            if (p.name == name)
                return &p;
        return static_cast<named_part const*>(nullptr);
    };
    std::vector<difference> all;
    for (auto const& [name, value] : client) {
        auto const* const same = find(server, name);
        if (!same || same->value != value)
            all.push_back({name, std::string(value), std::string(same ? same->value : "")});
    }
    for (auto const& [name, value] : server)
        if (!find(client, name))
            all.push_back({name, {}, std::string(value)});
    return all;
}

} // namespace detail

CAIRN_DECL std::vector<difference> compare_canonical_requests(std::string_view client,
                                                              std::string_view server) {
    return detail::differences(detail::parts_of_request(client), detail::parts_of_request(server));
}

CAIRN_DECL std::vector<difference> compare_strings_to_sign(std::string_view client,
                                                           std::string_view server) {
    return detail::differences(detail::parts_of_string(client), detail::parts_of_string(server));
}

} // namespace cairn::sigv4

#endif
