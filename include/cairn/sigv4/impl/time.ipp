#ifndef CAIRN_SIGV4_IMPL_TIME_IPP
#define CAIRN_SIGV4_IMPL_TIME_IPP

#include <cairn/sigv4/time.hpp>

#include <cstring>

namespace cairn::sigv4 {

namespace detail {

inline constexpr std::array<std::array<char, 2>, 100> two_digits_table = [] {
    std::array<std::array<char, 2>, 100> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
    return table;
}();

inline void write_two_digits(char* out, unsigned value) noexcept {
    std::memcpy(out, two_digits_table[value].data(), 2);
}

// The number that `text` spells in decimal digits alone, or -1.
inline int read_digits(std::string_view text) noexcept {
    int value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

} // namespace detail

CAIRN_DECL result<timestamp> timestamp::from(std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    auto const second = floor<seconds>(time);
    auto const date = floor<days>(second);
    year_month_day const ymd(date);
    int const y = static_cast<int>(ymd.year());
    if (y < 1970 || y > 9999)
        return error(errc::invalid_argument,
                     "the signing time lies outside the years 1970 to 9999");

    timestamp stamp;
    stamp.day_ = static_cast<std::int32_t>(date.time_since_epoch().count());
    stamp.second_of_day_ = static_cast<std::int32_t>((second - date).count());
    auto const in_day = static_cast<unsigned>(stamp.second_of_day_);
    char* const out = stamp.text_.data();
    detail::write_two_digits(out, static_cast<unsigned>(y) / 100);
    detail::write_two_digits(out + 2, static_cast<unsigned>(y) % 100);
    detail::write_two_digits(out + 4, static_cast<unsigned>(ymd.month()));
    detail::write_two_digits(out + 6, static_cast<unsigned>(ymd.day()));
    out[8] = 'T';
    detail::write_two_digits(out + 9, in_day / 3600);
    detail::write_two_digits(out + 11, in_day / 60 % 60);
    detail::write_two_digits(out + 13, in_day % 60);
    out[15] = 'Z';
    return stamp;
}

CAIRN_DECL result<timestamp> timestamp::parse(std::string_view text) {
    using namespace std::chrono;
    error const bad(errc::invalid_argument, "the date is not of the form 20150830T123600Z");
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z')
        return bad;
    int const y = detail::read_digits(text.substr(0, 4));
    int const m = detail::read_digits(text.substr(4, 2));
    int const d = detail::read_digits(text.substr(6, 2));
    int const hour = detail::read_digits(text.substr(9, 2));
    int const minute = detail::read_digits(text.substr(11, 2));
    int const second = detail::read_digits(text.substr(13, 2));
    if (m < 0 || d < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59)
        return bad;
    year_month_day const ymd(year(y), month(static_cast<unsigned>(m)),
                             std::chrono::day(static_cast<unsigned>(d)));
    if (y < 1970 || y > 2261 || !ymd.ok())
        return bad;
    return from(sys_days(ymd) + hours(hour) + minutes(minute) + seconds(second));
}

CAIRN_DECL std::chrono::system_clock::time_point timestamp::time() const noexcept {
    using namespace std::chrono;
    return system_clock::time_point(days(day_)) + seconds(second_of_day_);
}

} // namespace cairn::sigv4

#endif
