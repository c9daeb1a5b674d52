#ifndef CAIRN_MERGE_DETAIL_IMPL_COMMIT_FSM_IPP
#define CAIRN_MERGE_DETAIL_IMPL_COMMIT_FSM_IPP

#include <cairn/merge/detail/commit_fsm.hpp>

#include <boost/assert.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace cairn::merge {

CAIRN_DECL commit_fsm::commit_fsm(commit_fsm_config config) : config_(std::move(config)) {
    config_.max_attempts = std::max(config_.max_attempts, 1u);
}

CAIRN_DECL commit::action commit_fsm::start(std::optional<storage::version> remembered) {
    BOOST_ASSERT(state_ == state::idle);
    return remembered ? write(std::move(remembered), false) : read();
}

CAIRN_DECL commit::action commit_fsm::found(storage::version version, ledger::standing own) {
    BOOST_ASSERT(state_ == state::reading);
    ++requests_;
    unreadable_.reset();
    exists_unreadable_ = false;
    if (attempted_ && own == ledger::standing::applied)
        return finish({outcome::applied, std::move(version), {}});
    // With another version the doubtful write's condition can never hold again. Whether it held
    // before is what the ledger says, unless it no longer knows us.
    if (doubt_ && *doubt_ != version) {
        doubt_.reset();
        if (own == ledger::standing::forgotten) {
            lost_track_ = true;
            if (!config_.idempotent)
                return fail(last_, "a write was not confirmed and the ledger forgot this writer");
        }
    }
    if (stopped_)
        return give_up(last_);
    return write(std::move(version), false);
}

CAIRN_DECL commit::action commit_fsm::absent() {
    BOOST_ASSERT(state_ == state::reading);
    ++requests_;
    unreadable_.reset();
    exists_unreadable_ = false;
    // Another took the object away: a doubtful replacement can no longer land. A doubtful
    // creation still can.
    if (doubt_ && doubt_->has_value())
        doubt_.reset();
    if (stopped_)
        return give_up(last_);
    return write(std::nullopt, false);
}

CAIRN_DECL commit::action commit_fsm::read_failed(error e) {
    BOOST_ASSERT(state_ == state::reading);
    ++requests_;
    if (e.code == errc::access_denied && !stopped_)
        return create_unread(std::move(e));
    bool const passing = e.code == condition::transient || e.code == errc::bad_response;
    if (!passing && !stopped_)
        return fail(std::move(e), "the object could not be read");
    ++transients_;
    return retry(std::move(e), after_wait::read);
}

// A refusal to read does not say whether the object exists; a creation of it does.
CAIRN_DECL commit::action commit_fsm::create_unread(error e) {
    // A creation does not exclude a replacement that may still land.
    bool const replaced = doubt_ && doubt_->has_value();
    if (exists_unreadable_ || replaced)
        return fail(std::move(e), "the object exists and could not be read");
    unreadable_ = std::move(e);
    return write(std::nullopt, false);
}

CAIRN_DECL commit::action commit_fsm::unusable(error e) {
    BOOST_ASSERT(state_ == state::reading || state_ == state::writing);
    if (state_ == state::reading)
        ++requests_;
    return fail(std::move(e), "the document could not be used");
}

CAIRN_DECL commit::action commit_fsm::written(storage::version version) {
    BOOST_ASSERT(state_ == state::writing);
    ++requests_;
    attempted_ = true;
    return finish({outcome::applied, std::move(version), {}});
}

CAIRN_DECL commit::action commit_fsm::write_failed(error e) {
    BOOST_ASSERT(state_ == state::writing);
    ++requests_;
    attempted_ = true;
    if (e.effect == remote_effect::possible) {
        // An older doubt is always one under the same condition: a changed version ends it.
        doubt_ = expected_;
        ++ambiguous_;
        return retry(std::move(e), after_wait::read);
    }
    if (e.code == condition::lost_race || (e.code == errc::not_found && expected_)) {
        ++conflicts_;
        exists_unreadable_ = unreadable_.has_value();
        return retry(std::move(e), after_wait::read);
    }
    if (e.code == condition::transient) {
        ++transients_;
        // Some servers answer a lost race with a failure of their own: look before the next one.
        bool const look = doubt_ || e.code == errc::service_failure;
        return retry(std::move(e), look ? after_wait::read : after_wait::write_same);
    }
    if (stopped_)
        return give_up(e);
    if (unreadable_) {
        std::string read = std::exchange(unreadable_->message, {});
        e.message = "the object could not be read, nor created where it is absent" +
                    (read.empty() ? "" : "; " + read) + (e.message.empty() ? "" : "; " + e.message);
    }
    return fail(std::move(e), "a later attempt was refused");
}

CAIRN_DECL commit::action commit_fsm::wait_over() {
    BOOST_ASSERT(state_ == state::waiting);
    return next_ == after_wait::read ? read() : write(expected_, true);
}

CAIRN_DECL commit::action commit_fsm::stop(error reason) {
    bool const first = !stopped_;
    if (first)
        stopped_ = std::move(reason);
    if (state_ == state::idle || state_ == state::waiting)
        return give_up(last_);
    return commit::cancel{};
}

CAIRN_DECL commit::action commit_fsm::read() {
    state_ = state::reading;
    return commit::read{};
}

CAIRN_DECL commit::action commit_fsm::write(condition_of_write expected, bool same_bytes) {
    state_ = state::writing;
    expected_ = std::move(expected);
    return commit::write{expected_, same_bytes};
}

CAIRN_DECL commit::action commit_fsm::retry(error last, after_wait next) {
    ++failures_;
    if (stopped_ || failures_ >= config_.max_attempts)
        return give_up(std::move(last));
    last_ = std::move(last);
    // Doubling from the base, without overflow, up to the cap; then a random part of it.
    auto limit = std::min(config_.backoff_base, config_.backoff_cap);
    for (unsigned i = 1; i < failures_ && limit < config_.backoff_cap; ++i)
        limit = std::min(limit * 2, config_.backoff_cap);
    auto const part = config_.random ? config_.random() : 1.0;
    auto const delay = static_cast<double>(limit.count()) * part;
    state_ = state::waiting;
    next_ = next;
    return commit::wait{std::chrono::milliseconds(static_cast<long long>(delay))};
}

// The attempts are used up, or the owner stopped the commit.
CAIRN_DECL commit::action commit_fsm::give_up(error last) {
    // A request that we have cancelled says just that: what failed before it is the cause.
    bool cancelled = is_own_cancellation(last);
    if (cancelled && last.message.empty() && last_.code) {
        last = last_;
        cancelled = false;
    }
    std::string cause = std::move(last.message);
    if (last.code && !cancelled)
        cause = "last failure: " + last.code.message() + (cause.empty() ? "" : ": " + cause);
    if (stopped_) {
        last.code = stopped_->code;
        last.message = stopped_->message;
    } else {
        last.message = "gave up after " + std::to_string(requests_) + " requests";
    }
    if (!cause.empty())
        last.message += "; " + cause;
    return fail(std::move(last), {});
}

CAIRN_DECL commit::action commit_fsm::fail(error e, std::string_view why) {
    e.attempts = static_cast<int>(requests_);
    if (!in_doubt()) {
        e.effect = remote_effect::none;
        return finish({outcome::not_applied, {}, std::move(e)});
    }
    if (!why.empty())
        e.message = std::string(why) + "; " + e.code.message() +
                    (e.message.empty() ? "" : ": " + e.message);
    e.code = errc::unresolved;
    e.effect = remote_effect::possible;
    return finish({outcome::unknown, {}, std::move(e)});
}

CAIRN_DECL commit::action commit_fsm::finish(commit::done d) {
    state_ = state::finished;
    return d;
}

} // namespace cairn::merge

#endif
