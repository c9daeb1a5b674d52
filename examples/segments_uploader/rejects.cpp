#include "rejects.hpp"

#include "text.hpp"

#include <cairn/core/base64.hpp>
#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace uploader {

namespace {

namespace json = cairn::json;

cairn::error system_failure() {
    return cairn::error(cairn::error_code(errno, boost::system::system_category()));
}

/// JSON text on one line: outside strings, which cannot hold them, line breaks are white space.
void append_on_one_line(std::string& out, std::string_view text) {
    auto const begin = out.size();
    out += text;
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
        [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

bool is_our_member(std::string_view key) {
    constexpr std::string_view names[] = {"\"index\"", "\"reason\"", "\"payload\"",
                                          "\"text\"",  "\"base64\"", "\"lost\""};
    return std::find(std::begin(names), std::end(names), key) != std::end(names);
}

} // namespace

std::string reject_line(std::uint64_t index, std::string_view reason, std::string_view text) {
    std::string out = "{\"index\":" + std::to_string(index) + ",\"reason\":";
    append_json_string(out, reason);
    if (text.empty()) {
        out += ",\"lost\":true";
    } else if (!json::validate(text, {.allow_lone_surrogates = true})) {
        out += ",\"payload\":";
        append_on_one_line(out, text);
    } else if (is_utf8(text)) {
        out += ",\"text\":";
        append_json_string(out, text);
    } else {
        out += ",\"base64\":\"" + cairn::to_base64(text) + '"';
    }
    out += "}\n";
    return out;
}

std::optional<unwrapped> unwrap_reject(std::string_view text) {
    json::scanner in(text, {.allow_lone_surrogates = true});
    std::string_view key;
    std::string_view value;
    std::string_view content;
    char form = 0;
    int known = 0;
    for (in.enter_object(); in.next_member(key);) {
        if (!is_our_member(key))
            return std::nullopt; // a payload of somebody's: seen at its first member
        auto const kind = in.peek();
        if (!in.value(value))
            return std::nullopt;
        if (key == "\"index\"" && kind == json::kind::number) {
            known |= 1;
        } else if (key == "\"reason\"" && kind == json::kind::string) {
            known |= 2;
        } else if (form == 0 &&
                   (key == "\"payload\"" ||
                    (kind == json::kind::string && (key == "\"text\"" || key == "\"base64\"")) ||
                    (key == "\"lost\"" && value == "true"))) {
            form = key[1];
            content = value;
        } else {
            return std::nullopt;
        }
    }
    if (!in.finish() || known != 3 || form == 0)
        return std::nullopt;
    unwrapped out;
    switch (form) {
    case 'p': out.payload = content; break;
    case 't': out.payload = json::unquote(content); break;
    case 'b':
        if (!cairn::from_base64(json::unquote(content), out.payload))
            return std::nullopt;
        break;
    default: out.lost = true; break;
    }
    return out;
}

cairn::result<rejects_file> rejects_file::open(std::string const& path) {
    rejects_file out;
    out.file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (out.file_ < 0)
        return system_failure();
    return out;
}

rejects_file::rejects_file(rejects_file&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

rejects_file& rejects_file::operator=(rejects_file&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

rejects_file::~rejects_file() {
    if (file_ >= 0)
        ::close(file_);
}

cairn::result<void> rejects_file::add(std::uint64_t index, std::string_view reason,
                                      std::string_view text) {
    auto const line = reject_line(index, reason, text);
    std::string_view rest = line;
    while (!rest.empty()) {
        auto const n = ::write(file_, rest.data(), rest.size());
        if (n < 0 && errno != EINTR)
            return system_failure();
        if (n > 0)
            rest.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

} // namespace uploader
