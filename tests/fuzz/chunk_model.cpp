#include "chunk_model.hpp"

#include <algorithm>

namespace fuzz {

namespace {

// Moves on behind a line and its end; nothing where the line, or what there is of it, is wrong.
reference::text take_line(std::string_view& wire, std::size_t longest, bool& finished) {
    std::size_t const end = wire.find('\n');
    finished = end != std::string_view::npos;
    std::string_view const line = wire.substr(0, finished ? end + 1 : wire.size());
    wire.remove_prefix(line.size());
    if (line.size() > longest || (finished && !line.ends_with("\r\n")))
        return {};
    return std::string(finished ? line.substr(0, line.size() - 2) : line);
}

std::optional<std::uint64_t> hexadecimal(std::string_view digits) {
    std::uint64_t value = 0;
    for (char const c : digits) {
        if (reference::digit(c) < 0 || value >> 60 != 0)
            return {};
        value = value * 16 + static_cast<unsigned>(reference::digit(c));
    }
    return digits.empty() ? std::nullopt : std::optional(value);
}

bool add_trailer(std::string_view line, field_list& trailers) {
    std::size_t const colon = line.find(':');
    if (colon == std::string_view::npos)
        return false;
    std::string const name = lower(line.substr(0, colon)), value = trimmed(line.substr(colon + 1));
    trailers.emplace_back(name, value);
    return reference::is_token(name) && name != "x-amz-trailer-signature" &&
           std::none_of(value.begin(), value.end(), reference::is_control);
}

using state = chunked_body::progress;

// Each moves on in `wire` as far as that is right.
state read_data(std::string_view& wire, std::optional<std::uint64_t> announced,
                chunked_body& body) {
    for (bool finished = false;;) {
        reference::text const head = take_line(wire, 1024, finished);
        if (head && !finished)
            return state::unfinished;
        auto const size = head ? hexadecimal(*head) : std::nullopt;
        if (!size || (announced && *size > *announced - body.data.size()) ||
            *size > UINT64_MAX - body.data.size())
            return state::wrong;
        if (*size == 0)
            return state::whole;
        body.data += wire.substr(0, *size);
        if (wire.size() <= *size)
            return state::unfinished;
        wire.remove_prefix(*size);
        reference::text const end = take_line(wire, 1024, finished);
        if (end && !finished)
            return state::unfinished;
        if (end != "")
            return state::wrong;
    }
}

state read_trailers(std::string_view& wire, chunked_body& body) {
    for (bool finished = false;;) {
        reference::text const line = take_line(wire, 16 * 1024, finished);
        if (line && !finished)
            return state::unfinished;
        if (line == "")
            return state::whole;
        if (!line || !add_trailer(*line, body.trailers))
            return state::wrong;
    }
}

} // namespace

chunked_body read_chunks(std::string_view wire, std::optional<std::uint64_t> announced) {
    chunked_body body;
    std::size_t const all = wire.size();
    body.state = read_data(wire, announced, body);
    if (body.state == state::whole)
        body.state = read_trailers(wire, body);
    if (body.state == state::whole && announced && *announced != body.data.size())
        body.state = state::wrong;
    body.size = all - wire.size();
    return body;
}

} // namespace fuzz
