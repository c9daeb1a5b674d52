#ifndef CAIRN_SEGMENTS_DETAIL_IMPL_RESERVED_MEMBER_IPP
#define CAIRN_SEGMENTS_DETAIL_IMPL_RESERVED_MEMBER_IPP

#include <cairn/json/pointer.hpp>
#include <cairn/json/string.hpp>
#include <cairn/segments/detail/reserved_member.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <charconv>
#include <cstdint>
#include <optional>

namespace cairn::segments::detail {

inline constexpr char newer_format[] = "it was written in format ";

inline error malformed_reserved(std::string const& why) {
    return error(errc::invalid_document, "its member \"_cairn\" is malformed: " + why);
}

// Digits alone, without a sign or leading zeros, within 64 bits.
inline std::optional<std::uint64_t> read_count(std::string_view text) {
    std::uint64_t number = 0;
    char const* const end = text.data() + text.size();
    auto const [stop, problem] = std::from_chars(text.data(), end, number);
    if (problem != std::errc{} || stop != end)
        return std::nullopt;
    return number;
}

CAIRN_DECL bool is_newer(error const& e) {
    return e.message.starts_with(newer_format);
}

inline result<void> check_format(std::string_view text) {
    if (text.empty() || text[0] != '{')
        return malformed_reserved("it is not an object");
    static json::pointer const place = json::pointer::parse("/format").value();
    auto const found = json::find(text, place, {.allow_lone_surrogates = true});
    if (found.problem)
        return malformed_reserved(found.problem->what);
    auto const format = found.value ? read_count(*found.value) : std::nullopt;
    if (!format || *format == 0)
        return malformed_reserved("its format is not a number that counts from 1");
    if (*format > day_format)
        return error(errc::invalid_document, newer_format + std::to_string(*format) +
                                                 "; this program reads up to format " +
                                                 std::to_string(day_format));
    return {};
}

inline result<void> read_writers(json::scanner& in, std::vector<merge::ledger::entry>& writers) {
    if (in.peek() != json::kind::object)
        return malformed_reserved("its writers are not an object");
    boost::unordered_flat_set<std::string> names;
    std::string_view key, value;
    for (in.enter_object(); in.next_member(key);) {
        std::string name = json::unquote(key);
        if (json::validate(key))
            return malformed_reserved("a writer's name is not text");
        auto const sequence = in.value(value) ? read_count(value) : std::nullopt;
        if (!sequence)
            return malformed_reserved("the number of writer " + json::quote(name) +
                                      " is not a count");
        if (!names.insert(name).second)
            return malformed_reserved("writer " + json::quote(name) + " stands there twice");
        writers.push_back({std::move(name), *sequence});
    }
    return {};
}

CAIRN_DECL result<reserved_member> parse_reserved(std::string_view text) {
    if (auto checked = check_format(text); !checked)
        return checked.error();
    reserved_member member;
    bool writers_seen = false;
    json::scanner in(text, {.allow_lone_surrogates = true});
    std::string_view key, value;
    for (in.enter_object(); in.next_member(key);) {
        if (json::stands_for(key, "writers")) {
            if (std::exchange(writers_seen, true))
                return malformed_reserved("two members \"writers\"");
            if (auto read = read_writers(in, member.writers); !read)
                return read.error();
        } else if (json::stands_for(key, "dropped")) {
            auto const count = in.value(value) ? read_count(value) : std::nullopt;
            if (!count)
                return malformed_reserved("its number of dropped writers is not a count");
            member.dropped = *count;
        } else if (in.value(value) && !json::stands_for(key, "format")) {
            member.unknown.append(",").append(key).append(":").append(value);
        }
    }
    if (!in.ok() || !writers_seen)
        return malformed_reserved(in.ok() ? "it has no member \"writers\"" : in.error().what);
    return member;
}

CAIRN_DECL std::string write_reserved(merge::ledger const& ledger, std::string_view unknown) {
    std::string out = "{\"format\":" + std::to_string(day_format) + ",\"writers\":{";
    bool first = true;
    for (auto const& [writer, sequence] : ledger.entries()) {
        if (!std::exchange(first, false))
            out += ',';
        json::append_quoted(out, writer);
        out += ':' + std::to_string(sequence);
    }
    out += '}';
    if (ledger.dropped() != 0)
        out += ",\"dropped\":" + std::to_string(ledger.dropped());
    out.append(unknown).append("}");
    return out;
}

} // namespace cairn::segments::detail

#endif
