#ifndef CAIRN_JSON_IMPL_POINTER_IPP
#define CAIRN_JSON_IMPL_POINTER_IPP

#include <cairn/json/pointer.hpp>
#include <cairn/json/string.hpp>

#include <algorithm>
#include <charconv>

namespace cairn::json {

namespace detail {

inline syntax_error make_error(std::string what, std::string_view text, std::size_t offset) {
    auto const line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    return {std::move(what), offset, 1 + static_cast<std::size_t>(line)};
}

inline std::size_t offset_in(std::string_view text, std::string_view part) {
    return static_cast<std::size_t>(part.data() - text.data());
}

// RFC 6901, section 4: digits without leading zeros; `-` names nothing that exists.
inline std::optional<std::size_t> read_index(std::string_view token) {
    std::size_t index = 0;
    char const* const end = token.data() + token.size();
    auto const [stop, error] = std::from_chars(token.data(), end, index);
    if (error != std::errc{} || stop != end || (token.size() > 1 && token[0] == '0'))
        return std::nullopt;
    return index;
}

inline lookup find_member(std::string_view text, std::string_view part, std::string_view name,
                          scan_options options) {
    scanner in(part, options);
    std::string_view key, value;
    lookup found;
    for (in.enter_object(); in.next_member(key);) {
        if (!in.value(value) || !stands_for(key, name))
            continue;
        if (found.value) {
            found.problem =
                make_error("duplicate member " + quote(name), text, offset_in(text, key));
            return found;
        }
        found.value = value;
    }
    if (!in.ok()) {
        json::syntax_error const f = in.error();
        found.problem = make_error(f.what, text, offset_in(text, part) + f.offset);
    }
    return found;
}

inline lookup find_element(std::string_view text, std::string_view part, std::size_t index,
                           scan_options options) {
    scanner in(part, options);
    std::string_view value;
    lookup found;
    std::size_t at = 0;
    for (in.enter_array(); !found.value && in.next_element(); ++at) {
        if (in.value(value) && at == index)
            found.value = value;
    }
    if (!in.ok()) {
        json::syntax_error const f = in.error();
        found.problem = make_error(f.what, text, offset_in(text, part) + f.offset);
    }
    return found;
}

} // namespace detail

CAIRN_DECL result<pointer> pointer::parse(std::string_view text) {
    auto const refuse = [](std::string why) {
        return error(errc::invalid_argument, "not a JSON Pointer: " + std::move(why));
    };
    if (validate(quote(text)))
        return refuse("invalid UTF-8");
    pointer parsed;
    if (text.empty())
        return parsed;
    if (text[0] != '/')
        return refuse(quote(text) + " does not begin with '/'");
    for (std::size_t at = 0; at != text.size(); ++at) {
        if (text[at] == '/') {
            parsed.tokens_.emplace_back();
            continue;
        }
        char c = text[at];
        if (c == '~') {
            char const which = ++at == text.size() ? '\0' : text[at];
            if (which != '0' && which != '1')
                return refuse("in " + quote(text) + ", '~' is followed by neither 0 nor 1");
            c = which == '0' ? '~' : '/';
        }
        parsed.tokens_.back() += c;
    }
    return parsed;
}

CAIRN_DECL std::string pointer::dotted() const {
    std::string out;
    for (std::string const& token : tokens_) {
        std::string const quoted = quote(token);
        out += '.';
        out.append(quoted, 1, quoted.size() - 2);
    }
    return out;
}

CAIRN_DECL lookup find(std::string_view text, pointer const& where, scan_options options) {
    scanner in(text, options);
    lookup found;
    std::string_view part;
    if (!in.value(part)) {
        found.problem = in.error();
        return found;
    }
    found.value = part;
    for (std::string const& token : where.tokens()) {
        part = *found.value;
        if (part[0] == '{')
            found = detail::find_member(text, part, token, options);
        else if (auto const index = detail::read_index(token); part[0] == '[' && index)
            found = detail::find_element(text, part, *index, options);
        else
            return {};
        if (found.problem) {
            found.value.reset();
            return found;
        }
        if (!found.value)
            return {};
    }
    return found;
}

} // namespace cairn::json

#endif
