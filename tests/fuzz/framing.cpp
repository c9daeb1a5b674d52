// Values in a stream of bytes: each byte ends up in one frame, however the input is cut into pieces
// and wherever the limit lies; what is JSON comes out value by value; an input that is stopped
// anywhere loses nothing.
//
// Input: a byte for the limit, one for the splits, one for what is done; then the stream, or, for
// sequences of JSON values, texts.
#include "support.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/records/framer.hpp>

namespace {

using namespace fuzz;
using cairn::records::frame;
using cairn::records::framer;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view without_space(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

// A frame that owns its text: that of its pieces, where it came in some.
struct part {
    frame::kind what = frame::kind::value;
    std::string text;
    std::string reason;
    bool in_pieces = false;

    bool operator==(part const&) const = default;
};

class collector {
public:
    void take_all(framer& from) {
        while (auto const f = from.next())
            take(*f);
    }
    std::vector<part> parts;
    std::string pieces; // of a value that has not ended

private:
    void take(frame const& f) {
        require(f.reason.empty() == (f.what != frame::kind::broken), "what is broken has a reason");
        require(f.reason.find('\n') == std::string::npos, "a reason is one line");
        if (f.what == frame::kind::piece) {
            require(!f.text.empty() && f.size == f.text.size(), "a piece has a size");
            pieces += f.text;
            return;
        }
        if (pieces.empty()) {
            require(f.what != frame::kind::too_large, "what is too large comes in pieces");
            require(f.size == f.text.size(), "the size is the text's");
            require(f.text == without_space(f.text), "no white space is around a text");
            require(!f.text.empty() || f.what == frame::kind::broken, "a value has a text");
            parts.push_back({f.what, std::string(f.text), f.reason});
            return;
        }
        require(f.what != frame::kind::value && f.text.empty(), "an end follows pieces");
        require(f.size == pieces.size(), "the size at the end is that of all pieces");
        parts.push_back({f.what, std::exchange(pieces, {}), f.reason, true});
    }
};

// Feeds the stream in pieces, of one size where `splits` is 0, which are gone when the next one
// comes.
void feed(framer& to, std::string_view stream, unsigned splits, collector& out) {
    std::uint32_t seed = splits * 2654435761U;
    while (!stream.empty()) {
        seed = seed * 1103515245 + 12345;
        std::size_t const most = splits % 2 == 0 ? 3 : 40;
        std::size_t const size = splits == 0 ? stream.size() : 1 + (seed >> 16) % most;
        exact_copies copy;
        to.feed(copy(stream.substr(0, size)));
        stream.remove_prefix(std::min(size, stream.size()));
        out.take_all(to);
    }
}

std::vector<part> frames_of(std::string_view stream, std::size_t limit, unsigned splits) {
    framer f(limit);
    collector out;
    feed(f, stream, splits, out);
    f.finish();
    out.take_all(f);
    require(out.pieces.empty() && f.unfinished() == 0, "nothing is left over at the end");
    return out.parts;
}

// Passes over what need not be in a frame, up to where `text` stands.
std::size_t pass(std::string_view stream, std::size_t at, std::string_view text) {
    while (at != stream.size() && (text.empty() || !stream.substr(at).starts_with(text))) {
        if (stream.substr(at).starts_with(byte_order_mark))
            at += byte_order_mark.size();
        else if (is_space(stream[at]) || stream[at] == '[' || stream[at] == ']' ||
                 stream[at] == ',')
            ++at;
        else
            break;
    }
    return at;
}

void check_all_there(std::string_view stream, std::vector<part> const& parts) {
    std::size_t at = 0;
    for (part const& p : parts) {
        if (p.text.empty())
            continue;
        at = pass(stream, at, p.text);
        require(stream.substr(at).starts_with(p.text), "a frame's bytes follow the last one's");
        at += p.text.size();
    }
    require(pass(stream, at, {}) == stream.size(), "no byte but those between values is lost");
}

void check_stream(std::string_view stream, std::size_t limit, unsigned splits) {
    auto const whole = frames_of(stream, stream.size(), 0);
    check_all_there(stream, whole);
    require(whole == frames_of(stream, stream.size(), splits | 1), "splits do not matter");
    require(whole == frames_of(stream, stream.size(), splits & ~1U), "small splits do not matter");
    for (unsigned const s : {0U, splits}) {
        auto const limited = frames_of(stream, limit, s);
        check_all_there(stream, limited);
        for (part const& p : limited)
            require(p.in_pieces || p.text.size() <= limit, "what is over the limit is in pieces");
    }
}

// An input that is stopped: what has come of it is in frames, or counted as unfinished.
void check_stopped(std::string_view stream, std::size_t limit, unsigned splits, bool cut) {
    framer f(limit);
    collector out;
    feed(f, stream, splits, out);
    auto const left = f.unfinished();
    if (cut) {
        f.cut("stopped");
        out.take_all(f);
        require(out.pieces.empty() && f.unfinished() == 0, "nothing is left over after a cut");
        check_all_there(stream, out.parts);
        return;
    }
    require(left <= stream.size(), "no more is left than was fed");
    check_all_there(stream.substr(0, stream.size() - left), out.parts);
    // Who is told so much reads on from there, and gets what is missing.
    if (auto const rest = stream.substr(stream.size() - left); !rest.empty())
        require(rest.starts_with(out.pieces), "pieces are the beginning of what is left");
}

// Lines, documents and arrays of values are their values.
void check_values(input in, unsigned how, unsigned splits) {
    std::string stream;
    std::vector<std::string> values;
    bool in_array = false;
    while (!in.empty()) {
        std::string_view const value = without_space(in.text());
        if (cairn::json::validate(value))
            continue; // not JSON
        bool const element = (how & 1) != 0 || value.front() == '[';
        if (in_array && !element)
            stream += ']';
        stream += in_array && element ? "," : (how & 2) != 0 ? "\n\xEF\xBB\xBF" : "\n";
        if (element && !in_array)
            stream += '[';
        in_array = element;
        stream += value;
        values.emplace_back(value);
        how = how / 2 + (how % 2) * 128;
    }
    if (in_array)
        stream += ']';
    auto const parts = frames_of(stream, stream.size(), splits);
    require(parts.size() == values.size(), "there are as many frames as values");
    for (std::size_t i = 0; i != parts.size(); ++i)
        require(parts[i].what == frame::kind::value && parts[i].text == values[i],
                "a frame is its value");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input in(data, size);
    std::size_t const limit = in.byte();
    unsigned const splits = in.byte(), how = in.byte();
    if ((how & 0x80) != 0) {
        check_values(in, how & 0x7f, splits);
        return 0;
    }
    check_stream(in.rest(), limit, splits);
    check_stopped(in.rest(), limit, splits, (how & 1) != 0);
    return 0;
}
