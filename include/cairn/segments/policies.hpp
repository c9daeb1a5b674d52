//
// cairn/segments/policies.hpp: how payloads change a day.
//
#ifndef CAIRN_SEGMENTS_POLICIES_HPP
#define CAIRN_SEGMENTS_POLICIES_HPP

#include <cairn/core/error.hpp>
#include <cairn/segments/day_document.hpp>
#include <cairn/segments/detail/identity_index.hpp>
#include <cairn/segments/update.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cairn::segments {

namespace detail {

/// Updates by identity, one for each, in the order in which the identities came.
class update_table {
public:
    /// The identity's update; the one that is given where there was none, and `true`.
    std::pair<std::uint32_t, bool> insert(update&& u) {
        auto const fresh = static_cast<std::uint32_t>(updates_.size());
        auto const same = [this, &u](std::uint32_t i) {
            return updates_[i].identity() == u.identity();
        };
        auto const found = index_.insert(u.identity(), fresh, same);
        if (found.second)
            updates_.push_back(std::move(u));
        return found;
    }

    update& operator[](std::uint32_t i) { return updates_[i]; }
    std::vector<update> const& updates() const { return updates_; }

private:
    std::vector<update> updates_;
    identity_index index_;
};

} // namespace detail

/// A profile's segments grow: those of each payload are added where they are missing, in the
/// order in which they are first seen. A payload that is repeated changes nothing.
struct union_policy {
    static constexpr bool idempotent = true;

    using record = update;

    /// What many updates come to: each identity's segments, each once.
    class group {
    public:
        std::size_t size() const noexcept { return table_.updates().size(); }

    private:
        friend struct union_policy;

        // The segments of an identity that has many of them.
        struct crowd {
            boost::unordered_flat_set<std::string> segments;
        };

        CAIRN_DECL void unite(std::uint32_t number, token_list segments);
        CAIRN_DECL bool is_new(std::uint32_t number, std::string_view token);

        detail::update_table table_;
        std::vector<std::pair<std::uint32_t, std::unique_ptr<crowd>>> folded_; // count, if many
    };

    CAIRN_DECL void fold(group& g, update u) const;
    CAIRN_DECL result<void> apply(day_document& d, group const& g) const;
};

/// The latest payload's segments replace the profile's.
struct replace_policy {
    static constexpr bool idempotent = false;

    using record = update;

    class group {
    public:
        std::size_t size() const noexcept { return table_.updates().size(); }

    private:
        friend struct replace_policy;
        detail::update_table table_;
    };

    CAIRN_DECL void fold(group& g, update u) const;
    CAIRN_DECL result<void> apply(day_document& d, group const& g) const;
};

/// Every payload adds a profile of its own, duplicates and all, as the original uploader did.
struct append_policy {
    static constexpr bool idempotent = false;

    using record = update;

    class group {
    public:
        std::size_t size() const noexcept { return updates_.size(); }

    private:
        friend struct append_policy;
        std::vector<update> updates_;
    };

    CAIRN_DECL void fold(group& g, update u) const;
    CAIRN_DECL result<void> apply(day_document& d, group const& g) const;
};

} // namespace cairn::segments

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/segments/impl/policies.ipp>
#endif

#endif
