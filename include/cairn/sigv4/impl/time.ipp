#ifndef CAIRN_SIGV4_IMPL_TIME_IPP
#define CAIRN_SIGV4_IMPL_TIME_IPP

#include <cairn/sigv4/time.hpp>

#include <cstring>

namespace cairn::sigv4 {

namespace detail {

inline constexpr std::int64_t seconds_a_day = 24 * 60 * 60;
inline constexpr unsigned last_year = 2261; // which system_clock can count whole

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

CAIRN_DECL std::optional<timestamp>
timestamp::from(std::chrono::system_clock::time_point time) noexcept {
    using namespace std::chrono;
    auto const since_1970 = time.time_since_epoch();
    auto const second = duration_cast<seconds>(since_1970).count();
    year_month_day const date(sys_days(days(second / detail::seconds_a_day)));
    auto const y = static_cast<unsigned>(static_cast<int>(date.year()));
    if (since_1970.count() < 0 || y > detail::last_year)
        return {};

    timestamp stamp;
    stamp.day_ = static_cast<std::int32_t>(second / detail::seconds_a_day);
    stamp.second_of_day_ = static_cast<std::int32_t>(second % detail::seconds_a_day);
    auto const in_day = static_cast<unsigned>(stamp.second_of_day_);
    char* const out = stamp.text_.data();
    detail::write_two_digits(out, y / 100);
    detail::write_two_digits(out + 2, y % 100);
    detail::write_two_digits(out + 4, static_cast<unsigned>(date.month()));
    detail::write_two_digits(out + 6, static_cast<unsigned>(date.day()));
    out[8] = 'T';
    detail::write_two_digits(out + 9, in_day / 3600);
    detail::write_two_digits(out + 11, in_day / 60 % 60);
    detail::write_two_digits(out + 13, in_day % 60);
    out[15] = 'Z';
    return stamp;
}

CAIRN_DECL std::optional<timestamp> timestamp::parse(std::string_view text) noexcept {
    using namespace std::chrono;
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z')
        return {};
    int const y = detail::read_digits(text.substr(0, 4));
    int const m = detail::read_digits(text.substr(4, 2));
    int const d = detail::read_digits(text.substr(6, 2));
    int const hour = detail::read_digits(text.substr(9, 2));
    int const minute = detail::read_digits(text.substr(11, 2));
    int const second = detail::read_digits(text.substr(13, 2));
    if (m < 0 || d < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59)
        return {};
    year_month_day const date(year(y), month(static_cast<unsigned>(m)),
                              std::chrono::day(static_cast<unsigned>(d)));
    if (y < 1970 || y > int{detail::last_year} || !date.ok())
        return {};
    timestamp stamp;
    text.copy(stamp.text_.data(), stamp.text_.size());
    stamp.day_ = static_cast<std::int32_t>(sys_days(date).time_since_epoch().count());
    stamp.second_of_day_ = (hour * 60 + minute) * 60 + second;
    return stamp;
}

CAIRN_DECL std::chrono::system_clock::time_point timestamp::time() const noexcept {
    std::chrono::seconds const since_1970(day_ * detail::seconds_a_day + second_of_day_);
    return std::chrono::system_clock::time_point(since_1970);
}

} // namespace cairn::sigv4

#endif
