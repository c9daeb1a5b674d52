#include "curl.hpp"

#include "text.hpp"

#include <cairn/core/base64.hpp>

#include <algorithm>

namespace signing {

namespace {

/// A shell's word: nothing is special between single quotes but their end.
std::string shell_word(std::string_view text) {
    std::string out = "'";
    for (char const c : text)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + '\'';
}

/// Whether a body may stand in the command: on one line, not taken for a file's name, short enough
/// for an argument, and text that survives a terminal.
bool fits_argument(std::string_view body) {
    return body.size() <= 32 * 1024 && !body.starts_with('@') &&
           std::none_of(body.begin(), body.end(), is_control) && is_utf8(body);
}

/// Refuses headers with which curl would send the body otherwise than they say.
void check_body_headers(answer const& a) {
    check_framing(a.headers);
    auto const* coding = find(a.headers, "transfer-encoding");
    if (coding && (!same_name(trimmed(*coding), "chunked") || a.body.empty()))
        throw refused("headers", "with transfer-encoding curl sends a body that is not empty, and "
                                 "it knows chunked only");
    auto const* given = find(a.headers, "content-length");
    if (given && trimmed(*given) != std::to_string(a.body.size()))
        throw refused("headers", "content-length is not the body's, which has " +
                                     std::to_string(a.body.size()) + " bytes");
}

std::string method_options(request const& r, answer const& a) {
    if (r.method != "HEAD")
        return " -X " + r.method;
    if (!a.body.empty())
        throw refused("body", "curl sends none with HEAD");
    return " --head";
}

/// The headers that curl does not write itself, and none that it would add to what was signed.
std::string header_options(answer const& a) {
    std::string out;
    for (auto const& [name, value] : a.headers) {
        bool const own = (same_name(name, "host") && trimmed(value) == a.target.host) ||
                         (same_name(name, "content-length") && !a.body.empty());
        if (own)
            continue;
        bool const empty = trimmed(value).empty();
        out.append(" -H ").append(shell_word(empty ? name + ";" : name + ": " + value));
    }
    if (!find(a.headers, "content-type") && !a.body.empty())
        out += " -H 'Content-Type:'";
    return out;
}

} // namespace

std::string curl_command(request const& r, answer const& a) {
    if (r.rules.encode_path_again && a.target.as_given != a.target.path)
        throw refused("url", "its path is sent encoded, and is signed as it is written; write it " +
                                 a.target.path);
    check_body_headers(a);
    std::string command = "curl --path-as-is";
    if (a.target.host.starts_with('['))
        command += " --globoff";
    command += method_options(r, a) + header_options(a);
    bool const awaited = r.method == "PUT" || r.method == "POST" || r.method == "PATCH";
    bool const piped = !fits_argument(a.body);
    if (piped)
        command.append(" --data-binary @-");
    else if (!a.body.empty())
        command.append(" --data-binary ").append(shell_word(a.body));
    else if (awaited && !find(a.headers, "content-length"))
        command.append(" -H 'Content-Length: 0'");
    command.append(" ").append(shell_word(a.target.text()));
    if (!piped)
        return command;
    return "printf %s " + shell_word(cairn::to_base64(a.body)) + " | base64 -d | " + command;
}

} // namespace signing
