#include "support/results.hpp"

#include <cairn/s3/detail/operation_fsm.hpp>

#include <boost/asio/error.hpp>

#include <limits>

using namespace cairn;
using namespace cairn::s3;
using namespace cairn::s3::detail;
using namespace std::chrono_literals;
namespace net = boost::asio::error;
using step = operation_fsm::step;

namespace {

constexpr auto plenty = 60'000ms;
constexpr double no_jitter = 0.0;

repeatability const every_kind[] = {repeatability::safe, repeatability::idempotent,
                                    repeatability::conditional};
progress const every_progress[] = {progress::nothing_sent, progress::sent, progress::answering};

retry_config three_attempts() {
    retry_config c;
    c.max_attempts = 3;
    c.base_delay = 100ms;
    c.max_delay = 1000ms;
    return c;
}

struct machine {
    retry_config config = three_attempts();
    retry_budget budget;
    operation_fsm fsm;

    explicit machine(repeatability r, retry_config c = three_attempts())
        : config(c), budget(c.budget), fsm(r, config, budget) {
        REQUIRE(fsm.start().step == step::attempt);
    }

    operation_fsm::action fails(error_code code, progress p, bool reused = false,
                                operation_fsm::milliseconds left = plenty) {
        return fsm.on_failure(error(code, "it broke"), p, reused, no_jitter, left);
    }
    operation_fsm::action refused(refusal const& r, operation_fsm::milliseconds left = plenty) {
        return fsm.on_refusal(r, no_jitter, left);
    }
};

refusal refusal_of(errc code, int status, std::string service_code,
                   remote_effect effect = remote_effect::none) {
    refusal r;
    r.what = error(code, "said the server", effect);
    r.what.status = status;
    r.what.service_code = std::move(service_code);
    return r;
}

refusal slow_down() {
    return refusal_of(errc::throttled, 503, "SlowDown");
}
refusal internal_error() {
    return refusal_of(errc::service_failure, 500, "InternalError", remote_effect::possible);
}

bool changes(repeatability r) {
    return r != repeatability::safe;
}

} // namespace

TEST_CASE("operation_fsm: success at once") {
    machine m(repeatability::idempotent);
    CHECK(m.fsm.on_success().step == step::finish);
    CHECK_FALSE(m.fsm.failure());
    CHECK(m.fsm.attempts() == 1);
}

TEST_CASE("operation_fsm: a broken connection, by progress and repeatability") {
    for (auto const kind : every_kind)
        for (auto const p : every_progress) {
            CAPTURE(static_cast<int>(kind), static_cast<int>(p));
            machine m(kind);
            bool const open = changes(kind) && p != progress::nothing_sent;
            auto const a = m.fails(net::connection_reset, p);
            REQUIRE(m.fsm.failure());
            CHECK((m.fsm.failure()->effect == remote_effect::possible) == open);
            if (kind == repeatability::conditional && open) {
                CHECK(a.step == step::finish);
                CHECK(m.fsm.failure()->attempts == 1);
                CHECK(m.fsm.failure()->code == net::connection_reset);
            } else {
                CHECK(a.step == step::wait);
                CHECK(m.fsm.on_waited().step == step::attempt);
            }
        }
}

TEST_CASE("operation_fsm: every kind of transport failure is retried, others are not") {
    error_code const transient[] = {
        net::connection_refused,  net::connection_reset, net::broken_pipe,
        errc::connection_closed,  net::host_unreachable, errc::host_not_found,
        net::network_unreachable, errc::timed_out,       net::no_descriptors};
    for (error_code const code : transient) {
        CAPTURE(code);
        machine m(repeatability::idempotent);
        CHECK(m.fails(code, progress::nothing_sent).step == step::wait);
    }
    error_code const lasting[] = {errc::invalid_argument, errc::too_large, net::operation_aborted};
    for (error_code const code : lasting) {
        CAPTURE(code);
        machine m(repeatability::idempotent);
        CHECK(m.fails(code, progress::nothing_sent).step == step::finish);
        CHECK(m.fsm.failure()->code == code);
        CHECK(m.fsm.failure()->effect == remote_effect::none);
    }
}

TEST_CASE("operation_fsm: an answer that is not HTTP is retried where repeating does no harm") {
    machine read(repeatability::safe);
    CHECK(read.fails(errc::bad_response, progress::answering).step == step::wait);
    machine write(repeatability::conditional);
    CHECK(write.fails(errc::bad_response, progress::answering).step == step::finish);
    CHECK(write.fsm.failure()->effect == remote_effect::possible);
}

TEST_CASE("operation_fsm: a stale idle connection is replaced at once, and does not count") {
    for (auto const kind : every_kind)
        for (auto const p : {progress::nothing_sent, progress::sent}) {
            CAPTURE(static_cast<int>(kind), static_cast<int>(p));
            machine m(kind);
            auto const before = m.budget.tokens();
            auto const a = m.fails(errc::connection_closed, p, true);
            if (kind == repeatability::conditional && p == progress::sent) {
                CHECK(a.step == step::finish);
                CHECK(m.fsm.failure()->effect == remote_effect::possible);
                continue;
            }
            CHECK(a.step == step::attempt_fresh);
            CHECK(m.budget.tokens() == before);
            // Three counted attempts remain: this one and two retries, all on fresh connections.
            CHECK(m.fails(net::connection_refused, progress::nothing_sent).step == step::wait);
            CHECK(m.fsm.on_waited().step == step::attempt_fresh);
            CHECK(m.fails(net::connection_refused, progress::nothing_sent).step == step::wait);
            CHECK(m.fsm.on_waited().step == step::attempt_fresh);
            CHECK(m.fails(net::connection_refused, progress::nothing_sent).step == step::finish);
            CHECK(m.fsm.failure()->attempts == 4);
            // What the stale connection may have carried is not forgotten.
            bool const open = changes(kind) && p == progress::sent;
            CHECK((m.fsm.failure()->effect == remote_effect::possible) == open);
        }
}

TEST_CASE("operation_fsm: only once is a connection taken for stale") {
    machine m(repeatability::idempotent);
    CHECK(m.fails(errc::connection_closed, progress::sent, true).step == step::attempt_fresh);
    CHECK(m.fails(errc::connection_closed, progress::sent, true).step == step::wait);
}

TEST_CASE("operation_fsm: a reused connection that answered or timed out was not stale") {
    machine answered(repeatability::safe);
    CHECK(answered.fails(errc::connection_closed, progress::answering, true).step == step::wait);
    machine slow(repeatability::safe);
    CHECK(slow.fails(errc::timed_out, progress::sent, true).step == step::wait);
}

TEST_CASE("operation_fsm: attempts are bounded") {
    machine m(repeatability::safe);
    CHECK(m.refused(slow_down()).step == step::wait);
    m.fsm.on_waited();
    CHECK(m.refused(slow_down()).step == step::wait);
    m.fsm.on_waited();
    CHECK(m.refused(slow_down()).step == step::finish);
    CHECK(m.fsm.failure()->attempts == 3);
    CHECK(m.fsm.failure()->code == errc::throttled);
}

TEST_CASE("operation_fsm: one attempt means no retry") {
    auto c = three_attempts();
    c.max_attempts = 1;
    machine m(repeatability::safe, c);
    CHECK(m.refused(slow_down()).step == step::finish);
}

TEST_CASE("operation_fsm: success after retries has no failure") {
    machine m(repeatability::idempotent);
    m.refused(internal_error());
    m.fsm.on_waited();
    CHECK(m.fsm.on_success().step == step::finish);
    CHECK_FALSE(m.fsm.failure());
    CHECK(m.fsm.attempts() == 2);
}

TEST_CASE("operation_fsm: what an earlier attempt may have done stays in the last one's error") {
    machine m(repeatability::idempotent);
    CHECK(m.refused(internal_error()).step == step::wait);
    m.fsm.on_waited();
    CHECK(m.refused(refusal_of(errc::access_denied, 403, "AccessDenied")).step == step::finish);
    CHECK(m.fsm.failure()->code == errc::access_denied);
    CHECK(m.fsm.failure()->effect == remote_effect::possible);

    machine read(repeatability::safe);
    read.refused(internal_error());
    read.fsm.on_waited();
    read.refused(internal_error());
    read.fsm.on_waited();
    CHECK(read.refused(internal_error()).step == step::finish);
    CHECK(read.fsm.failure()->effect == remote_effect::none);
}

TEST_CASE("operation_fsm: a conditional write is repeated only while it certainly did nothing") {
    machine refused(repeatability::conditional);
    CHECK(refused.refused(slow_down()).step == step::wait);
    CHECK(refused.fsm.on_waited().step == step::attempt);
    CHECK(refused.refused(internal_error()).step == step::finish);
    CHECK(refused.fsm.failure()->effect == remote_effect::possible);
    CHECK(refused.fsm.failure()->attempts == 2);

    for (auto const code : {errc::precondition_failed, errc::conflict, errc::not_found}) {
        machine lost(repeatability::conditional);
        CHECK(lost.refused(refusal_of(code, 412, "")).step == step::finish);
        CHECK(lost.fsm.failure()->effect == remote_effect::none);
    }
}

TEST_CASE("operation_fsm: a conditional write that may be applied follows no region and no clock") {
    auto elsewhere =
        refusal_of(errc::wrong_region, 500, "PermanentRedirect", remote_effect::possible);
    elsewhere.region = "eu-west-3";
    machine moved(repeatability::conditional);
    CHECK(moved.refused(elsewhere).step == step::finish);
    CHECK(moved.fsm.failure()->effect == remote_effect::possible);

    auto skewed =
        refusal_of(errc::bad_credentials, 500, "RequestTimeTooSkewed", remote_effect::possible);
    skewed.server_time = std::chrono::system_clock::now();
    machine dated(repeatability::conditional);
    CHECK(dated.refused(skewed).step == step::finish);
}

TEST_CASE("operation_fsm: refusals that will not change are final") {
    for (auto const code :
         {errc::not_found, errc::no_such_bucket, errc::access_denied, errc::bad_credentials,
          errc::rejected, errc::precondition_failed, errc::conflict, errc::too_large})
        for (auto const kind : every_kind) {
            machine m(kind);
            CHECK(m.refused(refusal_of(code, 400, "Some")).step == step::finish);
            CHECK(m.fsm.failure()->code == code);
            CHECK(m.fsm.failure()->attempts == 1);
        }
}

TEST_CASE("operation_fsm: OperationAborted is retried, but not for a conditional write") {
    auto const busy = refusal_of(errc::conflict, 409, "OperationAborted");
    CHECK(machine(repeatability::safe).refused(busy).step == step::wait);
    CHECK(machine(repeatability::idempotent).refused(busy).step == step::wait);
    CHECK(machine(repeatability::conditional).refused(busy).step == step::finish);
}

TEST_CASE("operation_fsm: waits grow, are jittered, and are capped") {
    auto c = three_attempts();
    c.max_attempts = 100;
    c.budget = 100'000;
    machine m(repeatability::safe, c);
    std::chrono::milliseconds const ceilings[] = {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms};
    for (auto const ceiling : ceilings) {
        auto const a = m.fsm.on_refusal(slow_down(), 0.5, plenty);
        CHECK(a.step == step::wait);
        CHECK(a.delay == ceiling / 2);
        m.fsm.on_waited();
    }
    for (int i = 0; i != 60; ++i) { // no overflow, however many
        auto const a = m.fsm.on_refusal(slow_down(), 0.999, plenty);
        CHECK(a.delay >= 0ms);
        CHECK(a.delay <= 1000ms);
        m.fsm.on_waited();
    }
}

TEST_CASE("operation_fsm: a huge base delay does not overflow") {
    auto c = three_attempts();
    c.max_attempts = 50;
    c.base_delay = std::chrono::hours(24 * 365);
    c.max_delay = 1000ms;
    machine m(repeatability::safe, c);
    for (int i = 0; i != 45; ++i) {
        auto const a = m.fsm.on_refusal(slow_down(), 0.5, plenty);
        REQUIRE(a.step == step::wait);
        CHECK(a.delay == 500ms);
        m.fsm.on_waited();
    }
}

TEST_CASE("operation_fsm: Retry-After is a floor, not a ceiling") {
    machine m(repeatability::safe);
    auto r = slow_down();
    r.retry_after = 2s;
    CHECK(m.refused(r).delay == 2000ms);
    auto c = three_attempts();
    c.base_delay = 10'000ms;
    c.max_delay = 10'000ms;
    machine later(repeatability::safe, c);
    CHECK(later.fsm.on_refusal(r, 0.9, plenty).delay == 9000ms);
}

TEST_CASE("operation_fsm: no wait that would end after the deadline is begun") {
    machine m(repeatability::safe);
    auto r = slow_down();
    r.retry_after = 5s;
    CHECK(m.refused(r, 4000ms).step == step::finish);
    CHECK(m.fsm.failure()->code == errc::throttled);
    machine fails(repeatability::safe);
    CHECK(fails.fails(errc::connection_closed, progress::sent, false, 0ms).step == step::finish);
}

TEST_CASE("operation_fsm: with no time left nothing is sent again, whatever the reason") {
    machine moved(repeatability::safe);
    auto elsewhere = refusal_of(errc::wrong_region, 301, "PermanentRedirect");
    elsewhere.region = "eu-west-3";
    CHECK(moved.refused(elsewhere, 0ms).step == step::finish);

    machine skewed(repeatability::safe);
    auto late = refusal_of(errc::bad_credentials, 403, "RequestTimeTooSkewed");
    late.server_time = std::chrono::system_clock::now();
    CHECK(skewed.refused(late, 0ms).step == step::finish);

    machine stale(repeatability::safe);
    CHECK(stale.fails(errc::connection_closed, progress::sent, true, 0ms).step == step::finish);
}

TEST_CASE("operation_fsm: the budget stops retries, and successes fill it") {
    auto c = three_attempts();
    c.budget = 12;
    c.cost = 5;
    c.cost_of_timeout = 10;
    machine m(repeatability::safe, c);
    CHECK(m.refused(slow_down()).step == step::wait);
    CHECK(m.budget.tokens() == 7);
    m.fsm.on_waited();
    CHECK(m.fails(errc::connection_closed, progress::sent).step ==
          step::finish); // ten are not there
    CHECK(m.budget.tokens() == 7);

    operation_fsm other(repeatability::safe, m.config, m.budget);
    other.start();
    CHECK(other.on_refusal(slow_down(), no_jitter, plenty).step == step::wait);
    CHECK(m.budget.tokens() == 2);
    other.on_waited();
    other.on_success(); // gives back what its retry took
    CHECK(m.budget.tokens() == 7);

    operation_fsm smooth(repeatability::safe, m.config, m.budget);
    smooth.start();
    smooth.on_success();
    CHECK(m.budget.tokens() == 8);
    m.budget.give_back(std::numeric_limits<unsigned>::max());
    CHECK(m.budget.tokens() == 12); // never above the capacity
}

TEST_CASE("operation_fsm: a region is followed once, at once and uncounted") {
    machine m(repeatability::conditional);
    auto elsewhere = refusal_of(errc::wrong_region, 400, "AuthorizationHeaderMalformed");
    elsewhere.region = "eu-west-3";
    CHECK(m.refused(elsewhere).step == step::attempt_in_region);
    CHECK(m.budget.tokens() == m.config.budget);
    elsewhere.region = "us-west-2";
    CHECK(m.refused(elsewhere).step == step::finish);
    CHECK(m.fsm.failure()->code == errc::wrong_region);
    CHECK(m.fsm.failure()->attempts == 2);

    machine lost(repeatability::safe); // no region: nowhere to go
    CHECK(lost.refused(refusal_of(errc::wrong_region, 301, "PermanentRedirect")).step ==
          step::finish);
}

TEST_CASE("operation_fsm: the server's clock is followed once") {
    machine m(repeatability::conditional);
    auto skewed = refusal_of(errc::bad_credentials, 403, "RequestTimeTooSkewed");
    CHECK(machine(repeatability::safe).refused(skewed).step == step::finish); // no time told
    skewed.server_time = std::chrono::system_clock::now();
    CHECK(m.refused(skewed).step == step::attempt_at_time);
    CHECK(m.refused(skewed).step == step::finish);
    CHECK(m.fsm.failure()->code == errc::bad_credentials);

    auto expired = refusal_of(errc::bad_credentials, 403, "ExpiredToken");
    expired.server_time = std::chrono::system_clock::now();
    CHECK(machine(repeatability::safe).refused(expired).step == step::finish);
}

TEST_CASE("operation_fsm: region and clock may both have to be put right") {
    machine m(repeatability::safe);
    auto elsewhere = refusal_of(errc::wrong_region, 301, "PermanentRedirect");
    elsewhere.region = "eu-west-3";
    auto skewed = refusal_of(errc::bad_credentials, 403, "RequestTimeTooSkewed");
    skewed.server_time = std::chrono::system_clock::now();
    CHECK(m.refused(skewed).step == step::attempt_at_time);
    CHECK(m.refused(elsewhere).step == step::attempt_in_region);
    CHECK(m.fsm.on_success().step == step::finish);
    CHECK(m.fsm.attempts() == 3);
}

TEST_CASE("operation_fsm: an end from outside, at each point") {
    for (auto const kind : every_kind) {
        CAPTURE(static_cast<int>(kind));
        for (auto const p : every_progress) {
            machine m(kind);
            CHECK(m.fsm.on_abort(net::operation_aborted, p).step == step::finish);
            CHECK(m.fsm.failure()->code == net::operation_aborted);
            CHECK(m.fsm.failure()->attempts == 1);
            CHECK((m.fsm.failure()->effect == remote_effect::possible) ==
                  (changes(kind) && p != progress::nothing_sent));
        }
        machine connecting(kind);
        CHECK(connecting.fsm.on_abort(errc::timed_out, std::nullopt).step == step::finish);
        CHECK(connecting.fsm.failure()->effect == remote_effect::none);
        CHECK(connecting.fsm.failure()->code == errc::timed_out);
    }
}

TEST_CASE("operation_fsm: an end while waiting tells of the failure that was waited for") {
    machine m(repeatability::idempotent);
    m.refused(internal_error());
    CHECK(m.fsm.on_abort(net::operation_aborted, std::nullopt).step == step::finish);
    CHECK(m.fsm.failure()->code == net::operation_aborted);
    CHECK(m.fsm.failure()->effect == remote_effect::possible);
    CHECK(m.fsm.failure()->status == 500);
    CHECK(m.fsm.failure()->message == "last failure: the service failed: said the server");

    machine harmless(repeatability::conditional);
    harmless.refused(slow_down());
    harmless.fsm.on_abort(errc::timed_out, std::nullopt);
    CHECK(harmless.fsm.failure()->effect == remote_effect::none);
}

TEST_CASE("operation_fsm: an end before the first attempt") {
    retry_config const config;
    retry_budget budget(config.budget);
    operation_fsm fsm(repeatability::conditional, config, budget);
    CHECK(fsm.on_abort(net::operation_aborted, std::nullopt).step == step::finish);
    CHECK(fsm.failure()->attempts == 0);
    CHECK(fsm.failure()->effect == remote_effect::none);
}
