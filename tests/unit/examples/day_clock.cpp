#include "support/catch.hpp"

#include <common/day_clock.hpp>

#include <stdlib.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

using namespace common;

namespace {

day_clock::time_point at(long long seconds) {
    return day_clock::time_point(std::chrono::seconds(seconds));
}

constexpr long long midnight = 1'767'225'600; // 2026-01-01T00:00:00Z

// A zone file (RFC 8536) with two types, standard and summer time, which change at `times`.
std::string zone_file(long long standard, std::vector<long long> const& times,
                      std::string const& footer) {
    std::string out;
    auto const add = [&out](long long value, unsigned bytes) {
        for (unsigned i = bytes; i-- > 0;)
            out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    };
    auto const head = [&](std::size_t transitions) {
        out += "TZif2" + std::string(15, '\0');
        for (std::size_t const count : {std::size_t{0}, std::size_t{0}, std::size_t{0}, transitions,
                                        std::size_t{2}, std::size_t{8}})
            add(static_cast<long long>(count), 4);
    };
    auto const types = [&] {
        add(standard, 4), add(0, 1), add(0, 1);
        add(standard + 3'600, 4), add(1, 1), add(4, 1);
        out += std::string("STD\0DST\0", 8);
    };
    head(0);
    types();
    head(times.size());
    for (long long const time : times)
        add(time, 8);
    for (std::size_t i = 0; i < times.size(); ++i)
        add(i % 2 == 0, 1); // summer time first
    types();
    return out + "\n" + footer + "\n";
}

// A database of the system in a folder of its own. cctz remembers zones by name.
class database {
public:
    database() {
        std::string name = (std::filesystem::temp_directory_path() / "zones-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()));
        folder_ = name;
        ::setenv("TZDIR", name.c_str(), 1);
    }
    ~database() {
        ::unsetenv("TZDIR");
        std::filesystem::remove_all(folder_);
    }
    void add(std::string const& name, std::string const& content) const {
        std::ofstream(folder_ / name, std::ios::binary) << content;
    }

private:
    std::filesystem::path folder_;
};

} // namespace

TEST_CASE("the footer's rule counts after 2037, in both hemispheres") {
    constexpr long long january = 2'366'841'600, july = 2'382'480'000; // 2045-01-01, 2045-07-01
    for (auto const& [zone, winter, summer] :
         {std::tuple("Europe/Warsaw", 1, 2), std::tuple("America/New_York", -5, -4),
          std::tuple("Australia/Sydney", 11, 10), std::tuple("America/Santiago", -3, -4),
          std::tuple("Asia/Tokyo", 9, 9), std::tuple("America/Phoenix", -7, -7)}) {
        INFO(zone);
        auto clock = day_clock::in_zone(zone);
        REQUIRE(clock.has_value());
        CHECK(clock->at(at(january - winter * 3'600 - 1)) == "2044-12-31");
        CHECK(clock->at(at(january - winter * 3'600)) == "2045-01-01");
        CHECK(clock->at(at(july - summer * 3'600 - 1)) == "2045-06-30");
        CHECK(clock->at(at(july - summer * 3'600)) == "2045-07-01");
    }
}

TEST_CASE("a zone file without its changes until 2037 is refused by name, or right") {
    database const zones;
    // As zic -b slim writes them: Warsaw's last change that is listed is of 1996.
    std::vector<long long> const changes = {828'234'000, 846'378'000};
    zones.add("Slim_Warsaw", zone_file(3'600, changes, "STD-1DST,M3.5.0,M10.5.0/3"));
    zones.add("Slim_Tokyo", zone_file(32'400, changes, "STD-9"));
    zones.add("Torn", zone_file(3'600, changes, "STD-1").substr(0, 100));

    auto const warsaw = day_clock::in_zone("Slim_Warsaw");
    REQUIRE(warsaw.has_error()); // the day was 2026-11-28 at 2026-11-27T22:30Z
    CHECK(warsaw.error().code == cairn::errc::invalid_document);
    CHECK(warsaw.error().message.ends_with("/Slim_Warsaw"));
    CHECK(day_clock::in_zone("Torn").has_error());

    auto tokyo = day_clock::in_zone("Slim_Tokyo"); // whose clocks change no more
    REQUIRE(tokyo.has_value());
    CHECK(tokyo->at(at(midnight - 32'401)) == "2025-12-31");
    CHECK(tokyo->at(at(midnight - 32'400)) == "2026-01-01");
}

TEST_CASE("names that are no file of the database are no zones") {
    for (auto const* name : {"libc:localtime", "Fixed/UTC+01:00:00", "Europe", "."})
        CHECK(day_clock::in_zone(name).has_error());
}

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
