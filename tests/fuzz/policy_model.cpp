#include "policy_model.hpp"

#include <algorithm>

namespace fuzz {

namespace {

// RFC 3629.
bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto const byte = [&text](std::size_t i) -> std::uint32_t {
            return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
        };
        std::size_t const size = byte(0) < 0x80             ? 1
                                 : (byte(0) & 0xe0) == 0xc0 ? 2
                                 : (byte(0) & 0xf0) == 0xe0 ? 3
                                 : (byte(0) & 0xf8) == 0xf0 ? 4
                                                            : 0;
        if (size == 0)
            return false;
        std::uint32_t code = size == 1 ? byte(0) : byte(0) & (0xffu >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) {
            if ((byte(i) & 0xc0) != 0x80)
                return false;
            code = code << 6 | (byte(i) & 0x3f);
        }
        std::uint32_t const least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return false;
        text.remove_prefix(size);
    }
    return true;
}

bool matches(policy_model::condition const& c, std::string_view value) {
    if (!c.prefix)
        return value == c.value;
    if (lower(c.field) != "content-type")
        return value.starts_with(c.value);
    for (std::string const& type : split(value, ','))
        if (!trimmed(type).starts_with(c.value))
            return false;
    return true;
}

bool holds(policy_model::condition const& c, upload_model const& upload) {
    std::vector<std::string_view> values;
    if (lower(c.field) == "bucket")
        values.push_back(upload.bucket);
    for (auto const& [name, value] : upload.fields)
        if (lower(name) == lower(c.field))
            values.push_back(value);
    if (values.empty())
        values.emplace_back();
    return std::all_of(values.begin(), values.end(),
                       [&c](std::string_view value) { return matches(c, value); });
}

} // namespace

bool policy_model::mentions(std::string_view lower_field) const {
    return std::any_of(conditions.begin(), conditions.end(),
                       [&](condition const& c) { return lower(c.field) == lower_field; });
}

bool policy_model::is_well_formed() const {
    return std::all_of(conditions.begin(), conditions.end(),
                       [](condition const& c) { return is_utf8(c.field) && is_utf8(c.value); }) &&
           std::all_of(ranges.begin(), ranges.end(),
                       [](auto const& range) { return range.first <= range.second; });
}

bool keeps_to(policy_model const& policy, upload_model const& upload) {
    for (auto const& [name, value] : upload.fields) {
        std::string const low = lower(name);
        if (low != "policy" && low != "x-amz-signature" && low != "file" &&
            !low.starts_with("x-ignore-") && !policy.mentions(low))
            return false;
    }
    if (!upload.bucket.empty() && !policy.mentions("bucket"))
        return false;
    for (auto const& [least, most] : policy.ranges)
        if (upload.size < least || upload.size > most)
            return false;
    return std::all_of(policy.conditions.begin(), policy.conditions.end(),
                       [&](auto const& c) { return holds(c, upload); });
}

bool is_signed_by(field_list const& own, upload_model const& upload) {
    for (std::string_view const name :
         {"policy", "x-amz-signature", "x-amz-algorithm", "x-amz-credential", "x-amz-date",
          "x-amz-security-token", "x-amz-s3session-token"}) {
        field_list given, wanted;
        for (auto const& [n, value] : upload.fields)
            if (lower(n) == name)
                given.emplace_back(name, value);
        for (auto const& [n, value] : own)
            if (n == name)
                wanted.emplace_back(name, value);
        if (given != wanted)
            return false;
    }
    return true;
}

namespace {

std::string quoted(std::string_view text, spelling s) {
    std::string out = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        bool const must = byte < 0x20 || c == '"' || c == '\\';
        if (byte >= 0x80 || (!must && !s.escapes)) {
            out += c;
            continue;
        }
        out += "\\u00";
        out += "0123456789abcdef"[byte / 16];
        out += "0123456789ABCDEF"[byte % 16];
    }
    return out + "\"";
}

} // namespace

std::string to_json(policy_model const& policy, std::string_view expiration, spelling s) {
    std::string const space = s.spaces ? " \t\r\n " : "", comma = space + "," + space;
    std::string list, joined;
    auto const add = [&](std::string const& text) { list += (list.empty() ? "" : comma) + text; };
    for (auto const& c : policy.conditions) {
        std::string const member = quoted(c.field, s) + space + ":" + space + quoted(c.value, s);
        if (c.prefix || s.eq)
            add("[" + space +
                quoted(c.prefix   ? "starts-with"
                       : s.spaces ? "EQ"
                                  : "eq",
                       s) +
                comma + quoted("$" + c.field, s) + comma + quoted(c.value, s) + space + "]");
        else if (s.join)
            joined += (joined.empty() ? "" : comma) + member;
        else
            add("{" + member + "}");
    }
    if (s.join)
        add("{" + joined + "}");
    std::string const quote = s.quotes ? "\"" : "";
    for (auto const& [least, most] : policy.ranges)
        add("[" + quoted("content-length-range", s) + comma + quote + std::to_string(least) +
            quote + comma + quote + std::to_string(most) + quote + "]");
    std::string const first = quoted("conditions", s) + ":" + space + "[" + list + "]";
    std::string const second = quoted("expiration", s) + ":" + quoted(expiration, s);
    return space + "{" + (s.quotes ? first + comma + second : second + comma + first) + space + "}";
}

} // namespace fuzz
