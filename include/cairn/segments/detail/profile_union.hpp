//
// cairn/segments/detail/profile_union.hpp: several profiles of one identity become one.
//
#ifndef CAIRN_SEGMENTS_DETAIL_PROFILE_UNION_HPP
#define CAIRN_SEGMENTS_DETAIL_PROFILE_UNION_HPP

#include <cairn/core/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::segments::detail {

/// The text of one profile with what all of `profiles`, valid texts, say. The members stand in
/// the order in which they are first seen; of two values the later one stays. With
/// `unite_segments` the segments of all are united instead, in first-seen order.
CAIRN_DECL std::string unite_profiles(std::vector<std::string_view> const& profiles,
                                      bool unite_segments);

} // namespace cairn::segments::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/segments/detail/impl/profile_union.ipp>
#endif

#endif
