//
// cairn/s3/detail/operation_fsm.hpp: decides what an operation does next.
//
// It performs nothing: it is told what happened and answers with what to do. So every failure at
// every step is tested without a socket.
//
#ifndef CAIRN_S3_DETAIL_OPERATION_FSM_HPP
#define CAIRN_S3_DETAIL_OPERATION_FSM_HPP

#include <cairn/core/error.hpp>
#include <cairn/s3/config.hpp>
#include <cairn/s3/request.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace cairn::s3::detail {

/// The tokens that all retries of a client draw from, so that retrying stops where everything
/// fails. Not thread-safe: it belongs to the client's strand.
class retry_budget {
public:
    explicit retry_budget(unsigned capacity) : capacity_(capacity), tokens_(capacity) {}

    bool take(unsigned cost) noexcept {
        if (tokens_ < cost)
            return false;
        tokens_ -= cost;
        return true;
    }
    void give_back(unsigned amount) noexcept {
        tokens_ = capacity_ - tokens_ < amount ? capacity_ : tokens_ + amount;
    }
    unsigned tokens() const noexcept { return tokens_; }

private:
    unsigned capacity_;
    unsigned tokens_;
};

/// How far an exchange had come when its connection failed.
enum class progress {
    nothing_sent, ///< the server cannot have the whole request
    sent,         ///< the whole request was handed over, no byte of an answer came
    answering,    ///< the answer had begun
};

/// What a refusing answer said.
struct refusal {
    error what;         ///< `what.effect`: of this one request
    std::string region; ///< where the bucket is said to be; may be empty
    std::optional<std::chrono::seconds> retry_after;
    std::optional<std::chrono::system_clock::time_point> server_time;
};

class operation_fsm {
public:
    using milliseconds = std::chrono::milliseconds;

    enum class step {
        attempt,           ///< get a connection, sign, exchange
        attempt_fresh,     ///< the same on a new connection: idle ones have gone stale
        attempt_in_region, ///< the same, signed for the region that the refusal named
        attempt_at_time,   ///< the same, dated by the server's clock
        wait,              ///< then tell `on_waited`
        finish,            ///< with `failure()` where it is set, else with the answer
    };
    struct action {
        operation_fsm::step step;
        milliseconds delay{0}; ///< of `wait`
    };

    CAIRN_DECL operation_fsm(s3::repeatability r, retry_config const& config, retry_budget& budget);

    /// The first action.
    CAIRN_DECL action start();

    /// The exchange succeeded.
    CAIRN_DECL action on_success();

    /// The server refused; `jitter` is uniform in [0, 1), `left` the time to the total deadline.
    CAIRN_DECL action on_refusal(refusal r, double jitter, milliseconds left);

    /// No connection, or it failed; `e.effect` is filled in here. `reused` tells whether the
    /// connection had served a request before.
    CAIRN_DECL action on_failure(error e, progress p, bool reused, double jitter,
                                 milliseconds left);

    CAIRN_DECL action on_waited();

    /// The operation ends now: total deadline or cancellation, by `code`; `in_flight` is how far
    /// the exchange under way has come, if there is one.
    CAIRN_DECL action on_abort(error_code code, std::optional<progress> in_flight);

    std::optional<error> const& failure() const noexcept { return failure_; }
    unsigned attempts() const noexcept { return attempts_; }

private:
    CAIRN_DECL remote_effect effect_of(progress p) const noexcept;
    CAIRN_DECL action attempt(step s);
    CAIRN_DECL action finish_with(error e);
    CAIRN_DECL action retry_or_finish(error e, unsigned cost, milliseconds floor, double jitter,
                                      milliseconds left);

    s3::repeatability repeatability_;
    retry_config config_;
    retry_budget& budget_;
    unsigned attempts_ = 0; ///< requests begun
    unsigned counted_ = 0;  ///< those that count against `max_attempts`
    unsigned retries_ = 0;
    unsigned taken_ = 0; ///< tokens of the retry under way
    bool stale_retried_ = false;
    bool moved_ = false;
    bool redated_ = false;
    remote_effect earlier_ = remote_effect::none; ///< of the attempts before this one
    std::optional<error> failure_;
};

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/operation_fsm.ipp>
#endif

#endif
