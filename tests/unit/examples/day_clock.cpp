#include "support/catch.hpp"

#include <segments_uploader/day_clock.hpp>

#include <chrono>

using namespace uploader;

namespace {

day_clock::time_point at(long long seconds) {
    return day_clock::time_point(std::chrono::seconds(seconds));
}

constexpr long long midnight = 1'767'225'600; // 2026-01-01T00:00:00Z

} // namespace

TEST_CASE("a day begins at midnight UTC") {
    auto clock = day_clock::in_zone("UTC");
    REQUIRE(clock.has_value());
    CHECK(clock->at(at(midnight - 1)) == "2025-12-31");
    CHECK(clock->at(at(midnight)) == "2026-01-01");
    CHECK(clock->at(at(midnight + 86'399)) == "2026-01-01");
    CHECK(clock->at(at(midnight + 86'400)) == "2026-01-02");
    CHECK(clock->at(at(midnight - 1)) == "2025-12-31"); // clocks are set back, too
    CHECK(clock->at(at(0)) == "1970-01-01");
}

TEST_CASE("a day begins at the zone's midnight") {
    auto warsaw = day_clock::in_zone("Europe/Warsaw");
    REQUIRE(warsaw.has_value());
    CHECK(warsaw->at(at(midnight - 3'601)) == "2025-12-31");
    CHECK(warsaw->at(at(midnight - 3'600)) == "2026-01-01");
    auto honolulu = day_clock::in_zone("Pacific/Honolulu");
    REQUIRE(honolulu.has_value());
    CHECK(honolulu->at(at(midnight + 35'999)) == "2025-12-31");
    CHECK(honolulu->at(at(midnight + 36'000)) == "2026-01-01");
}

TEST_CASE("a day with a change of the clocks is as long as it is") {
    // 2026-03-29: Warsaw goes from +1 to +2 at 01:00Z; the day has 23 hours.
    auto warsaw = day_clock::in_zone("Europe/Warsaw");
    REQUIRE(warsaw.has_value());
    constexpr long long begin = 1'774'738'800; // 2026-03-28T23:00:00Z
    CHECK(warsaw->at(at(begin - 1)) == "2026-03-28");
    CHECK(warsaw->at(at(begin)) == "2026-03-29");
    CHECK(warsaw->at(at(begin + 23 * 3'600 - 1)) == "2026-03-29");
    CHECK(warsaw->at(at(begin + 23 * 3'600)) == "2026-03-30");
}

TEST_CASE("an unknown zone is an error, a fixed day stays") {
    CHECK(day_clock::in_zone("Mars/Base").has_error());
    CHECK(day_clock::in_zone("").has_error());
    auto fixed = day_clock::fixed("2020-02-29");
    CHECK(fixed.at(at(midnight)) == "2020-02-29");
}
