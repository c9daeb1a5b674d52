#include "day_clock.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace uploader {

namespace {

std::string format_day(date::local_days day) {
    return date::format("%F", day);
}

} // namespace

cairn::result<day_clock> day_clock::in_zone(std::string const& name) {
    day_clock clock;
    if (name == "UTC")
        return clock;
    try {
        clock.zone_ = date::locate_zone(name);
    } catch (std::runtime_error const&) {
        return cairn::error(cairn::errc::invalid_argument,
                            "expected a time zone of the system's database (package tzdata), as "
                            "UTC or Europe/Warsaw");
    }
    return clock;
}

day_clock day_clock::fixed(std::string date) {
    day_clock clock;
    clock.fixed_ = true;
    clock.day_ = std::move(date);
    return clock;
}

std::string const& day_clock::at(time_point now) {
    if (!fixed_ && (now < valid_from_ || now >= valid_until_))
        compute(now);
    return day_;
}

void day_clock::compute(time_point now) {
    using namespace std::chrono;
    auto const instant = date::floor<seconds>(now);
    auto offset = seconds{0};
    // Within one period of constant offset, the day ends at the next local midnight.
    auto period_begin = date::sys_seconds::min();
    auto period_end = date::sys_seconds::max();
    if (zone_) {
        auto const info = static_cast<date::time_zone const*>(zone_)->get_info(instant);
        offset = info.offset;
        period_begin = info.begin;
        period_end = info.end;
    }
    auto const local = date::local_seconds{instant.time_since_epoch() + offset};
    auto const day = date::floor<date::days>(local);
    day_ = format_day(day);
    auto const to_instant = [offset](date::local_days d) {
        return date::sys_seconds{date::local_seconds{d}.time_since_epoch() - offset};
    };
    valid_from_ = std::max(to_instant(day), period_begin);
    valid_until_ = std::min(to_instant(day + date::days{1}), period_end);
}

} // namespace uploader
