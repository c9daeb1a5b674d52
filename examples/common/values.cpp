#include "values.hpp"

#include <limits>
#include <memory>

namespace common {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
    return std::all_of(text.begin(), text.end(), predicate);
}

} // namespace

bool not_empty(std::string_view text) {
    return !text.empty() && text.find('\0') == text.npos;
}

bool is_word(std::string_view text) {
    return !text.empty() && all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return false;
    auto const number = [text](std::size_t at, std::size_t count) {
        int value = -1;
        auto const digits = text.substr(at, count);
        if (all_of(digits, is_digit))
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    };
    using namespace std::chrono;
    int const y = number(0, 4), m = number(5, 2), d = number(8, 2);
    return y >= 0 && m >= 0 && d >= 0 &&
           year_month_day{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}}
               .ok();
}

bool is_json_pointer(std::string_view text) {
    // Every token begins with a slash; a tilde stands before 0 or 1 only.
    if (text.empty() || text.front() != '/')
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
            return false;
    }
    return true;
}

bool is_bucket_name(std::string_view text) {
    return text.size() >= 3 && text.size() <= 255 && text.front() != '.' &&
           all_of(text,
                  [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

bool is_region_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

std::optional<std::size_t> parse_size(std::string_view text) {
    unsigned shift = 0;
    if (!text.empty()) {
        switch (text.back()) {
        case 'k':
        case 'K': shift = 10; break;
        case 'm':
        case 'M': shift = 20; break;
        case 'g':
        case 'G': shift = 30; break;
        default: break;
        }
    }
    if (shift != 0)
        text.remove_suffix(1);
    std::size_t value = 0;
    auto const end = text.data() + text.size();
    auto const [stop, code] = std::from_chars(text.data(), end, value);
    if (text.empty() || code != std::errc{} || stop != end ||
        value > (std::numeric_limits<std::size_t>::max() >> shift))
        return std::nullopt;
    return value << shift;
}

value flag(bool& into) {
    value v;
    v.type = value_type::flag;
    v.expected = "true or false";
    v.set = [&into](std::string_view given) {
        if (given != "true" && given != "false")
            return false;
        into = given == "true";
        return true;
    };
    return v;
}

value text(std::string& into, std::string expected, text_rule rule) {
    value v;
    v.expected = std::move(expected);
    v.set = [&into, rule](std::string_view given) {
        if (!rule(given))
            return false;
        into = given;
        return true;
    };
    v.get = [&into] { return into; };
    return v;
}

value list(std::vector<std::string>& into, std::string expected, text_rule rule) {
    value v;
    v.type = value_type::list;
    v.expected = std::move(expected);
    v.set = [&into, rule](std::string_view given) {
        if (rule(given))
            into.emplace_back(given);
        return rule(given);
    };
    v.get = [&into] {
        std::string all;
        for (auto const& one : into)
            all.append(all.empty() ? "" : ", ").append(one);
        return all;
    };
    v.clear = [&into] { into.clear(); };
    return v;
}

value size_in_bytes(std::size_t& into, std::size_t high) {
    // Shown, as it is given, in the largest unit that it is a multiple of.
    auto const shown = [](std::size_t bytes) {
        std::size_t unit = 0;
        for (; unit < 3 && bytes != 0 && bytes % 1024 == 0; ++unit)
            bytes /= 1024;
        return std::to_string(bytes) + (unit == 0 ? "" : std::string(1, "BKMG"[unit]));
    };
    value v;
    v.expected = "a size from 1 to " + shown(high) + ", in bytes or with K, M or G";
    v.set = [&into, high](std::string_view given) {
        auto const size = parse_size(given);
        if (!size || *size == 0 || *size > high)
            return false;
        into = *size;
        return true;
    };
    v.get = [&into, shown] { return shown(into); };
    return v;
}

value milliseconds(std::chrono::milliseconds& into, int low, int high) {
    auto count = std::make_shared<int>();
    value v = whole_number(*count, low, high);
    v.set = [&into, count, set = std::move(v.set)](std::string_view given) {
        if (!set(given))
            return false;
        into = std::chrono::milliseconds(*count);
        return true;
    };
    v.get = [&into] { return std::to_string(into.count()); };
    return v;
}

std::string alternatives(std::vector<std::string> const& words) {
    std::string all;
    for (std::size_t i = 0; i < words.size(); ++i)
        all.append(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ").append(words[i]);
    return all;
}

} // namespace common
