//
// cairn/segments/detail/reserved_member.hpp: the ledger as it is stored in a day.
//
#ifndef CAIRN_SEGMENTS_DETAIL_RESERVED_MEMBER_HPP
#define CAIRN_SEGMENTS_DETAIL_RESERVED_MEMBER_HPP

#include <cairn/core/error.hpp>
#include <cairn/merge/ledger.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::segments::detail {

/// The format that this code writes, and the newest that it reads.
inline constexpr int day_format = 1;

/// `{"format":1,"writers":{"<id>":<sequence>, …}}`, the most recent writer first; and
/// `"dropped":<count>` where the ledger has dropped writers.
struct reserved_member {
    std::vector<merge::ledger::entry> writers;
    std::uint64_t dropped = 0; ///< `merge::ledger::dropped`
    std::string unknown;       ///< members that we do not know, each after a comma
};

/// `errc::invalid_document` for what is malformed, and for a newer format (`is_newer`).
CAIRN_DECL result<reserved_member> parse_reserved(std::string_view text);
CAIRN_DECL bool is_newer(error const& e);

CAIRN_DECL std::string write_reserved(merge::ledger const& ledger, std::string_view unknown);

} // namespace cairn::segments::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/segments/detail/impl/reserved_member.ipp>
#endif

#endif
