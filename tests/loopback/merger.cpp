// Two mergers on one key, and one fault at each request and each point in turn. Each record is a
// power of ten added to one number, which shows for each whether it is there never, once or twice.
#include "loopback/client_fixture.hpp"
#include "support/counter_policy.hpp"
#include "support/long_tests.hpp"

#include <cairn/merge/merger.hpp>
#include <cairn/s3_storage/s3_storage.hpp>

#include <algorithm>

using namespace loopback;

namespace {

constexpr auto lateness = 30ms;
constexpr std::size_t merges = 4;
constexpr std::size_t usual_requests = 10; // of them, where nothing goes wrong

using merger_type = merge::merger<storage::s3_storage, counter::codec, counter::add>;

struct tally {
    std::size_t cases = 0, told_applied = 0, told_not = 0, told_unknown = 0;
};

struct merger_fixture : fixture {
    merger_fixture() {
        config.attempt_timeout = 60ms;
        config.total_timeout = 400ms;
    }

    merger_type make() {
        storage::s3_storage_config s;
        s.conditions = storage::conditions::quoted; // the probe has tests of its own
        merge::merger_config c;
        c.deadline = 4000ms;
        c.backoff_base = 1ms;
        c.backoff_cap = 4ms;
        return merger_type(storage::s3_storage(client(), "bucket", s), {}, {}, c);
    }

    result<merge::receipt> add(merger_type& m, std::string const& key, long amount) {
        std::optional<result<merge::receipt>> outcome;
        m.async_merge(key, {"n", amount},
                      [&](result<merge::receipt> r) { outcome.emplace(std::move(r)); });
        io.restart();
        while (!outcome && io.run_one() != 0) {
        }
        REQUIRE(outcome.has_value());
        return std::move(*outcome);
    }

    long stored(std::string const& key) {
        auto const object = server.object("bucket", key);
        if (!object)
            return 0;
        auto d = counter::codec().decode(object->bytes);
        REQUIRE(d.has_value());
        return d->values["n"];
    }

    /// Merges in turns, with a fault at the nth request, and compares what was told with what is.
    void one_case(testing::fault_action const& fault, std::size_t nth, tally& total,
                  std::optional<testing::fault_action> const& next = std::nullopt) {
        std::string const key =
            fault.name + " at " + std::to_string(nth) + (next ? ", then another" : "");
        CAPTURE(key);
        server.clear_requests();
        server.clear_faults();
        inject(fault, nth_of_key(key, nth));
        if (next)
            inject(*next, nth_of_key(key, nth + 1));
        std::vector<result<merge::receipt>> told;
        {
            merger_type a = make(), b = make();
            long amount = 1;
            for (std::size_t i = 0; i != merges; ++i, amount *= 10)
                told.push_back(add(i % 2 == 0 ? a : b, key, amount));
        }
        io.restart();
        io.run();
        REQUIRE(server.wait_for_late_writes(2s));
        long value = stored(key);
        ++total.cases;
        for (auto const& outcome : told) {
            long const times = value % 10;
            value /= 10;
            CHECK(times <= 1);
            if (outcome) {
                ++total.told_applied;
                CHECK(times == 1);
            } else if (outcome.error().effect == remote_effect::none) {
                ++total.told_not;
                UNSCOPED_INFO("not applied: " << outcome.error().to_string());
                CHECK(times == 0);
            } else {
                ++total.told_unknown;
            }
        }
        CHECK(value == 0);
    }
};

} // namespace

TEST_CASE("merger over faults: without one, so many requests as there are to be faulted") {
    merger_fixture f;
    f.config.attempt_timeout = f.config.total_timeout =
        30s; // on a busy machine, too, no attempt is repeated
    tally total;
    f.one_case(testing::delay(0ms, 0ms), 1, total);
    CHECK(total.told_applied == merges);
    CHECK(f.server.counters().requests == usual_requests);
}

TEST_CASE("merger over faults: no update is lost or doubled, and the outcome told is true") {
    merger_fixture f;
    tally total;
    auto faults = testing::write_faults(lateness);
    for (auto& fault : testing::read_faults())
        if (std::none_of(faults.begin(), faults.end(),
                         [&](auto const& known) { return known.name == fault.name; }))
            faults.push_back(std::move(fault));
    std::vector<std::pair<testing::fault_action, std::size_t>> cases;
    for (auto const& fault : faults)
        for (std::size_t nth = 1; nth <= usual_requests; ++nth)
            cases.emplace_back(fault, nth);
    cases = support::full_or_each_fourth(std::move(cases));
    for (auto const& [fault, nth] : cases)
        f.one_case(fault, nth, total);
    CAPTURE(total.cases, total.told_applied, total.told_not, total.told_unknown);
    CHECK(total.cases == cases.size());
    // One fault is survived: nothing is left unknown, and next to nothing fails.
    CHECK(total.told_unknown == 0);
    CHECK(total.told_not * 50 <= total.told_applied);
    WARN(total.cases << " cases: " << total.told_applied << " records told applied, "
                     << total.told_not << " not, " << total.told_unknown << " unknown");
}

TEST_CASE("merger over faults: a second fault right after the first") {
    merger_fixture f;
    tally total;
    for (auto const& fault : testing::write_faults(lateness))
        for (std::size_t const nth : {2u, 5u, 6u, 7u})
            f.one_case(fault, nth, total, testing::apply_then_close());
    CHECK(total.told_applied > total.cases * (merges - 1));
}
