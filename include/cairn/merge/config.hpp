//
// cairn/merge/config.hpp: what a merger is told, and what it tells.
//
#ifndef CAIRN_MERGE_CONFIG_HPP
#define CAIRN_MERGE_CONFIG_HPP

#include <cairn/storage/concepts.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace cairn::merge {

struct merger_config {
    /// Names this merger in the ledgers of the documents. Empty: 128 random bits. A name of your
    /// own must never be used by two mergers, not even one after the other: a write that outlived
    /// the first could be taken for the second's.
    std::string writer{};

    /// How long a group gathers records while no commit of its key is under way. 0: it is
    /// committed with what is folded in the same turn of the executor. At most half the deadline.
    std::chrono::milliseconds max_delay{0};

    /// The time from a group's first record to the end of its commit; a commit that had to wait for
    /// its predecessor has at least a quarter of it from its own beginning. What is under way then
    /// is cancelled, so a storage that heeds cancellation late delays the end.
    std::chrono::milliseconds deadline{30'000};

    unsigned max_attempts = 64;                   ///< failed requests before a group is given up
    std::chrono::milliseconds backoff_base{20};   ///< the first retry waits up to this
    std::chrono::milliseconds backoff_cap{2'000}; ///< and none waits longer than this
    std::size_t max_remembered = 4; ///< documents kept in memory, the least recent forgotten first

    /// Called before each wait for another attempt at a commit, on the storage's executor, with the
    /// key, the error of the attempt that failed and the time until the next. It must not throw and
    /// must not call the merger. May be empty.
    std::function<void(std::string_view key, error const& why, std::chrono::milliseconds delay)>
        on_retry{};

    std::function<double()> random{}; ///< uniform in [0, 1), for the back-off; empty: its own
};

/// A commit that holds the records of one group.
struct receipt {
    storage::version version;   ///< a state of the object that holds them
    std::uint64_t sequence = 0; ///< under the merger's writer, in the document's ledger
    std::size_t records = 0;    ///< of the whole group
    unsigned attempts = 0;      ///< storage operations made for it, reads included
};

/// Counted since the merger was made. A group that has ended is in exactly one of `commits`,
/// `not_applied` and `unknown`.
struct merger_statistics {
    std::uint64_t records = 0;     ///< folded
    std::uint64_t groups = 0;      ///< begun
    std::uint64_t commits = 0;     ///< groups known to be applied
    std::uint64_t not_applied = 0; ///< groups known not to be
    std::uint64_t unknown = 0;     ///< groups of which that cannot be said
    std::uint64_t reads = 0;       ///< storage operations; a storage may repeat their requests
    std::uint64_t writes = 0;      ///< likewise
    std::uint64_t conflicts = 0;   ///< writes that lost a race
    std::uint64_t transients = 0;  ///< operations that failed and did nothing, to be repeated
    std::uint64_t ambiguous = 0;   ///< writes whose answer was lost
};

} // namespace cairn::merge

#endif
