// One fault, or two, at every request in turn: nothing lost, nothing doubled, and the truth told.
#include <cairn/merge.hpp>
#include <cairn/storage/any_storage.hpp>

#include "support/catch.hpp"
#include "support/counter_policy.hpp"
#include "support/long_tests.hpp"
#include "support/scripted_storage.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace cairn;
using scripted::fault;
using std::chrono::milliseconds;

namespace {

using merger = merge::merger<storage::any_storage, counter::codec, counter::add>;
using outcome = std::optional<result<merge::receipt>>;

constexpr int rounds = 3;

struct run {
    boost::asio::io_context io;
    std::shared_ptr<scripted::server> server =
        std::make_shared<scripted::server>(io.get_executor());
    std::vector<outcome> outcomes = std::vector<outcome>(rounds);
    int others = 0;

    // Has another writer add one to `other`, before each request that is asked for.
    void interfere_before(std::vector<unsigned> requests) {
        server->before = [this, requests = std::move(requests)](auto& s, unsigned number) {
            for (auto const n : requests)
                if (n == number)
                    other_commits(s);
        };
    }

    void other_commits(scripted::server& s) {
        counter::codec c;
        auto d = s.objects.count("k") ? *c.decode(s.objects["k"]) : c.empty();
        ++d.values["other"];
        d.ledger.record("other", static_cast<std::uint64_t>(++others));
        auto const bytes = c.encode(d);
        s.interfere("k", *std::static_pointer_cast<std::string const>(bytes.owner));
    }

    // One group after the other, each adding 1 to a counter of its own.
    void go(merge::merger_config config = {}) {
        config.backoff_base = milliseconds(0);
        merger m(scripted::storage(server), {}, {}, std::move(config));
        for (int i = 0; i < rounds; ++i) {
            m.async_merge("k", {"g" + std::to_string(i), 1},
                          [this, i](result<merge::receipt> r) { outcomes[std::size_t(i)] = r; });
            io.run();
            io.restart();
        }
        server->land_all();
    }

    bool told_the_truth() {
        auto const d = server->objects.count("k") ? *counter::codec().decode(server->objects["k"])
                                                  : counter::document{};
        auto const held = [&](std::string const& name) {
            auto const it = d.values.find(name);
            return it == d.values.end() ? 0 : it->second;
        };
        bool good = held("other") == others;
        for (int i = 0; i < rounds; ++i) {
            auto const times = held("g" + std::to_string(i));
            auto const& told = outcomes[std::size_t(i)];
            if (!told)
                return false;
            if (told->has_value())
                good = good && times == 1;
            else if (told->error().effect == remote_effect::none)
                good = good && times == 0;
            else
                good = good && times <= 1 && told->error().code == errc::unresolved;
        }
        return good;
    }

    bool all_applied() const {
        for (auto const& o : outcomes)
            if (!o || o->has_error())
                return false;
        return true;
    }
};

auto const passing = {fault::throttled, fault::failed,        fault::lost_before, fault::lost_after,
                      fault::late,      fault::refused_after, fault::none};

} // namespace

TEST_CASE("merger: two faults at any requests, others writing: all is applied, once") {
    unsigned runs = 0;
    auto const others = support::full_or_brief(9u, 3u); // the brief form has each third one
    for (auto const first : passing)
        for (auto const second : passing)
            for (unsigned n = 1; n <= 6; ++n)
                for (unsigned gap = 1; gap <= 4; ++gap)
                    for (unsigned other = (n + gap) % (9 / others); other <= 8;
                         other += 9 / others) {
                        run r;
                        r.server->script = {{n, first}, {n + gap, second}};
                        r.server->late_by = 1 + (other + gap) % 4;
                        r.interfere_before({other, other + 2});
                        r.go();
                        ++runs;
                        if (!r.told_the_truth() || !r.all_applied())
                            FAIL("faults " << int(first) << " at " << n << " and " << int(second)
                                           << " at " << n + gap << ", other writer before " << other
                                           << ": " << r.server->objects["k"]);
                    }
    CHECK(runs == 7 * 7 * 6 * 4 * others);
}

TEST_CASE("merger: a permanent refusal after any fault: the outcome told is true") {
    int not_applied = 0, unknown = 0;
    for (auto const first : passing)
        for (unsigned n = 1; n <= 6; ++n)
            for (unsigned gap = 1; gap <= 4; ++gap)
                for (unsigned other = 0; other <= 8; ++other) {
                    run r;
                    r.server->script = {{n, first}, {n + gap, fault::denied}};
                    r.interfere_before({other});
                    r.go();
                    for (auto const& o : r.outcomes)
                        if (o->has_error())
                            ++(o->error().effect == remote_effect::none ? not_applied : unknown);
                    // An intermediary's 412 for what it had applied is a lie that only a read can
                    // uncover; here it may have been refused.
                    if (first != fault::refused_after && !r.told_the_truth())
                        FAIL("fault " << int(first) << " at " << n << ", denied at " << n + gap
                                      << ", other writer before " << other);
                }
    CHECK(not_applied > 100);
    CHECK(unknown > 20);
}

TEST_CASE("merger: attempts run out in any state: the outcome told is true") {
    int unknown = 0;
    for (auto const f : {fault::throttled, fault::failed, fault::lost_before, fault::late})
        for (unsigned n = 1; n <= 5; ++n)
            for (unsigned attempts = 1; attempts <= 3; ++attempts) {
                run r;
                for (unsigned i = n; i < n + 6; ++i)
                    r.server->script[i] = f;
                merge::merger_config config;
                config.max_attempts = attempts;
                r.go(config);
                for (auto const& o : r.outcomes)
                    unknown += o->has_error() && o->error().effect == remote_effect::possible;
                if (!r.told_the_truth())
                    FAIL("fault " << int(f) << " from " << n << ", attempts " << attempts);
            }
    CHECK(unknown > 10);
}

TEST_CASE("merger: at the deadline what is under way is cancelled, and the truth told") {
    auto const f = GENERATE(fault::hangs, fault::hangs_applied);
    auto const n = GENERATE(1u, 2u, 3u);
    run r;
    r.server->script = {{n, f}};
    merge::merger_config config;
    config.deadline = milliseconds(50);
    r.go(config);
    CHECK(r.told_the_truth());
    auto const& ended = *r.outcomes[n == 3 ? 1 : 0];
    REQUIRE(ended.has_error());
    CHECK(ended.error().code == (n == 1 ? errc::timed_out : errc::unresolved));
    CHECK(ended.error().effect == (n == 1 ? remote_effect::none : remote_effect::possible));
    CHECK(r.outcomes[2]->has_value());
}

TEST_CASE("merger: a ledger that forgot us leaves a lost write unknown") {
    boost::asio::io_context io;
    auto const server = std::make_shared<scripted::server>(io.get_executor());
    merger m(scripted::storage(server), counter::codec{2}, {},
             {.writer = "us", .backoff_base = milliseconds(0)});
    server->script = {{2, fault::lost_after}};
    server->before = [](auto& s, unsigned number) {
        if (number == 3) // two others have committed since, and the ledger holds two
            s.interfere("k", "a 1\n@x 1\n@y 1\n@ 1\n");
    };
    outcome told;
    m.async_merge("k", {"a", 1}, [&](result<merge::receipt> r) { told = std::move(r); });
    io.run();
    REQUIRE(told->has_error());
    CHECK(told->error().code == errc::unresolved);
    CHECK(told->error().effect == remote_effect::possible);
    CHECK(told->error().message.find("ledger") != std::string::npos);
    CHECK(server->objects["k"] == "a 1\n@x 1\n@y 1\n@ 1\n");
}

TEST_CASE("merger: a document that lost its ledger leaves a lost write unknown") {
    boost::asio::io_context io;
    auto const server = std::make_shared<scripted::server>(io.get_executor());
    merger m(scripted::storage(server), counter::codec{}, {},
             {.writer = "us", .backoff_base = milliseconds(0)});
    server->script = {{3, fault::lost_after}}; // read, create, and the second record's replacement
    server->before = [](auto& s, unsigned number) {
        if (number == 4) // somebody has kept the values and thrown the ledger away
            s.interfere("k", "a 2\n");
    };
    outcome first, second;
    m.async_merge("k", {"a", 1}, [&](result<merge::receipt> r) { first = std::move(r); });
    io.run();
    io.restart();
    REQUIRE(first->has_value());
    m.async_merge("k", {"a", 1}, [&](result<merge::receipt> r) { second = std::move(r); });
    io.run();
    REQUIRE(second->has_error());
    CHECK(second->error().effect == remote_effect::possible);
    CHECK(server->objects["k"] == "a 2\n");
}

TEST_CASE("merger: each pause is told, with the key, the error and the delay") {
    run r;
    r.server->script = {{1, fault::throttled}, {3, fault::lost_before}};
    std::vector<std::pair<std::string, error_code>> told;
    merge::merger_config config;
    config.on_retry = [&](std::string_view key, error const& why, milliseconds delay) {
        CHECK(delay >= milliseconds(0));
        told.emplace_back(key, why.code);
    };
    r.go(std::move(config));
    CHECK(r.all_applied());
    REQUIRE(told.size() == 2);
    CHECK(told[0] == std::pair<std::string, error_code>("k", errc::throttled));
    CHECK(told[1] == std::pair<std::string, error_code>("k", errc::timed_out));
}

TEST_CASE("merger: an object that may not be read while it is absent is created") {
    run r;
    r.server->script = {{1, fault::denied}};
    r.go();
    CHECK(r.all_applied());
    CHECK(r.told_the_truth());
}
