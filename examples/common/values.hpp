//
// values.hpp: what a setting's text may be, and where it is stored.
//
#ifndef CAIRN_EXAMPLES_COMMON_VALUES_HPP
#define CAIRN_EXAMPLES_COMMON_VALUES_HPP

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace common {

/// What a value is in JSON. On the command line and in the environment all are text.
enum class value_type { flag, text, number, list };

/// A variable of the program together with the rule for it. Refers to that variable.
struct value {
    value_type type = value_type::text;
    std::string expected; ///< for "NAME: expected ..."
    /// Checks a text and stores what it says; false, and nothing stored, where it is not what was
    /// expected. Adds to a list.
    std::function<bool(std::string_view text)> set;
    /// The present value, for the help's defaults. May be empty.
    std::function<std::string()> get = {};
    std::function<void()> clear = {};    ///< empties a list
    std::vector<std::string> words = {}; ///< all that it can be, where these are few
};

using text_rule = bool (*)(std::string_view);

bool not_empty(std::string_view text);       ///< and without NUL
bool is_word(std::string_view text);         ///< printable ASCII without spaces, and not empty
bool is_date(std::string_view text);         ///< a day of the calendar, as `YYYY-MM-DD`
bool is_json_pointer(std::string_view text); ///< RFC 6901, and not empty
bool is_bucket_name(std::string_view text);  ///< as S3 servers take them, old forms included
bool is_region_name(std::string_view text);

/// A number of bytes: digits with an optional K, M or G (powers of 1024). Nothing if malformed.
std::optional<std::size_t> parse_size(std::string_view text);

value flag(bool& into);
value text(std::string& into, std::string expected, text_rule rule = &not_empty);
value list(std::vector<std::string>& into, std::string expected, text_rule rule);
value size_in_bytes(std::size_t& into, std::size_t high);
value milliseconds(std::chrono::milliseconds& into, int low, int high);

template <class T>
value whole_number(T& into, T low, T high) {
    value v;
    v.type = value_type::number;
    v.expected = "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    v.set = [&into, low, high](std::string_view given) {
        T number{};
        auto const end = given.data() + given.size();
        auto const [stop, code] = std::from_chars(given.data(), end, number);
        if (code != std::errc{} || stop != end || number < low || number > high)
            return false;
        into = number;
        return true;
    };
    v.get = [&into] { return std::to_string(into); };
    return v;
}

/// "a, b or c"
std::string alternatives(std::vector<std::string> const& words);

/// One of several words, each with its meaning.
template <class T>
value choice(T& into, std::vector<std::pair<std::string, T>> choices) {
    value v;
    for (auto const& [word, meaning] : choices)
        v.words.push_back(word);
    v.expected = alternatives(v.words);
    v.get = [&into, choices] {
        auto const it = std::find_if(choices.begin(), choices.end(),
                                     [&into](auto const& c) { return c.second == into; });
        return it == choices.end() ? std::string() : it->first;
    };
    v.set = [&into, choices = std::move(choices)](std::string_view given) {
        for (auto const& [word, meaning] : choices) {
            if (word == given) {
                into = meaning;
                return true;
            }
        }
        return false;
    };
    return v;
}

} // namespace common

#endif
