//
// cairn/segments/day_document.hpp: a day's profiles and their segments, kept as bytes.
//
#ifndef CAIRN_SEGMENTS_DAY_DOCUMENT_HPP
#define CAIRN_SEGMENTS_DAY_DOCUMENT_HPP

#include <cairn/core/error.hpp>
#include <cairn/merge/concepts.hpp>
#include <cairn/merge/ledger.hpp>
#include <cairn/segments/detail/day_layout.hpp>
#include <cairn/segments/detail/identity_index.hpp>
#include <cairn/segments/detail/token_set.hpp>
#include <cairn/segments/update.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::segments {

/// What was repaired in a document that another program wrote.
struct repairs {
    std::size_t nan_as_null = 0;        ///< `NaN`, `Infinity`, `-Infinity` read as `null`
    std::size_t duplicates_removed = 0; ///< profiles united with an earlier one of their identity

    friend bool operator==(repairs const&, repairs const&) = default;
};

/// What becomes of several profiles with one identity. The first one's place is kept, and members
/// that we do not know are carried over; of two with one name the later value stays.
enum class duplicate_rule {
    unite,     ///< the segments of all, in the order in which they are first seen
    last_wins, ///< the segments of the last one that has any member `segments`
};

/// One profile of a document, as exact texts. The views last until the document changes.
struct profile_view {
    std::string_view text;     ///< the whole object
    std::string_view identity; ///< its `smi_uid`; empty where nothing is merged into it
    std::string_view segments; ///< its `segments`, an array or null; empty where it has none
};

/// `{"profiles":[{"smi_uid":…,"segments":[…]}, …]}` with a ledger. What it was decoded from stays
/// as it is, byte for byte, but for the segments that are changed. An index over the identities
/// is made when it is first needed.
///
/// A value; distinct objects may be used from distinct threads. The failures are `errc::too_large`:
/// a profile would take 4 GiB, or there would be 2^32 profiles.
class day_document {
public:
    /// The document of a day without profiles.
    CAIRN_DECL day_document();

    /// Unites the profiles that share an identity, as a stored document of the original's may
    /// have them. Does nothing where there are none. Cost: that of the index, once.
    CAIRN_DECL result<void> deduplicate(duplicate_rule rule);

    /// Appends those segments to the profile that it does not have; adds the profile where there
    /// is none. A second time changes nothing.
    CAIRN_DECL result<void> unite(update const& u);

    /// Replaces the profile's segments by those; adds the profile where there is none.
    CAIRN_DECL result<void> replace(update const& u);

    /// Adds one more profile, whatever is there already.
    CAIRN_DECL result<void> append(update const& u);

    std::size_t size() const noexcept { return entries_.size(); }
    CAIRN_DECL profile_view operator[](std::size_t i) const;

    merge::ledger& ledger() noexcept { return ledger_; }
    merge::ledger const& ledger() const noexcept { return ledger_; }

    /// What was repaired so far.
    repairs const& warnings() const noexcept { return repairs_; }

private:
    friend class day_codec;
    using entry = detail::profile_entry;
    class encoder;

    day_document(std::shared_ptr<void const> owner, std::string_view text,
                 detail::day_layout&& layout);

    merge::encoded encode();
    std::string_view entry_text(entry const& e) const;
    std::string_view identity_of(entry const& e) const;
    std::string_view segments_of(entry const& e) const;
    auto same_identity(std::string_view canonical);
    void build_index();
    entry* find(std::string_view identity);
    result<void> change(entry& e, std::string const& text);
    result<void> splice(entry& e, std::string_view list);
    void remove(std::vector<bool> const& gone);
    result<void> unite_entries(duplicate_rule rule, std::vector<std::uint32_t> const& numbers);

    std::shared_ptr<void const> owner_; // keeps base_ alive
    std::string_view base_;             // what was decoded or encoded last
    detail::day_layout frame_;          // its profiles are in entries_
    std::string separator_;             // what stands between two profiles
    std::vector<entry> entries_;
    std::string changed_; // the texts of entries that are not in base_
    detail::identity_index index_;
    bool indexed_ = false;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> repeats_; // an earlier and a later one
    merge::ledger ledger_;
    std::string reserved_unknown_;
    repairs repairs_;
    std::string scratch_;
};

} // namespace cairn::segments

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/segments/impl/day_document.ipp>
#include <cairn/segments/impl/day_document_encode.ipp>
#endif

#endif
