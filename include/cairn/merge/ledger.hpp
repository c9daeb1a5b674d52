//
// cairn/merge/ledger.hpp: which writer's commits a document already holds.
//
#ifndef CAIRN_MERGE_LEDGER_HPP
#define CAIRN_MERGE_LEDGER_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::merge {

/// A watermark per writer, the most recent writer first, kept inside the document itself so that
/// it is swapped together with the records. Each writer numbers its commits 1, 2, 3, … and carries
/// on the entries of the others; so a commit whose answer was lost is recognised, even after other
/// writers' commits, for as long as fewer than `capacity` other writers have committed since. How
/// many entries were ever dropped is counted and carried on too, so that a ledger which may have
/// dropped the one that is looked for says so, whatever capacity its other writers have.
///
/// A plain value; distinct objects may be used from distinct threads.
class ledger {
public:
    static constexpr std::size_t default_capacity = 128;

    struct entry {
        std::string writer;
        std::uint64_t sequence = 0;

        friend bool operator==(entry const&, entry const&) = default;
    };

    enum class standing {
        applied,   ///< the document holds this commit
        absent,    ///< it does not
        forgotten, ///< it may have known the writer, and does not any more: it cannot tell
    };

    /// `capacity`: how many writers are remembered, at least 1.
    explicit ledger(std::size_t capacity = default_capacity)
        : capacity_(std::max<std::size_t>(capacity, 1)) {}

    /// Whether the document holds the commit `sequence` of `writer`. `base`: the ledger of the
    /// document that the commit was first made from. Where this one does not carry it on, because
    /// somebody wrote the document without its ledger, it cannot tell.
    standing find(std::string_view writer, std::uint64_t sequence, ledger const& base) const {
        auto const it = locate(writer);
        if (it != entries_.end())
            return it->sequence >= sequence ? standing::applied : standing::absent;
        return carries_on(base) ? standing::absent : standing::forgotten;
    }

    /// Notes that the document is about to hold commit `sequence` of `writer`. The least recent
    /// writer is forgotten where the ledger is full.
    void record(std::string_view writer, std::uint64_t sequence) {
        auto it = locate(writer);
        if (it == entries_.end()) {
            std::size_t const kept = std::min(entries_.size(), capacity_ - 1);
            dropped_ += entries_.size() - kept;
            entries_.resize(kept);
            it = entries_.insert(entries_.end(), entry{std::string(writer), sequence});
        }
        it->sequence = std::max(it->sequence, sequence);
        std::rotate(entries_.begin(), it, it + 1);
    }

    /// For a codec that reads a ledger: adds a less recent writer, in the stored order.
    void append(entry e) { entries_.push_back(std::move(e)); }
    /// For a codec that reads a ledger: what `dropped()` was.
    void restore_dropped(std::uint64_t count) noexcept { dropped_ = count; }

    /// Most recent first.
    std::vector<entry> const& entries() const noexcept { return entries_; }
    /// Entries that were ever dropped from this document's ledger; a codec stores it with them.
    std::uint64_t dropped() const noexcept { return dropped_; }
    std::size_t capacity() const noexcept { return capacity_; }

private:
    bool carries_on(ledger const& base) const {
        return !entries_.empty() && dropped_ == base.dropped_ &&
               std::all_of(base.entries_.begin(), base.entries_.end(),
                           [this](entry const& e) { return locate(e.writer) != entries_.end(); });
    }

    std::vector<entry>::const_iterator locate(std::string_view writer) const {
        return std::find_if(entries_.begin(), entries_.end(),
                            [writer](entry const& e) { return e.writer == writer; });
    }
    std::vector<entry>::iterator locate(std::string_view writer) {
        return std::find_if(entries_.begin(), entries_.end(),
                            [writer](entry const& e) { return e.writer == writer; });
    }

    std::size_t capacity_;
    std::vector<entry> entries_;
    std::uint64_t dropped_ = 0;
};

} // namespace cairn::merge

#endif
