//
// cairn/segments/detail/day_layout.hpp: where the parts of a stored day stand.
//
#ifndef CAIRN_SEGMENTS_DETAIL_DAY_LAYOUT_HPP
#define CAIRN_SEGMENTS_DETAIL_DAY_LAYOUT_HPP

#include <cairn/core/error.hpp>
#include <cairn/json/scanner.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::segments::detail {

/// A profile: where its object stands, and where in it the two members stand that matter to us.
struct profile_entry {
    static constexpr std::size_t max_length = UINT32_MAX;

    std::uint64_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t identity_offset = 0; ///< from the object's beginning
    std::uint32_t identity_length = 0; ///< 0: it has none, and nothing is merged into it
    std::uint32_t segments_offset = 0;
    std::uint32_t segments_length = 0; ///< 0: it has no such member
    bool changed = false;              ///< `offset` counts in the changed texts
    bool detached = false;             ///< the profile before it is not the one stored before it
};

/// A stored day: `{ … "profiles":[` profiles `] … }`, and the reserved member somewhere outside
/// the list. Offsets count from the text's beginning.
struct day_layout {
    std::size_t list_begin = 0;  ///< where the first profile begins, or the `]`
    std::size_t list_end = 0;    ///< where the last profile ends, or the `]`
    std::size_t members_end = 0; ///< after the last member of the whole
    json::span reserved;         ///< the reserved member's value; length 0: it has none
    std::vector<profile_entry> profiles;
};

inline constexpr std::string_view reserved_name = "_cairn";

/// Reads the profile that `in` stands before, whose texts are `text`. On failure either
/// `in.ok()` is false, or `problem` says what is wrong with it.
CAIRN_DECL bool read_profile(json::scanner& in, std::string_view text, profile_entry& entry,
                             json::syntax_error& problem);

/// A day's layout; the places where `NaN` or its like stand are told in `nans`. The error is
/// `errc::invalid_document`.
CAIRN_DECL result<day_layout> read_day(std::string_view text, std::vector<json::span>& nans);

} // namespace cairn::segments::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/segments/detail/impl/day_layout.ipp>
#endif

#endif
