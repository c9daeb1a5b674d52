#include <cairn/merge/detail/commit_fsm.hpp>

#include "support/catch.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using namespace cairn;
using namespace cairn::merge;
using std::chrono::milliseconds;
using storage::version;
using standing = ledger::standing;

namespace {

commit_fsm_config config(bool idempotent = false) {
    commit_fsm_config c;
    c.idempotent = idempotent;
    c.random = [] { return 0.5; };
    return c;
}

error lost(remote_effect e = remote_effect::possible) {
    return {errc::timed_out, "no answer", e};
}

template <class T>
T const& as(commit::action const& a) {
    auto const* const p = std::get_if<T>(&a);
    if (!p)
        FAIL("another action, number " << a.index());
    return *p;
}

// Takes a machine, which has just been told of a failure, through its pause to the read.
void read_again(commit_fsm& m, commit::action const& a) {
    as<commit::wait>(a);
    as<commit::read>(m.wait_over());
}

} // namespace

TEST_CASE("commit: an object met first takes a read and a write") {
    commit_fsm m(config());
    as<commit::read>(m.start());
    CHECK(as<commit::write>(m.found({"1"}, standing::absent)).expected == version{"1"});
    auto const end = m.written({"2"});
    CHECK(as<commit::done>(end).what == outcome::applied);
    CHECK(as<commit::done>(end).version == version{"2"});
    CHECK(m.requests() == 2);
}

TEST_CASE("commit: an absent object is created") {
    commit_fsm m(config());
    as<commit::read>(m.start());
    CHECK_FALSE(as<commit::write>(m.absent()).expected.has_value());
    CHECK(as<commit::done>(m.written({"1"})).what == outcome::applied);
}

TEST_CASE("commit: a remembered version saves the read") {
    commit_fsm m(config());
    CHECK(as<commit::write>(m.start(version{"7"})).expected == version{"7"});
    CHECK(as<commit::done>(m.written({"8"})).what == outcome::applied);
    CHECK(m.requests() == 1);
}

TEST_CASE("commit: 409, 412, 404 on replace and 500 on conflict read again and merge anew") {
    auto const code =
        GENERATE(errc::conflict, errc::precondition_failed, errc::not_found, errc::service_failure);
    commit_fsm m(config());
    m.start(version{"1"});
    read_again(m, m.write_failed(code));
    SECTION("the other's object is merged into") {
        auto const w = m.found({"2"}, standing::absent);
        CHECK(as<commit::write>(w).expected == version{"2"});
        CHECK_FALSE(as<commit::write>(w).same_bytes);
        CHECK(as<commit::done>(m.written({"3"})).what == outcome::applied);
    }
    SECTION("the object is gone: created") {
        CHECK_FALSE(as<commit::write>(m.absent()).expected.has_value());
    }
    SECTION("the refusal was of our own commit: nothing more is written") {
        auto const end = m.found({"2"}, standing::applied);
        CHECK(as<commit::done>(end).what == outcome::applied);
        CHECK(as<commit::done>(end).version == version{"2"});
    }
    SECTION("a ledger that forgot says nothing about a write that was refused") {
        CHECK(as<commit::write>(m.found({"2"}, standing::forgotten)).expected == version{"2"});
    }
}

TEST_CASE("commit: a refusal that did nothing is repeated as it was, after a pause") {
    auto const code = GENERATE(error_code(errc::throttled), error_code(errc::timed_out),
                               error_code(boost::asio::error::connection_refused));
    commit_fsm m(config());
    m.start(version{"1"});
    CHECK(as<commit::wait>(m.write_failed(code)).delay == milliseconds(10));
    auto const again = m.wait_over();
    CHECK(as<commit::write>(again).same_bytes);
    CHECK(as<commit::write>(again).expected == version{"1"});
}

TEST_CASE("commit: a write in doubt is not repeated before the object was read") {
    commit_fsm m(config());
    m.start(version{"1"});
    read_again(m, m.write_failed(lost()));
    SECTION("it had landed") {
        CHECK(as<commit::done>(m.found({"2"}, standing::applied)).what == outcome::applied);
    }
    SECTION("another version without it: it can never land") {
        CHECK(as<commit::write>(m.found({"2"}, standing::absent)).expected == version{"2"});
        auto const end = m.write_failed(errc::access_denied);
        CHECK(as<commit::done>(end).what == outcome::not_applied);
        CHECK(as<commit::done>(end).why.effect == remote_effect::none);
        CHECK(as<commit::done>(end).why.code == errc::access_denied);
    }
    SECTION("unchanged: only a write that excludes it settles the matter") {
        CHECK(as<commit::write>(m.found({"1"}, standing::absent)).expected == version{"1"});
        SECTION("and does") {
            CHECK(as<commit::done>(m.written({"2"})).what == outcome::applied);
        }
        SECTION("the late one was first") {
            read_again(m, m.write_failed(errc::precondition_failed));
            CHECK(as<commit::done>(m.found({"2"}, standing::applied)).what == outcome::applied);
        }
        SECTION("a definite refusal leaves the late one in doubt") {
            read_again(m, m.write_failed(errc::throttled));
            auto const end = m.stop(error(errc::timed_out, "the deadline passed"));
            as<commit::cancel>(end);
            auto const last = m.read_failed(error_code(boost::asio::error::operation_aborted));
            CHECK(as<commit::done>(last).what == outcome::unknown);
        }
        SECTION("a permanent refusal leaves it in doubt, too") {
            auto const end = m.write_failed(error(errc::access_denied, "not any more"));
            CHECK(as<commit::done>(end).what == outcome::unknown);
            CHECK(as<commit::done>(end).why.code == errc::unresolved);
            CHECK(as<commit::done>(end).why.effect == remote_effect::possible);
            CHECK(as<commit::done>(end).why.message.find("not any more") != std::string::npos);
        }
    }
    SECTION("gone: the replacement can never land") {
        CHECK_FALSE(as<commit::write>(m.absent()).expected.has_value());
        CHECK(as<commit::done>(m.write_failed(errc::access_denied)).what == outcome::not_applied);
    }
    SECTION("not a document any more: unknown") {
        CHECK(as<commit::done>(m.unusable(errc::invalid_document)).what == outcome::unknown);
    }
    SECTION("forgotten: unknown, as applying twice would do harm") {
        CHECK(as<commit::done>(m.found({"9"}, standing::forgotten)).what == outcome::unknown);
    }
}

TEST_CASE("commit: a creation in doubt stays so while the object is absent") {
    commit_fsm m(config());
    m.start();
    m.absent();
    read_again(m, m.write_failed(lost()));
    CHECK_FALSE(as<commit::write>(m.absent()).expected.has_value());
    CHECK(as<commit::done>(m.write_failed(errc::access_denied)).what == outcome::unknown);
}

TEST_CASE("commit: an idempotent policy merges again where the ledger forgot") {
    commit_fsm m(config(true));
    m.start(version{"1"});
    read_again(m, m.write_failed(lost()));
    CHECK(as<commit::write>(m.found({"9"}, standing::forgotten)).expected == version{"9"});
    SECTION("applied") {
        CHECK(as<commit::done>(m.written({"10"})).what == outcome::applied);
    }
    SECTION("a failure then does not undo what may have been") {
        CHECK(as<commit::done>(m.write_failed(errc::rejected)).what == outcome::unknown);
    }
}

TEST_CASE("commit: what nobody can repair ends at once, untouched") {
    commit_fsm m(config());
    m.start();
    SECTION("the object cannot be read") {
        auto const end = m.read_failed(error(errc::bad_credentials, "no"));
        CHECK(as<commit::done>(end).what == outcome::not_applied);
        CHECK(as<commit::done>(end).why.code == errc::bad_credentials);
        CHECK(as<commit::done>(end).why.attempts == 1);
    }
    SECTION("the object is not a document") {
        auto const end = m.unusable(error(errc::invalid_document, "line 3"));
        CHECK(as<commit::done>(end).what == outcome::not_applied);
        CHECK(as<commit::done>(end).why.message == "line 3");
    }
    SECTION("the policy refuses") {
        m.found({"1"}, standing::absent);
        CHECK(as<commit::done>(m.unusable(errc::invalid_argument)).what == outcome::not_applied);
        CHECK(m.requests() == 1);
    }
}

TEST_CASE("commit: pauses double up to the cap, and attempts are bounded") {
    auto c = config();
    c.max_attempts = 5;
    c.backoff_base = milliseconds(100);
    c.backoff_cap = milliseconds(500);
    c.random = [] { return 1.0; };
    commit_fsm m(c);
    m.start();
    std::vector<long> pauses;
    auto a = m.read_failed(errc::throttled);
    for (; std::holds_alternative<commit::wait>(a); a = m.read_failed(errc::throttled)) {
        pauses.push_back(long(as<commit::wait>(a).delay.count()));
        m.wait_over();
    }
    CHECK(pauses == std::vector<long>{100, 200, 400, 500});
    CHECK(as<commit::done>(a).what == outcome::not_applied);
    CHECK(as<commit::done>(a).why.code == errc::throttled);
    CHECK(as<commit::done>(a).why.message.find("gave up after 5 requests") == 0);
}

TEST_CASE("commit: the deadline ends a pause, and lets a request under way be the last") {
    auto const late = error(errc::timed_out, "the deadline passed");
    commit_fsm m(config());
    m.start(version{"1"});
    SECTION("a pause") {
        m.write_failed(errc::throttled);
        auto const end = m.stop(late);
        CHECK(as<commit::done>(end).what == outcome::not_applied);
        CHECK(as<commit::done>(end).why.code == errc::timed_out);
        CHECK(as<commit::done>(end).why.message.find("slow down") != std::string::npos);
    }
    SECTION("a pause in doubt") {
        m.write_failed(lost());
        CHECK(as<commit::done>(m.stop(late)).what == outcome::unknown);
    }
    SECTION("a write") {
        as<commit::cancel>(m.stop(late));
        SECTION("that succeeds") {
            CHECK(as<commit::done>(m.written({"2"})).what == outcome::applied);
        }
        SECTION("that is refused") {
            auto const end = m.write_failed(errc::precondition_failed);
            CHECK(as<commit::done>(end).what == outcome::not_applied);
        }
        SECTION("that is lost") {
            CHECK(as<commit::done>(m.write_failed(lost())).what == outcome::unknown);
        }
    }
    SECTION("a read") {
        read_again(m, m.write_failed(lost()));
        as<commit::cancel>(m.stop(late));
        SECTION("that tells") {
            CHECK(as<commit::done>(m.found({"2"}, standing::applied)).what == outcome::applied);
        }
        SECTION("that rules it out") {
            CHECK(as<commit::done>(m.found({"2"}, standing::absent)).what == outcome::not_applied);
        }
        SECTION("that finds nothing new") {
            CHECK(as<commit::done>(m.found({"1"}, standing::absent)).what == outcome::unknown);
        }
    }
}

TEST_CASE("commit: the deadline names what was in the way, not our own cancellation") {
    auto const late = error(errc::timed_out, "the deadline passed");
    error slow(errc::throttled, "please reduce your request rate");
    slow.status = 503;
    slow.service_code = "SlowDown";
    commit_fsm m(config());
    m.start();
    SECTION("where an earlier request said it") {
        m.read_failed(slow);
        m.wait_over();
        m.stop(late);
        auto const end = m.read_failed(error(boost::asio::error::operation_aborted));
        CHECK(as<commit::done>(end).why.service_code == "SlowDown");
        CHECK(as<commit::done>(end).why.message ==
              "the deadline passed; last failure: " + error_code(errc::throttled).message() +
                  ": please reduce your request rate");
    }
    SECTION("where the cancelled request says it") {
        m.stop(late);
        error cancelled(boost::asio::error::operation_aborted, "last failure: slow down");
        cancelled.service_code = "SlowDown";
        auto const end = m.read_failed(cancelled);
        CHECK(as<commit::done>(end).why.service_code == "SlowDown");
        CHECK(as<commit::done>(end).why.message == "the deadline passed; last failure: slow down");
    }
    SECTION("where nothing has failed before") {
        m.stop(late);
        auto const end = m.read_failed(error(boost::asio::error::operation_aborted));
        CHECK(as<commit::done>(end).why.message == "the deadline passed");
    }
    SECTION("of a write") {
        m.absent();
        m.write_failed(slow);
        m.wait_over();
        m.stop(late);
        auto const end = m.write_failed(error(boost::asio::error::operation_aborted));
        CHECK(as<commit::done>(end).why.code == errc::timed_out);
        CHECK(as<commit::done>(end).why.service_code == "SlowDown");
    }
}

TEST_CASE("commit: a refused read may be of an absent object, which is created") {
    commit_fsm m(config());
    m.start();
    error const denied(errc::access_denied, "may not list");
    CHECK_FALSE(as<commit::write>(m.read_failed(denied)).expected.has_value());
    SECTION("created") {
        CHECK(as<commit::done>(m.written({"1"})).what == outcome::applied);
    }
    SECTION("refused as well: both are told") {
        auto const end = m.write_failed(error(errc::access_denied, "may not put"));
        CHECK(as<commit::done>(end).what == outcome::not_applied);
        CHECK(as<commit::done>(end).why.code == errc::access_denied);
        CHECK(as<commit::done>(end).why.message ==
              "the object could not be read, nor created where it is absent; may not list; "
              "may not put");
    }
    SECTION("it exists, and stays unreadable") {
        read_again(m, m.write_failed(errc::precondition_failed));
        auto const end = m.read_failed(denied);
        CHECK(as<commit::done>(end).what == outcome::not_applied);
        CHECK(as<commit::done>(end).why.code == errc::access_denied);
    }
    SECTION("another created it meanwhile: merged into") {
        read_again(m, m.write_failed(errc::precondition_failed));
        CHECK(as<commit::write>(m.found({"2"}, standing::absent)).expected == version{"2"});
    }
    SECTION("a lost answer: the same again, which excludes the late one") {
        read_again(m, m.write_failed(lost()));
        CHECK_FALSE(as<commit::write>(m.read_failed(denied)).expected.has_value());
        CHECK(as<commit::done>(m.written({"1"})).what == outcome::applied);
    }
}

TEST_CASE("commit: a refused read does not create while a replacement may still land") {
    commit_fsm m(config());
    m.start(version{"1"});
    read_again(m, m.write_failed(lost()));
    auto const end = m.read_failed(errc::access_denied);
    CHECK(as<commit::done>(end).what == outcome::unknown);
}

namespace {

// A server of one object, and all that can happen between it and the machine: every combination
// is gone through, up to the machine's bound of attempts.
struct world {
    int version = 0;            // 0: absent
    int ours = 0;               // how often the object holds our group
    std::vector<int> late = {}; // conditions of our writes that may still land
    bool was_ambiguous = false;
    bool misled = false; // told 412 for a write that was applied: an intermediary sent it twice
    bool denied = false; // a read was refused, once
    int others = 0;

    void other_commits() { ++version, ++others; }
    void lands(int condition) {
        if (version == condition)
            ++version, ++ours;
    }
    void late_lands() {
        auto const condition = late.back();
        late.pop_back();
        lands(condition);
    }
    storage::version tag() const { return {std::to_string(version)}; }
};

struct explorer {
    long ends = 0, applied = 0, not_applied = 0, unknown = 0;

    void go(world w, commit_fsm m, commit::action a) {
        if (auto const* d = std::get_if<commit::done>(&a))
            return end(w, m, *d);
        if (std::holds_alternative<commit::wait>(a)) {
            tell(w, m, [](auto& x) { return x.stop(errc::timed_out); });
            return tell(w, m, [](auto& x) { return x.wait_over(); });
        }
        disturb(w, m, a);
        if (w.others < 2) {
            auto other = w;
            other.other_commits();
            disturb(other, m, a);
        }
        if (!w.late.empty()) {
            auto landed = w;
            landed.late_lands();
            disturb(landed, m, a);
        }
    }

    void disturb(world const& w, commit_fsm const& m, commit::action const& a) {
        if (std::holds_alternative<commit::read>(a))
            return at_read(w, m);
        auto const& expected = std::get<commit::write>(a).expected;
        at_write(w, m, expected ? std::stoi(expected->tag) : 0);
    }

    template <class Tell>
    void tell(world const& w, commit_fsm m, Tell const& t) {
        auto const a = t(m);
        go(w, std::move(m), a);
    }

    void at_read(world const& w, commit_fsm const& m) {
        if (!w.denied) {
            auto refused = w;
            refused.denied = true;
            tell(refused, m, [](auto& x) { return x.read_failed(errc::access_denied); });
        }
        if (w.version == 0)
            tell(w, m, [](auto& x) { return x.absent(); });
        else
            tell(w, m, [&](auto& x) {
                return x.found(w.tag(), w.ours ? standing::applied : standing::absent);
            });
        tell(w, m, [](auto& x) { return x.read_failed(errc::throttled); });
    }

    void at_write(world w, commit_fsm const& m, int condition) {
        tell(w, m, [](auto& x) { return x.write_failed(errc::throttled); });
        tell(w, m, [](auto& x) { return x.write_failed(errc::access_denied); });
        auto done = w;
        done.lands(condition);
        if (w.version == condition)
            tell(done, m, [&](auto& x) { return x.written(done.tag()); });
        else
            for (auto code : {errc::precondition_failed, errc::service_failure})
                tell(w, m, [&](auto& x) { return x.write_failed(code); });
        if (w.version == condition) {
            auto twice = done;
            twice.misled = true;
            tell(twice, m, [](auto& x) { return x.write_failed(errc::precondition_failed); });
        }
        done.was_ambiguous = w.was_ambiguous = true;
        tell(done, m, [](auto& x) { return x.write_failed(lost()); }); // after applying
        tell(w, m, [](auto& x) { return x.write_failed(lost()); });    // before
        w.late.push_back(condition);
        tell(w, m, [](auto& x) { return x.write_failed(lost()); }); // not yet
    }

    void end(world w, commit_fsm const& m, commit::done const& d) {
        ++ends;
        bool true_told = true;
        for (int when = 0; when < 2; ++when) { // now, and when all that is late has landed
            if (d.what == outcome::applied)
                true_told = true_told && w.ours == 1;
            if (d.what == outcome::not_applied)
                true_told = true_told && (w.ours == 0 || w.misled);
            true_told = true_told && w.ours <= 1;
            while (!w.late.empty())
                w.late_lands();
        }
        if (d.what == outcome::unknown)
            true_told = true_told && w.was_ambiguous && d.why.effect == remote_effect::possible;
        if (d.what == outcome::not_applied)
            true_told = true_told && d.why.effect == remote_effect::none;
        ++(d.what == outcome::applied   ? applied
           : d.what == outcome::unknown ? unknown
                                        : not_applied);
        if (!true_told)
            FAIL("untrue: " << int(d.what) << ", held " << w.ours << " times, after "
                            << m.requests() << " requests");
    }
};

} // namespace

TEST_CASE("commit: whatever happens, nothing is doubled and the outcome told is true") {
    auto c = config();
    c.max_attempts = 4;
    auto const remembered = GENERATE(false, true);
    explorer e;
    commit_fsm m(c);
    world w;
    w.version = remembered ? 1 : GENERATE(0, 1);
    auto const first = remembered ? m.start(w.tag()) : m.start();
    e.go(w, m, first);
    CAPTURE(e.ends);
    CHECK(e.applied > 1000);
    CHECK(e.not_applied > 1000);
    CHECK(e.unknown > 1000);
}
