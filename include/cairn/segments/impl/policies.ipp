#ifndef CAIRN_SEGMENTS_IMPL_POLICIES_IPP
#define CAIRN_SEGMENTS_IMPL_POLICIES_IPP

#include <cairn/segments/policies.hpp>

#include <algorithm>
#include <utility>

namespace cairn::segments {

namespace detail {

// Beyond this many segments of one identity, looking through them costs more than a hash.
inline constexpr std::uint32_t crowd_size = 24;

} // namespace detail

CAIRN_DECL bool union_policy::group::is_new(std::uint32_t number, std::string_view token) {
    auto& [count, many] = folded_[number];
    token_list const known = table_[number].segments();
    if (count < detail::crowd_size)
        return std::find(known.begin(), known.end(), token) == known.end();
    if (!many) {
        many = std::make_unique<crowd>();
        for (std::string_view const t : known)
            many->segments.emplace(t);
    }
    return many->segments.emplace(token).second;
}

CAIRN_DECL void union_policy::group::unite(std::uint32_t number, token_list segments) {
    for (std::string_view const token : segments) {
        if (!is_new(number, token))
            continue;
        table_[number].add(token);
        ++folded_[number].first;
    }
}

CAIRN_DECL void union_policy::fold(group& g, update u) const {
    update mine(u.identity()); // a payload may name a segment twice
    auto const [number, fresh] = g.table_.insert(std::move(mine));
    if (fresh) {
        g.folded_.emplace_back(0, nullptr);
        g.table_[number].reserve(u.joined().size());
    }
    g.unite(number, u.segments());
}

CAIRN_DECL result<void> union_policy::apply(day_document& d, group const& g) const {
    if (auto done = d.deduplicate(duplicate_rule::unite); !done)
        return done;
    for (update const& u : g.table_.updates()) {
        if (auto done = d.unite(u); !done)
            return done;
    }
    return {};
}

CAIRN_DECL void replace_policy::fold(group& g, update u) const {
    auto const [number, fresh] = g.table_.insert(std::move(u));
    if (!fresh)
        // Left alone by an insertion that found another. NOLINTNEXTLINE(bugprone-use-after-move)
        g.table_[number] = std::move(u);
}

CAIRN_DECL result<void> replace_policy::apply(day_document& d, group const& g) const {
    if (auto done = d.deduplicate(duplicate_rule::last_wins); !done)
        return done;
    for (update const& u : g.table_.updates()) {
        if (auto done = d.replace(u); !done)
            return done;
    }
    return {};
}

CAIRN_DECL void append_policy::fold(group& g, update u) const {
    g.updates_.push_back(std::move(u));
}

CAIRN_DECL result<void> append_policy::apply(day_document& d, group const& g) const {
    for (update const& u : g.updates_) {
        if (auto done = d.append(u); !done)
            return done;
    }
    return {};
}

} // namespace cairn::segments

#endif
