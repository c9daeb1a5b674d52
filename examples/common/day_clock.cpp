#include "day_clock.hpp"

#include <cctz/civil_time.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

namespace common {

namespace {

using cctz::civil_second;
using instant = cctz::time_point<cctz::seconds>;

// The moment at which clocks that are `offset` from UTC show `local`.
instant moment_of(civil_second const& local, cctz::seconds offset) {
    return instant(cctz::seconds(local - civil_second()) - offset);
}

// The zone's file: cctz looks for it there. Empty where there is none: cctz knows more names, those
// of fixed offsets and of the C library's zone, which is UTC where the C library cannot read it.
std::filesystem::path file_of(std::string const& zone) {
    char const* const directory = std::getenv("TZDIR");
    auto const file =
        std::filesystem::path(directory && *directory ? directory : "/usr/share/zoneinfo") / zone;
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored) ? file : std::filesystem::path();
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (char const c : bytes)
        value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

// Whether the file (RFC 8536) leaves changes of the clocks before 2037 to the rule in its footer,
// as those of `zic -b slim` do. cctz 2.3 misreads some of these, and refuses others.
bool is_slim(std::string const& file) {
    constexpr std::size_t head = 44;
    constexpr std::int64_t year_2037 = 2'114'380'800;
    if (file.size() < head || file[4] < '2')
        return false; // has no footer
    auto const count = [&file](std::size_t at) { return big_endian(file.substr(at, 4)); };
    // The counts are of: UTC flags, standard flags, leap seconds, transitions, types, characters.
    std::uint64_t const first =
        head + count(20) + count(24) + count(28) * 8 + count(32) * 5 + count(36) * 6 + count(40);
    if (first > file.size() || file.size() - first < head)
        return false;
    std::uint64_t const transitions = count(first + 32), times = first + head;
    std::size_t const line = file.rfind('\n', file.size() - 2);
    if (line == std::string::npos || file.find(',', line) == std::string::npos)
        return false; // the clocks change no more
    if (transitions == 0 || transitions > (file.size() - times) / 8)
        return true;
    auto const last = big_endian(file.substr(times + (transitions - 1) * 8, 8));
    return static_cast<std::int64_t>(last) < year_2037;
}

std::string content_of(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

cairn::result<day_clock> day_clock::in_zone(std::string const& name) {
    day_clock clock;
    if (name == "UTC")
        return clock;
    auto const file = file_of(name);
    if (file.empty())
        return cairn::error(cairn::errc::invalid_argument,
                            "expected a time zone of the system's database (package tzdata), as "
                            "UTC or Europe/Warsaw");
    if (is_slim(content_of(file)) || !cctz::load_time_zone(name, &clock.zone_))
        return cairn::error(cairn::errc::invalid_document,
                            "expected a time zone file that lists its changes until 2037, as those "
                            "of package tzdata and of zic -b fat do, not " +
                                file.string());
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
    auto const second = std::chrono::floor<cctz::seconds>(now);
    auto const local = cctz::convert(second, zone_);
    auto const offset = cctz::seconds(local - civil_second()) - second.time_since_epoch();
    cctz::civil_day const day(local);
    day_ = cctz::format("%Y-%m-%d", second, zone_);
    // Within one period of constant offset, the day ends at the next local midnight.
    auto from = moment_of(civil_second(day), offset);
    auto until = moment_of(civil_second(day + 1), offset);
    cctz::time_zone::civil_transition change;
    if (zone_.prev_transition(second + cctz::seconds(1), &change)) // one at `second` is past, too
        from = std::max(from, moment_of(change.to, offset));
    if (zone_.next_transition(second, &change))
        until = std::min(until, moment_of(change.from, offset));
    valid_from_ = from;
    valid_until_ = until;
}

} // namespace common
