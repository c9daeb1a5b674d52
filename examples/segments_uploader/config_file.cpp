#include "config_file.hpp"

#include "members.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <limits>
#include <set>
#include <string>

namespace uploader {

namespace {

namespace json = boost::json;
using cairn::errc;
using cairn::error;
using cairn::result;

/// Notes the first name that a top-level object has twice: a DOM keeps only the last of the two.
struct repetition_finder {
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    int depth = 0;
    std::string part;
    std::set<std::string> names;
    std::string repeated;
    bool found = false;

    bool open() { return ++depth > 0; }
    bool close() { return --depth >= 0; }
    bool key(json::string_view s) {
        std::string name = std::move(part);
        part.clear();
        name.append(s.data(), s.size());
        if (depth == 1 && !found && !names.insert(name).second) {
            found = true;
            repeated = std::move(name);
        }
        return true;
    }

    bool on_document_begin(boost::system::error_code&) { return true; }
    bool on_document_end(boost::system::error_code&) { return true; }
    bool on_object_begin(boost::system::error_code&) { return open(); }
    bool on_object_end(std::size_t, boost::system::error_code&) { return close(); }
    bool on_array_begin(boost::system::error_code&) { return open(); }
    bool on_array_end(std::size_t, boost::system::error_code&) { return close(); }
    bool on_key_part(json::string_view s, std::size_t, boost::system::error_code&) {
        part.append(s.data(), s.size());
        return true;
    }
    bool on_key(json::string_view s, std::size_t, boost::system::error_code&) { return key(s); }
    bool on_string_part(json::string_view, std::size_t, boost::system::error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, boost::system::error_code&) { return true; }
    bool on_number_part(json::string_view, boost::system::error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, boost::system::error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, boost::system::error_code&) { return true; }
    bool on_double(double, json::string_view, boost::system::error_code&) { return true; }
    bool on_bool(bool, boost::system::error_code&) { return true; }
    bool on_null(boost::system::error_code&) { return true; }
    bool on_comment_part(json::string_view, boost::system::error_code&) { return true; }
    bool on_comment(json::string_view, boost::system::error_code&) { return true; }
};

/// The member's name for a person; only an empty one needs its quotes to be seen.
std::string shown(std::string_view name) {
    return name.empty() ? "\"\"" : printable(name);
}

error refusal(std::string_view name, std::string_view expected) {
    return error(errc::invalid_argument, shown(name) + ": expected " + std::string(expected));
}

result<void> set_list(settings& into, member const& m, json::value const& value) {
    if (!value.is_array())
        return refusal(m.name, "a list of strings: " + std::string(m.expected));
    if (value.get_array().empty())
        return refusal(m.name, m.expected);
    into.identity.clear();
    for (auto const& element : value.get_array()) {
        if (!element.is_string())
            return refusal(m.name, "a list of strings: " + std::string(m.expected));
        auto const& s = element.get_string();
        if (!m.set_text(into, {s.data(), s.size()}))
            return refusal(m.name, m.expected);
    }
    return {};
}

result<void> set_member(settings& into, member const& m, json::value const& value) {
    std::string text;
    switch (m.type) {
    case value_type::list: return set_list(into, m, value);
    case value_type::text:
        if (!value.is_string())
            return refusal(m.name, "a string: " + std::string(m.expected));
        text.assign(value.get_string().data(), value.get_string().size());
        break;
    case value_type::number:
        if (!value.is_int64())
            return refusal(m.name, m.expected);
        text = std::to_string(value.get_int64());
        break;
    }
    if (!m.set_text(into, text))
        return refusal(m.name, m.expected);
    return {};
}

std::string known_members() {
    std::string out;
    for (auto const& m : members()) {
        if (!m.in_config)
            continue;
        if (!out.empty())
            out += ", ";
        out += m.name;
    }
    return out;
}

} // namespace

result<void> read_config(settings& into, std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    json::string_view const input(text.data(), text.size());
    boost::system::error_code code;
    json::basic_parser<repetition_finder> finder{json::parse_options()};
    auto const parsed = finder.write_some(false, input.data(), input.size(), code);
    if (code || parsed != input.size())
        return error(errc::invalid_argument, "expected a JSON object; it is not JSON at byte " +
                                                 std::to_string(parsed) +
                                                 (code ? " (" + code.message() + ")" : ""));
    auto const value = json::parse(input, code);
    if (code || !value.is_object())
        return error(errc::invalid_argument, "expected a JSON object");
    if (finder.handler().found)
        return refusal(finder.handler().repeated, "this member once");
    for (auto const& [key, v] : value.get_object()) {
        std::string_view const name(key.data(), key.size());
        auto const* m = find_member(name);
        if (!m)
            return error(errc::invalid_argument,
                         shown(name) + ": unknown member; expected one of " + known_members());
        if (auto set = set_member(into, *m, v); set.has_error())
            return set.error();
    }
    return {};
}

} // namespace uploader
