#include "url.hpp"

#include "fields.hpp"
#include "members.hpp"
#include "text.hpp"

#include <cairn/sigv4/uri.hpp>

#include <algorithm>
#include <charconv>

namespace signing {

namespace {

using cairn::sigv4::append_percent_encoded;
using cairn::sigv4::percent_decoded;

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 3986: pchar and '/'; in a query '?' besides.
constexpr std::string_view path_marks = "-._~!$&'()*+,;=:@/";
constexpr std::string_view query_marks = "-._~!$&'()*+,;=:@/?";

std::string wire_form(std::string_view text, std::string_view marks) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const escape =
            text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
        if (escape || is_alphanumeric(text[i]) || marks.find(text[i]) != marks.npos)
            out += text[i];
        else
            append_percent_encoded(out, text.substr(i, 1), false);
    }
    return out;
}

std::string_view take_until(std::string_view& text, std::string_view any) {
    std::size_t const end = std::min(text.find_first_of(any), text.size());
    std::string_view const piece = text.substr(0, end);
    text.remove_prefix(end);
    return piece;
}

bool is_host(std::string_view host) {
    bool const literal = host.starts_with('[') && host.ends_with(']'); // IPv6
    if (literal)
        host = host.substr(1, host.size() - 2);
    return !host.empty() && std::all_of(host.begin(), host.end(), [literal](char c) {
        return literal ? is_hex(c) || c == ':' || c == '.'
                       : is_alphanumeric(c) || c == '.' || c == '-' || c == '_' || c == '~';
    });
}

/// The host, and the port where it is not the scheme's own.
std::string read_authority(std::string_view member, std::string_view text, bool secure) {
    if (text.find('@') != text.npos)
        throw refused(member, "holds a user's name; credentials have members of their own");
    std::size_t const colon = text.rfind(':');
    bool const with_port = colon != text.npos && text.find(']', colon) == text.npos;
    std::string_view const host = with_port ? text.substr(0, colon) : text;
    if (!is_host(host))
        throw refused(member, "the host is missing or holds a character that it may not; an "
                              "international name is written in its ASCII form, xn--...");
    std::string_view const port = with_port ? text.substr(colon + 1) : "";
    unsigned number = secure ? 443 : 80;
    char const* const end = port.data() + port.size();
    auto const [stop, failed] = std::from_chars(port.data(), end, number);
    if (!port.empty() && (failed != std::errc() || stop != end || number < 1 || number > 65535))
        throw refused(member, "the port is no number from 1 to 65535");
    if (number == (secure ? 443U : 80U))
        return std::string(host);
    return std::string(host) + ":" + std::to_string(number);
}

} // namespace

void set_path(url& u, std::string_view path) {
    u.path = wire_form(path, path_marks);
    u.as_given.clear();
    for (char const& c : path)
        if (is_control(c))
            append_percent_encoded(u.as_given, {&c, 1}, false);
        else
            u.as_given += c;
}

void set_query(url& u, std::string_view query) {
    u.query = wire_form(query, query_marks);
}

std::string advice_on(url const& u, bool encoded_again) {
    std::string better = u.path, advice;
    if (!encoded_again) {
        better.clear();
        append_percent_encoded(better, percent_decoded(u.path), true);
    }
    if (better != (encoded_again ? u.as_given : u.path))
        advice = "services encode the path anew, and expect another signature; write it " + better;
    if (u.query.find('+') != u.query.npos)
        advice.append(advice.empty() ? "" : "; ")
            .append("services read a + in the query as a space, and expect another signature; "
                    "write it %20, or %2B where a plus is meant");
    return advice;
}

bool names_host(std::string_view header, url const& u) {
    std::string_view const port = u.scheme == "https" ? ":443" : ":80";
    header = trimmed(header);
    if (header.ends_with(port))
        header.remove_suffix(port.size());
    return same_name(header, u.host);
}

url parse_url(std::string_view member, std::string_view text) {
    url out;
    if (text.find('#') != text.npos)
        throw refused(member, "holds a fragment, which is never sent; a # that belongs to the "
                              "path or to the query is written %23");
    std::size_t const colon = std::min(text.find("://"), text.size());
    for (char const c : text.substr(0, colon))
        out.scheme += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    if (colon == text.size() || (out.scheme != "http" && out.scheme != "https"))
        throw refused(member, "expected a whole URL, http://... or https://...");
    text.remove_prefix(colon + 3);
    out.host = read_authority(member, take_until(text, "/?"), out.scheme == "https");
    std::string_view const path = take_until(text, "?");
    set_path(out, path.empty() ? "/" : path);
    set_query(out, text.empty() ? text : text.substr(1));
    return out;
}

} // namespace signing
