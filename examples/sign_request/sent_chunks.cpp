#include "sent_chunks.hpp"

#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace signing {

namespace {

/// One piece of the framing: a head's line with its data, or a trailer's line.
struct piece {
    std::string_view all;
    std::string_view signature; // without what fills it up
};

std::string_view signature_in(std::string_view line) {
    for (std::string_view const name : {";chunk-signature=", "x-amz-trailer-signature:"})
        if (auto const at = line.find(name); at != line.npos) {
            line.remove_prefix(at + name.size());
            return line.substr(0, line.find_first_of("*\r"));
        }
    return {};
}

/// Takes the next piece from a body, as far as its framing can be read.
piece take_chunk(std::string_view& rest, bool& trailers) {
    piece p;
    std::string_view const whole = rest;
    std::string_view const line = take_piece(rest, '\n');
    p.signature = signature_in(line);
    std::uint64_t size = 0;
    auto const failed =
        std::from_chars(line.data(), line.data() + line.size(), size, 16).ec != std::errc();
    if (!trailers && !failed && size != 0)
        rest.remove_prefix(
            std::min<std::uint64_t>(rest.size(), size < rest.size() ? size + 2 : size));
    else
        trailers = true;
    p.all = whole.substr(0, whole.size() - rest.size());
    return p;
}

} // namespace

std::string find_fault(cairn::result<cairn::sigv4::chunk_decoder> decoder, std::string_view body) {
    if (!decoder)
        return decoder.error().message;
    bool trailers = false;
    for (std::size_t number = 1; !body.empty(); ++number) {
        bool const chunk = !trailers;
        std::string_view part = take_chunk(body, trailers).all;
        while (!part.empty()) {
            if (decoder->done())
                return "something follows the body's end";
            auto const data = decoder->read(part);
            if (!data)
                return (chunk ? "chunk " + std::to_string(number) : std::string("the trailers")) +
                       ": " + data.error().message;
        }
    }
    return decoder->done() ? "" : "the body ends before its last chunk does";
}

std::vector<cairn::sigv4::difference>
compare_chunk_signatures(std::vector<std::string> const& client, std::string_view body) {
    std::vector<std::string_view> sent;
    std::size_t chunks = 0;
    for (bool trailers = false; !body.empty();) {
        chunks += !trailers;
        auto const signature = take_chunk(body, trailers).signature;
        if (!signature.empty())
            sent.push_back(signature);
    }
    std::vector<cairn::sigv4::difference> all;
    for (std::size_t i = 0; i < std::max(client.size(), sent.size()); ++i) {
        std::string_view const theirs = i < client.size() ? std::string_view(client[i]) : "";
        std::string_view const ours = i < sent.size() ? sent[i] : "";
        if (theirs != ours)
            all.push_back({i < chunks ? "signature of chunk " + std::to_string(i + 1)
                                      : "signature of the trailers",
                           std::string(theirs), std::string(ours)});
    }
    return all;
}

} // namespace signing
