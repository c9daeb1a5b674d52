//
// cairn/segments/day_codec.hpp: a day document as it is stored.
//
#ifndef CAIRN_SEGMENTS_DAY_CODEC_HPP
#define CAIRN_SEGMENTS_DAY_CODEC_HPP

#include <cairn/core/error.hpp>
#include <cairn/merge/concepts.hpp>
#include <cairn/segments/day_document.hpp>

#include <cstddef>
#include <string>

namespace cairn::segments {

/// Reads and writes `{"profiles":[…]}`, the original uploader's files, and those of our own, which
/// have one more member: `"_cairn":{"format":1,"writers":{"<id>":<sequence>, …}}`, the ledger.
///
/// Satisfies `merge::codec`. May be used from several threads, with distinct documents.
class day_codec {
public:
    using document = day_document;

    /// `ledger_capacity`: how many writers a document remembers.
    explicit day_codec(std::size_t ledger_capacity = merge::ledger::default_capacity)
        : ledger_capacity_(ledger_capacity) {}

    /// The document of a day that has no object yet.
    CAIRN_DECL day_document empty() const;

    /// Takes the bytes over, without a copy. `NaN` and its like are read as null and counted in
    /// the document's warnings. Profiles that share an identity stay until the merge policy
    /// calls `deduplicate`.
    ///
    /// `errc::invalid_document`, with a message that says what is wrong and where: not JSON; no
    /// object with one array `profiles` of objects; a profile whose `smi_uid` is neither string,
    /// number nor null, or whose `segments` are neither array nor null, or that has two of one;
    /// a reserved member that is malformed, or of a newer format.
    /// Cost: one pass over the bytes.
    CAIRN_DECL result<day_document> decode(std::string bytes) const;

    /// Writes the document into one new buffer, which becomes the document's own. What was not
    /// changed is copied in large pieces; the reserved member is written where the ledger has
    /// entries, or the document had one. Cost: one copy, and one step for each profile.
    merge::encoded encode(day_document& d) const { return d.encode(); }

    merge::ledger& ledger(day_document& d) const { return d.ledger(); }

private:
    std::size_t ledger_capacity_;
};

} // namespace cairn::segments

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/segments/impl/day_codec.ipp>
#endif

#endif
