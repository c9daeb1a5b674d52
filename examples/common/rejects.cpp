#include "rejects.hpp"

#include "text.hpp"

#include <cairn/core/base64.hpp>
#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <map>
#include <random>
#include <utility>

namespace common {

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

/// Text that is not JSON, as the shorter of a string and base64: a line is then at most half longer
/// than its payload, so that a reader of payloads of the same size has room for it.
void append_bytes(std::string& out, std::string_view text) {
    if (is_utf8(text)) {
        std::string quoted;
        append_json_string(quoted, text);
        if (quoted.size() <= text.size() + text.size() / 3 + 2) {
            out += ",\"text\":" + quoted;
            return;
        }
    }
    out += ",\"base64\":\"" + cairn::to_base64(text) + '"';
}

struct member {
    std::string_view name; // quoted, as it stands in the line
    char letter;
    json::kind kind; // an object stands for any
};

member const* find_member(std::string_view key) {
    static constexpr member all[] = {
        {"\"index\"", 'i', json::kind::number},   {"\"reason\"", 'r', json::kind::string},
        {"\"payload\"", 'p', json::kind::object}, {"\"text\"", 't', json::kind::string},
        {"\"base64\"", 'b', json::kind::string},  {"\"lost\"", 'l', json::kind::boolean},
        {"\"stream\"", 's', json::kind::string},  {"\"piece\"", 'P', json::kind::string},
        {"\"size\"", 'z', json::kind::number}};
    auto const* const found = std::find_if(std::begin(all), std::end(all),
                                           [&](member const& m) { return m.name == key; });
    return found == std::end(all) ? nullptr : found;
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
    } else {
        append_bytes(out, text);
    }
    out += "}\n";
    return out;
}

namespace {

/// The members of a line, by the first letter of their names, which differ.
struct reject_members {
    std::map<char, std::string_view> text; // as it stands in the line

    bool read(std::string_view line);
    bool has(std::string_view names) const {
        return text.size() == names.size() &&
               std::all_of(names.begin(), names.end(), [&](char c) { return text.contains(c); });
    }
};

bool reject_members::read(std::string_view line) {
    json::scanner in(line, {.allow_lone_surrogates = true});
    std::string_view key;
    std::string_view value;
    for (in.enter_object(); in.next_member(key);) {
        auto const* const known = find_member(key);
        if (!known)
            return false; // a payload of somebody's: seen at its first member
        if (known->kind != json::kind::object && in.peek() != known->kind)
            return false;
        if (!in.value(value) || !text.emplace(known->letter, value).second)
            return false;
    }
    return in.finish();
}

} // namespace

std::optional<unwrapped> unwrap_reject(std::string_view line) {
    reject_members m;
    if (!m.read(line))
        return std::nullopt;
    unwrapped out;
    if (m.has("irp")) {
        out.payload = m.text['p'];
    } else if (m.has("irt")) {
        out.payload = json::unquote(m.text['t']);
    } else if (m.has("irb")) {
        if (!cairn::from_base64(json::unquote(m.text['b']), out.payload))
            return std::nullopt;
    } else if (m.has("irl") && m.text['l'] == "true") {
        out.lost = true;
    } else if (m.has("sP")) {
        out.stream = json::unquote(m.text['s']);
        if (!cairn::from_base64(json::unquote(m.text['P']), out.payload))
            return std::nullopt;
    } else if (m.has("irsz")) {
        out.stream = json::unquote(m.text['s']);
        out.last = true;
    } else {
        return std::nullopt;
    }
    return out;
}

cairn::result<rejects_file> rejects_file::open(std::string const& path) {
    rejects_file out;
    auto const flags = O_CREAT | O_APPEND | O_CLOEXEC;
    out.file_ = ::open(path.c_str(), O_RDWR | flags, 0666);
    bool const readable = out.file_ >= 0;
    if (!readable)
        out.file_ = ::open(path.c_str(), O_WRONLY | flags, 0666);
    struct stat about {};
    if (out.file_ < 0 || ::fstat(out.file_, &about) != 0)
        return system_failure();
    if (S_ISREG(about.st_mode) && about.st_size > 0) {
        char last = 0;
        // An empty line does no harm where the file may not be read.
        out.torn_ =
            !readable || ::pread(out.file_, &last, 1, about.st_size - 1) != 1 || last != '\n';
    }
    return out;
}

rejects_file::rejects_file(rejects_file&& other) noexcept
    : file_(std::exchange(other.file_, -1)), torn_(other.torn_),
      streams_(std::move(other.streams_)), ended_(std::move(other.ended_)) {}

rejects_file& rejects_file::operator=(rejects_file&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(torn_, other.torn_);
    std::swap(streams_, other.streams_);
    std::swap(ended_, other.ended_);
    return *this;
}

rejects_file::~rejects_file() {
    if (file_ >= 0)
        ::close(file_);
}

cairn::result<void> rejects_file::write(std::string const& line) {
    std::string const closed = torn_ ? "\n" + line : line;
    std::string_view rest = closed;
    while (!rest.empty()) {
        auto const n = ::write(file_, rest.data(), rest.size());
        if (n < 0 && errno != EINTR) {
            torn_ = torn_ || rest.size() != closed.size();
            return system_failure();
        }
        if (n > 0)
            rest.remove_prefix(static_cast<std::size_t>(n));
    }
    torn_ = false;
    return {};
}

cairn::result<void> rejects_file::add(std::uint64_t index, std::string_view reason,
                                      std::string_view text) {
    auto const pieces = ended_.extract(index);
    if (pieces.empty())
        return write(reject_line(index, reason, text));
    std::string line = "{\"index\":" + std::to_string(index) + ",\"reason\":";
    append_json_string(line, reason);
    line += ",\"stream\":\"" + pieces.mapped().stream +
            "\",\"size\":" + std::to_string(pieces.mapped().size) + "}\n";
    return write(line);
}

std::string const& rejects_file::stream_of(unsigned source) {
    auto& name = streams_[source];
    if (name.empty()) { // other processes may add to the same file
        std::random_device device;
        for (int i = 0; i != 16; ++i)
            name += "0123456789abcdef"[device() % 16];
    }
    return name;
}

cairn::result<void> rejects_file::add_piece(unsigned source, std::string_view piece) {
    auto kept = write("{\"stream\":\"" + stream_of(source) + "\",\"piece\":\"" +
                      cairn::to_base64(piece) + "\"}\n");
    if (kept.has_error()) // what follows a gap is not to be joined to what was before it
        streams_.erase(source);
    return kept;
}

void rejects_file::end_pieces(unsigned source, std::uint64_t index, std::uint64_t size) {
    auto stream = streams_.extract(source);
    if (!stream.empty()) // else its last piece could not be kept
        ended_.emplace(index, ended{std::move(stream.mapped()), size});
}

} // namespace common
