#include "fields.hpp"

#include "text.hpp"

#include <algorithm>

namespace signing {

namespace {

constexpr std::string_view white_space = " \t";

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

/// A value whose lines are folded (RFC 9112, 5.2), each followed by one that begins with white
/// space, in one line.
std::string unfolded(std::string_view value) {
    std::string out;
    for (std::size_t at = 0;;) {
        std::size_t const end = value.find('\n', at);
        std::size_t const next =
            end == value.npos ? end : value.find_first_not_of(white_space, end + 1);
        if (end == value.npos || next == end + 1 || next == value.npos)
            return out.append(value.substr(at));
        std::string_view line = value.substr(at, end - at);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        line = line.substr(0, line.find_last_not_of(white_space) + 1);
        out.append(line).append(" ");
        at = next;
    }
}

bool is_value(std::string_view value) {
    return std::none_of(value.begin(), value.end(),
                        [](char c) { return is_control(c) && c != '\t'; });
}

} // namespace

fields read_fields(members const& from, std::string_view member) {
    fields list = from.pairs(member);
    for (auto& [name, value] : list) {
        if (!is_name(name))
            throw refused(member, "a name is empty or holds a character that no name may hold");
        value = unfolded(value);
        if (!is_value(value))
            throw refused(member, "the value of " + shown(name) + " holds a control character");
    }
    return list;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), to_lower);
    return out;
}

std::string_view trimmed(std::string_view text) noexcept {
    std::size_t const first = text.find_first_not_of(white_space);
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::string const* find(fields const& list, std::string_view name) noexcept {
    auto const found = std::find_if(list.begin(), list.end(),
                                    [name](field const& f) { return same_name(f.first, name); });
    return found == list.end() ? nullptr : &found->second;
}

void check_once(fields const& headers, std::string_view name) {
    if (std::count_if(headers.begin(), headers.end(),
                      [name](field const& f) { return same_name(f.first, name); }) > 1)
        throw refused("headers", std::string(name) + " is given twice");
}

void check_framing(fields const& headers) {
    check_once(headers, "content-length");
    check_once(headers, "transfer-encoding");
    if (find(headers, "content-length") && find(headers, "transfer-encoding"))
        throw refused("headers", "content-length and transfer-encoding exclude each other");
}

void remove(fields& list, std::string_view name) {
    std::erase_if(list, [name](field const& f) { return same_name(f.first, name); });
}

std::vector<cairn::sigv4::header> views(fields const& list) {
    std::vector<cairn::sigv4::header> out;
    out.reserve(list.size());
    for (auto const& [name, value] : list)
        out.push_back({name, value});
    return out;
}

} // namespace signing
