#ifndef CAIRN_SIGV4_VERIFY_IMPL_DIFFERENCE_IPP
#define CAIRN_SIGV4_VERIFY_IMPL_DIFFERENCE_IPP

#include <cairn/sigv4/verify/difference.hpp>

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
    // The first of a name beside the other's first, the second beside its second.
    auto const beside = [](named_part const& part, named_parts const& own,
                           named_parts const& others) {
        std::size_t before = 0;
        for (named_part const* p = own.data(); p != &part; ++p)
            before += p->name == part.name;
        for (named_part const& p : others)
            if (p.name == part.name && before-- == 0)
                return &p;
        return static_cast<named_part const*>(nullptr);
    };
    std::vector<difference> all;
    for (named_part const& part : client) {
        auto const* const same = beside(part, client, server);
        if (!same || same->value != part.value)
            all.push_back(
                {part.name, std::string(part.value), std::string(same ? same->value : "")});
    }
    for (named_part const& part : server)
        if (!beside(part, server, client))
            all.push_back({part.name, {}, std::string(part.value)});
    return all;
}

// Texts with the same parts may still have them in another order.
inline std::vector<difference> with_order(std::vector<difference> all, std::string_view client,
                                          std::string_view server) {
    if (all.empty() && client != server)
        all.push_back({"order of the parts", std::string(client), std::string(server)});
    return all;
}

} // namespace detail

CAIRN_DECL std::vector<difference> compare_canonical_requests(std::string_view client,
                                                              std::string_view server) {
    return detail::with_order(
        detail::differences(detail::parts_of_request(client), detail::parts_of_request(server)),
        client, server);
}

CAIRN_DECL std::vector<difference> compare_strings_to_sign(std::string_view client,
                                                           std::string_view server) {
    return detail::with_order(
        detail::differences(detail::parts_of_string(client), detail::parts_of_string(server)),
        client, server);
}

} // namespace cairn::sigv4

#endif
