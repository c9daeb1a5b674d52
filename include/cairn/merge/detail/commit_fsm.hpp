//
// cairn/merge/detail/commit_fsm.hpp: decides, without I/O, how one group of records is committed.
//
#ifndef CAIRN_MERGE_DETAIL_COMMIT_FSM_HPP
#define CAIRN_MERGE_DETAIL_COMMIT_FSM_HPP

#include <cairn/core/error.hpp>
#include <cairn/merge/ledger.hpp>
#include <cairn/storage/concepts.hpp>

#include <boost/system/errc.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>

namespace cairn::merge {

/// What is known about a group of records when its commit has ended.
enum class outcome {
    applied,     ///< the object holds the group
    not_applied, ///< it does not, and will not
    unknown,     ///< a write of it may have been applied, or may still be
};

namespace commit {

/// Read the object; then call `found`, `absent`, `read_failed` or `unusable`.
struct read {};

/// Write the document with the group applied; then call `written`, `write_failed`, or `unusable`
/// where the document cannot be made.
struct write {
    std::optional<storage::version> expected; ///< replace this version; none: create
    bool same_bytes = false; ///< exactly what was written last, to the same condition
};

/// Wait, then call `wait_over`.
struct wait {
    std::chrono::milliseconds delay{0};
};

/// Cancel the request that is under way, and report its outcome as ever.
struct cancel {};

/// The end. `version`: the state that is known to hold the group, where it is applied. `why`: the
/// error otherwise, its effect `none` where not applied, `possible` where unknown.
struct done {
    outcome what = outcome::unknown;
    storage::version version;
    error why;
};

using action = std::variant<read, write, wait, cancel, done>;

} // namespace commit

/// What `commit_fsm` may be told.
struct commit_fsm_config {
    unsigned max_attempts = 64; ///< failed requests before it gives up, at least 1
    std::chrono::milliseconds backoff_base{20};
    std::chrono::milliseconds backoff_cap{2'000};
    bool idempotent = false;        ///< applying the group twice does no harm
    std::function<double()> random; ///< uniform in [0, 1)
};

/// Commits one group under one sequence number of one writer. Each input returns what to do next.
///
/// - A write whose answer was lost is in doubt: it may be applied, now or later, for as long as
///   the object has the version that it was conditioned on. It is not repeated before the object
///   was read. Found with our commit in its ledger: applied. Found with another version and
///   without it: the write's condition can never hold again, and the group is merged anew. Found
///   unchanged: a new write of the same group under the same condition and sequence excludes the
///   late one, whichever lands first.
/// - A lost race, a vanished object or a server's failure: read again, look for our own commit,
///   merge anew. A refusal that certainly did nothing (throttled, no connection): the same again.
/// - A read that is refused may be of an absent object: S3 answers so to those who may not list the
///   bucket. A creation decides; only where that finds the object, or is refused too, it is an
///   error.
/// - Retries wait with full jitter, and are bounded in number; the owner keeps the deadline.
/// - Other errors end at once.
///
/// A plain value; no thread safety of its own. Never throws, apart from `bad_alloc`.
class commit_fsm {
public:
    CAIRN_DECL explicit commit_fsm(commit_fsm_config config);

    /// Begins. `remembered`: the version whose content the owner holds, to save the read.
    CAIRN_DECL commit::action start(std::optional<storage::version> remembered = std::nullopt);

    /// The object was read; `own`: what its ledger says about our commit.
    CAIRN_DECL commit::action found(storage::version version, ledger::standing own);
    CAIRN_DECL commit::action absent();
    CAIRN_DECL commit::action read_failed(error e);
    /// What was read is not a document, or the policy refuses to change it.
    CAIRN_DECL commit::action unusable(error e);
    CAIRN_DECL commit::action written(storage::version version);
    CAIRN_DECL commit::action write_failed(error e);
    CAIRN_DECL commit::action wait_over();

    /// The deadline has passed, or the owner goes: whatever is under way is the last.
    CAIRN_DECL commit::action stop(error reason);

    /// Storage operations that were answered or failed.
    unsigned requests() const noexcept { return requests_; }
    unsigned conflicts() const noexcept { return conflicts_; }   ///< races lost
    unsigned transients() const noexcept { return transients_; } ///< refusals to be repeated
    unsigned ambiguous() const noexcept { return ambiguous_; }   ///< writes whose answer was lost
    bool attempted() const noexcept { return attempted_; }       ///< a write was sent
    error const& last_error() const noexcept { return last_; }   ///< why it waits, while it does

private:
    using condition_of_write = std::optional<storage::version>;
    enum class state { idle, reading, writing, waiting, finished };
    enum class after_wait { read, write_same };

    CAIRN_DECL commit::action read();
    CAIRN_DECL commit::action write(condition_of_write expected, bool same_bytes);
    CAIRN_DECL commit::action retry(error last, after_wait next);
    CAIRN_DECL commit::action create_unread(error e);
    CAIRN_DECL commit::action fail(error e, std::string_view why);
    CAIRN_DECL commit::action give_up(error last);
    CAIRN_DECL commit::action finish(commit::done d);
    bool is_own_cancellation(error const& e) const noexcept {
        return stopped_ && e.code == boost::system::errc::operation_canceled;
    }
    bool in_doubt() const noexcept { return doubt_.has_value() || lost_track_; }

    commit_fsm_config config_;
    state state_ = state::idle;
    after_wait next_ = after_wait::read;
    condition_of_write expected_;             // of the write under way, or the last
    std::optional<condition_of_write> doubt_; // a write under this condition may still land
    bool lost_track_ = false;                 // one may have landed, and the ledger forgot it
    bool attempted_ = false;
    std::optional<error> unreadable_; // why the read before the write was refused
    bool exists_unreadable_ = false;  // a creation after such a read found the object
    std::optional<error> stopped_;
    error last_;
    unsigned failures_ = 0;
    unsigned requests_ = 0;
    unsigned conflicts_ = 0;
    unsigned transients_ = 0;
    unsigned ambiguous_ = 0;
};

} // namespace cairn::merge

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/merge/detail/impl/commit_fsm.ipp>
#endif

#endif
