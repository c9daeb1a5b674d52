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
/// writers' commits, for as long as fewer than `capacity` other writers have committed since.
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

    enum class verdict {
        applied,   ///< the document holds this commit
        absent,    ///< it does not
        forgotten, ///< the ledger is full and does not know the writer: it cannot tell
    };

    explicit ledger(std::size_t capacity = default_capacity) : capacity_(capacity) {}

    /// Whether the document holds the commit `sequence` of `writer`.
    verdict find(std::string_view writer, std::uint64_t sequence) const {
        auto const it = locate(writer);
        if (it != entries_.end())
            return it->sequence >= sequence ? verdict::applied : verdict::absent;
        return entries_.size() < capacity_ ? verdict::absent : verdict::forgotten;
    }

    /// Notes that the document is about to hold commit `sequence` of `writer`. The least recent
    /// writer is forgotten where the ledger is full.
    void record(std::string_view writer, std::uint64_t sequence) {
        auto it = locate(writer);
        if (it == entries_.end()) {
            if (entries_.size() >= capacity_)
                entries_.resize(capacity_ == 0 ? 0 : capacity_ - 1);
            it = entries_.insert(entries_.end(), entry{std::string(writer), sequence});
        }
        it->sequence = std::max(it->sequence, sequence);
        std::rotate(entries_.begin(), it, it + 1);
    }

    /// Adds a less recent writer, as a codec does that reads entries in their stored order.
    void append(entry e) { entries_.push_back(std::move(e)); }

    /// Most recent first.
    std::vector<entry> const& entries() const noexcept { return entries_; }
    std::size_t capacity() const noexcept { return capacity_; }

private:
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
};

} // namespace cairn::merge

#endif
