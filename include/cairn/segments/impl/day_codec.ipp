#ifndef CAIRN_SEGMENTS_IMPL_DAY_CODEC_IPP
#define CAIRN_SEGMENTS_IMPL_DAY_CODEC_IPP

#include <cairn/segments/day_codec.hpp>
#include <cairn/segments/detail/reserved_member.hpp>

#include <memory>
#include <utility>

namespace cairn::segments {

namespace detail {

inline std::string with_nulls(std::string_view text, std::vector<json::span> const& nans) {
    std::string out;
    out.reserve(text.size() + nans.size());
    std::size_t at = 0;
    for (json::span const& nan : nans) {
        out.append(text.substr(at, nan.offset - at)).append("null");
        at = nan.offset + nan.length;
    }
    return out.append(text.substr(at));
}

} // namespace detail

CAIRN_DECL day_document day_codec::empty() const {
    day_document d;
    d.ledger_ = merge::ledger(ledger_capacity_);
    return d;
}

CAIRN_DECL result<day_document> day_codec::decode(std::string bytes) const {
    std::vector<json::span> nans;
    auto layout = detail::read_day(bytes, nans);
    std::size_t const repaired = nans.size();
    if (layout && repaired != 0) {
        bytes = detail::with_nulls(bytes, nans);
        layout = detail::read_day(bytes, nans);
    }
    if (!layout)
        return layout.error();
    auto owner = std::make_shared<std::string const>(std::move(bytes));
    std::string_view const text = *owner;
    day_document d(std::move(owner), text, std::move(*layout));
    d.repairs_.nan_as_null = repaired;
    d.ledger_ = merge::ledger(ledger_capacity_);
    if (d.frame_.reserved.length != 0) {
        auto member =
            detail::parse_reserved(text.substr(d.frame_.reserved.offset, d.frame_.reserved.length));
        if (!member)
            return member.error();
        for (merge::ledger::entry& e : member->writers)
            d.ledger_.append(std::move(e));
        d.ledger_.restore_dropped(member->dropped);
        d.reserved_unknown_ = std::move(member->unknown);
    }
    return d;
}

} // namespace cairn::segments

#endif
