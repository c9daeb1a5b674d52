//
// day_clock.hpp: which day it is, in a time zone.
//
#ifndef CAIRN_EXAMPLES_COMMON_DAY_CLOCK_HPP
#define CAIRN_EXAMPLES_COMMON_DAY_CLOCK_HPP

#include <cairn/core/error.hpp>

#include <cctz/time_zone.h>

#include <chrono>
#include <string>

namespace common {

/// Tells the day, as `YYYY-MM-DD`, in one time zone. Not thread-safe.
class day_clock {
public:
    using time_point = std::chrono::system_clock::time_point;

    /// Finds the zone in the system's database (`$TZDIR`, else /usr/share/zoneinfo). UTC needs no
    /// database. `invalid_argument` where there is no such zone; `invalid_document`, with the
    /// file's name, where its file cannot be read right, as that of a zone with summer time which
    /// does not list the changes until 2037 (`zic -b slim`).
    static cairn::result<day_clock> in_zone(std::string const& name);
    /// Always answers `date`.
    static day_clock fixed(std::string date);

    /// The day at that moment; computed again only when the answer can have changed.
    std::string const& at(time_point now);

private:
    void compute(time_point now);

    cctz::time_zone zone_ = cctz::utc_time_zone();
    bool fixed_ = false;
    std::string day_;
    time_point valid_from_{};
    time_point valid_until_{};
};

} // namespace common

#endif
