#include "members.hpp"

#include "text.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <algorithm>
#include <charconv>

namespace signing {

namespace {

namespace json = cairn::json;

constexpr char pairs_expected[] = "expected a list of [\"name\", \"value\"] pairs";

std::string listed(std::span<std::string_view const> names) {
    std::string out;
    for (auto const name : names)
        out.append(out.empty() ? "" : ", ").append(name);
    return out;
}

bool is_string(std::string_view token) {
    return token.front() == '"';
}

std::string place(json::syntax_error const& found, std::string const& where = {}) {
    return found.what + " at byte " + std::to_string(found.offset) + where;
}

} // namespace

members::members(std::string_view line, std::size_t line_number,
                 std::span<std::string_view const> known) {
    std::string const number = std::to_string(line_number);
    json::scanner in(line);
    std::string_view key, token;
    std::string wrong;
    for (in.enter_object(); in.next_member(key);) {
        std::string const name = json::unquote(key);
        if (!in.value(token))
            throw refused(shown(name), place(in.error(), " of line " + number));
        if (!wrong.empty())
            continue; // that it is JSON at all comes first
        if (std::find(known.begin(), known.end(), name) == known.end())
            wrong = shown(name) + ": unknown member; expected one of " + listed(known);
        else if (!values_.emplace(name, token).second)
            wrong = name + ": this member is given twice";
    }
    if (!in.finish())
        throw refused("line " + number, place(in.error()));
    if (!wrong.empty())
        throw refused(wrong);
}

std::optional<std::string_view> members::value(std::string_view name) const {
    auto const found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::string members::required(std::string_view name) const {
    if (auto given = text(name))
        return std::move(*given);
    throw refused(name, "this member is missing");
}

std::optional<std::string> members::text(std::string_view name) const {
    auto const token = value(name);
    if (!token)
        return std::nullopt;
    if (!is_string(*token))
        throw refused(name, "expected a string");
    return json::unquote(*token);
}

std::optional<bool> members::flag(std::string_view name) const {
    auto const token = value(name);
    if (!token)
        return std::nullopt;
    if (*token != "true" && *token != "false")
        throw refused(name, "expected true or false");
    return *token == "true";
}

std::optional<std::uint64_t> members::number(std::string_view name, std::uint64_t low,
                                             std::uint64_t high) const {
    auto const token = value(name);
    if (!token)
        return std::nullopt;
    std::uint64_t number = 0;
    char const* const end = token->data() + token->size();
    auto const [stop, failed] = std::from_chars(token->data(), end, number);
    if (failed != std::errc() || stop != end || number < low || number > high)
        throw refused(name, "expected a whole number from " + std::to_string(low) + " to " +
                                std::to_string(high));
    return number;
}

std::optional<std::vector<std::string>> members::texts(std::string_view name) const {
    auto const token = value(name);
    if (!token)
        return std::nullopt;
    std::vector<std::string> out;
    json::scanner in(*token);
    std::string_view element;
    for (in.enter_array(); in.next_element() && in.value(element);) {
        if (!is_string(element))
            throw refused(name, "expected a list of strings");
        out.push_back(json::unquote(element));
    }
    if (!in.finish())
        throw refused(name, "expected a list of strings");
    return out;
}

std::vector<field> members::pairs(std::string_view name) const {
    std::vector<field> out;
    auto const token = value(name);
    if (!token)
        return out;
    json::scanner in(*token);
    std::string_view text;
    for (in.enter_array(); in.next_element() && in.enter_array();) {
        std::vector<std::string> pair;
        while (in.next_element() && in.value(text) && is_string(text))
            pair.push_back(json::unquote(text));
        if (pair.size() != 2 || !is_string(text))
            throw refused(name, pairs_expected);
        out.emplace_back(std::move(pair[0]), std::move(pair[1]));
    }
    if (!in.finish())
        throw refused(name, pairs_expected);
    return out;
}

} // namespace signing
