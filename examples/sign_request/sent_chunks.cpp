#include "sent_chunks.hpp"

#include "fields.hpp"
#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace signing {

namespace {

namespace sigv4 = cairn::sigv4;

/// One piece of the framing: a head's line with its data, or a trailer's line.
struct piece {
    std::string_view all;
    std::string_view signature; // without its padding; may be missing
    bool chunk;
};

std::string_view without_filling(std::string_view signature) {
    return signature.substr(0, signature.find_first_of("*\r"));
}

std::string_view signature_of_chunk(std::string_view head) {
    constexpr std::string_view extension = ";chunk-signature=";
    std::size_t const at = head.find(extension);
    return at == head.npos ? "" : without_filling(head.substr(at + extension.size()));
}

std::string_view signature_of_trailers(std::string_view line) {
    bool const it = same_name(take_piece(line, ':'), "x-amz-trailer-signature");
    return it ? without_filling(trimmed(line)) : "";
}

/// Takes the next piece from a body, as far as its framing can be read.
piece take_chunk(std::string_view& rest, bool& trailers) {
    std::string_view const whole = rest;
    std::string_view const line = take_piece(rest, '\n');
    std::string_view const signature = signature_of_chunk(line);
    std::uint64_t size = 0; // also where it cannot be read
    auto const failed =
        std::from_chars(line.data(), line.data() + line.size(), size, 16).ec != std::errc();
    bool const chunk = !trailers && (!failed || !signature.empty());
    trailers = trailers || size == 0;
    if (!trailers)
        rest.remove_prefix(
            std::min<std::uint64_t>(rest.size(), size < rest.size() ? size + 2 : size));
    return {whole.substr(0, whole.size() - rest.size()),
            chunk ? signature : signature_of_trailers(line), chunk};
}

struct signatures {
    std::vector<std::string_view> chunks;
    std::string_view trailers;
};

signatures read_signatures(std::string_view body) {
    signatures found;
    for (bool trailers = false; !body.empty();) {
        piece const p = take_chunk(body, trailers);
        if (p.chunk)
            found.chunks.push_back(p.signature);
        else if (!p.signature.empty())
            found.trailers = p.signature;
    }
    return found;
}

/// Where each stands last.
std::unordered_map<std::string_view, std::size_t>
places_of(std::vector<std::string_view> const& signatures) {
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < signatures.size(); ++i)
        places[signatures[i]] = i;
    return places;
}

/// Goes through two lists side by side, and calls `visit` where they are not the same: with an
/// element of each, or with null for the list that lacks the other's.
template <class Visitor>
void align(std::vector<std::string_view> const& a, std::vector<std::string_view> const& b,
           Visitor visit) {
    auto const in_a = places_of(a), in_b = places_of(b);
    auto const follows = [](auto const& places, std::string_view signature, std::size_t at) {
        auto const found = places.find(signature);
        return found != places.end() && found->second > at;
    };
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        bool const same = i < a.size() && j < b.size() && a[i] == b[j];
        bool const a_alone = j == b.size() || (i < a.size() && !same && follows(in_a, b[j], i));
        bool const b_alone = !a_alone && (i == a.size() || (!same && follows(in_b, a[i], j)));
        if (!same)
            visit(b_alone ? nullptr : &a[i], a_alone ? nullptr : &b[j]);
        i += !b_alone;
        j += !a_alone;
    }
}

} // namespace

std::string find_fault(sigv4::chunk_decoder decoder, std::string_view body) {
    std::string_view nothing;
    if (auto const early = decoder.read(nothing); !early)
        return early.error().message;
    bool trailers = false;
    for (std::size_t number = 1; !body.empty(); ++number) {
        bool const chunk = !trailers;
        std::string_view part = take_chunk(body, trailers).all;
        while (!part.empty()) {
            if (decoder.done())
                return "something follows the body's end";
            auto const data = decoder.read(part);
            if (!data && chunk)
                return "chunk " + std::to_string(number) + ": " + data.error().message;
            if (!data) // else the message says what it is about: the body, or a trailer
                return (data.error().code == cairn::errc::bad_credentials ? "the trailers: " : "") +
                       data.error().message;
        }
    }
    return decoder.done() ? "" : "the body ends before its last chunk does";
}

differences compare_chunk_signatures(std::span<std::string const> client, std::string_view body,
                                     sigv4::payload_kind kind) {
    signatures theirs;
    if (kind == sigv4::payload_kind::signed_chunks_trailer && !client.empty()) {
        theirs.trailers = client.back();
        client = client.first(client.size() - 1);
    }
    theirs.chunks.assign(client.begin(), client.end());
    auto const sent = read_signatures(body);

    differences all;
    align(theirs.chunks, sent.chunks, [&](std::string_view const* a, std::string_view const* b) {
        std::string const part = "signature of chunk ";
        if (a)
            compare(all, part + std::to_string(a - theirs.chunks.data() + 1), *a, b ? *b : "");
        else
            compare(all, part + std::to_string(b - sent.chunks.data() + 1) + " of the body", "",
                    *b);
    });
    compare(all, "signature of the trailers", theirs.trailers, sent.trailers);
    return all;
}

} // namespace signing
