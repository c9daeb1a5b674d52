#ifndef CAIRN_S3_DETAIL_IMPL_OPERATION_FSM_IPP
#define CAIRN_S3_DETAIL_IMPL_OPERATION_FSM_IPP

#include <cairn/s3/detail/operation_fsm.hpp>

#include <algorithm>

namespace cairn::s3::detail {

CAIRN_DECL operation_fsm::operation_fsm(s3::repeatability r, retry_config const& config,
                                        retry_budget& budget)
    : repeatability_(r), config_(config), budget_(budget) {}

CAIRN_DECL operation_fsm::action operation_fsm::start() {
    ++counted_;
    return attempt(step::attempt);
}

CAIRN_DECL operation_fsm::action operation_fsm::on_success() {
    budget_.give_back(taken_ == 0 ? 1 : taken_);
    failure_.reset();
    return {step::finish};
}

CAIRN_DECL operation_fsm::action operation_fsm::on_refusal(refusal r, double jitter,
                                                           milliseconds left) {
    if (repeatability_ == repeatability::safe)
        r.what.effect = remote_effect::none;
    bool const repeatable =
        repeatability_ != repeatability::conditional || r.what.effect == remote_effect::none;
    if (!repeatable || left <= milliseconds::zero())
        return finish_with(std::move(r.what));
    if (r.what.code == errc::wrong_region && !r.region.empty() && !moved_) {
        moved_ = true;
        return attempt(step::attempt_in_region);
    }
    if (r.server_time && !redated_ && r.what.service_code == "RequestTimeTooSkewed") {
        redated_ = true;
        return attempt(step::attempt_at_time);
    }
    // Another request of the same kind is under way: that passes. Of a conditional write it is the
    // race, which its caller has to look at.
    bool const busy =
        repeatability_ != repeatability::conditional && r.what.service_code == "OperationAborted";
    if (r.what.code != condition::transient && !busy)
        return finish_with(std::move(r.what));
    milliseconds const floor = r.retry_after.value_or(std::chrono::seconds{0});
    return retry_or_finish(std::move(r.what), config_.cost, floor, jitter, left);
}

CAIRN_DECL operation_fsm::action operation_fsm::on_failure(error e, progress p, bool reused,
                                                           double jitter, milliseconds left) {
    error_code const code = e.code;
    e.effect = effect_of(p);
    bool const repeatable =
        repeatability_ != repeatability::conditional || e.effect == remote_effect::none;
    if (!repeatable || left <= milliseconds::zero() ||
        (code != condition::transient && code != errc::bad_response))
        return finish_with(std::move(e));
    bool const stale = reused && p != progress::answering && code != errc::timed_out;
    if (stale && !stale_retried_) {
        // The server closed an idle connection: not a failure of this operation.
        stale_retried_ = true;
        if (e.effect == remote_effect::possible)
            earlier_ = e.effect;
        return attempt(step::attempt_fresh);
    }
    return retry_or_finish(std::move(e), config_.cost_of_timeout, milliseconds{0}, jitter, left);
}

CAIRN_DECL operation_fsm::action operation_fsm::on_waited() {
    return attempt(stale_retried_ ? step::attempt_fresh : step::attempt);
}

CAIRN_DECL operation_fsm::action operation_fsm::on_abort(error_code code,
                                                         std::optional<progress> in_flight) {
    error e = failure_.value_or(error());
    if (e.code)
        e.message = "last failure: " + e.code.message() +
                    (e.message.empty() ? std::string() : ": " + e.message);
    e.code = code;
    e.effect = in_flight ? effect_of(*in_flight) : remote_effect::none;
    return finish_with(std::move(e));
}

CAIRN_DECL remote_effect operation_fsm::effect_of(progress p) const noexcept {
    return repeatability_ == repeatability::safe || p == progress::nothing_sent
               ? remote_effect::none
               : remote_effect::possible;
}

CAIRN_DECL operation_fsm::action operation_fsm::attempt(step s) {
    ++attempts_;
    return {s};
}

CAIRN_DECL operation_fsm::action operation_fsm::finish_with(error e) {
    if (earlier_ == remote_effect::possible)
        e.effect = earlier_;
    e.attempts = static_cast<int>(attempts_);
    failure_ = std::move(e);
    return {step::finish};
}

CAIRN_DECL operation_fsm::action operation_fsm::retry_or_finish(error e, unsigned cost,
                                                                milliseconds floor, double jitter,
                                                                milliseconds left) {
    if (counted_ >= config_.max_attempts)
        return finish_with(std::move(e));
    milliseconds ceiling = std::min(config_.base_delay, config_.max_delay);
    for (unsigned i = 0; i != retries_ && ceiling < config_.max_delay && ceiling.count() > 0; ++i)
        ceiling = ceiling > config_.max_delay / 2 ? config_.max_delay : ceiling * 2;
    milliseconds const drawn{
        static_cast<milliseconds::rep>(jitter * static_cast<double>(ceiling.count()))};
    milliseconds const delay = std::max(drawn, floor);
    if (delay >= left || !budget_.take(cost))
        return finish_with(std::move(e));
    taken_ = cost;
    ++counted_;
    ++retries_;
    if (e.effect == remote_effect::possible)
        earlier_ = e.effect;
    e.attempts = static_cast<int>(attempts_);
    failure_ = std::move(e);
    return {step::wait, delay};
}

} // namespace cairn::s3::detail

#endif
