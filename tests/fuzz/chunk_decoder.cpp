// Bodies in chunks: what the encoder writes is read as it was, however it is spelt and split; a
// signed body that was changed is never taken for another one; and raw bytes are read, in pieces
// of any sizes, as the model reads them.
//
// Input: a byte for the kind and what is done with it, one for the splits, one for the announced
// size; then either the raw body, or edits of three bytes, chunk sizes of one byte, trailers in
// lines, and the data.
#include "chunk_model.hpp"
#include "support.hpp"

namespace {

using namespace fuzz;

struct outcome {
    std::string data;
    bool done = false;
    std::optional<cairn::error_code> failure;
    std::string message;
    bool lacks_trailer = false;
    std::size_t consumed = 0; // where nothing failed
    field_list trailers;

    bool operator==(outcome const&) const = default;
};

struct body_kind {
    payload_kind kind;
    std::optional<chunk_chain> chain;
    std::optional<std::uint64_t> announced;
    std::string demanded; // trailers
    bool exactly = false; // is it read from memory of each piece's size? That takes time

    chunk_decoder decoder() const {
        chunk_decoder made =
            chain ? chunk_decoder(kind, *chain, announced) : chunk_decoder(announced);
        if (!demanded.empty())
            made.demand_trailers(demanded);
        return made;
    }
    chunk_encoder encoder() const { return chain ? chunk_encoder(kind, *chain) : chunk_encoder(); }
    algorithm used() const { return chain ? chain->algorithm() : algorithm::v4; }
};

// The sizes of the pieces in which a body comes: mostly two splits somewhere, for each piece takes
// its time; with short bodies pieces of a few bytes.
class splitter {
public:
    splitter(unsigned seed, std::size_t whole)
        : seed_(seed * 2654435761), most_(whole == 0      ? 1
                                          : seed % 8 < 5  ? whole
                                          : whole > 256   ? 64
                                          : seed % 8 == 5 ? 16
                                                          : seed % 8 - 5) {}

    std::size_t next() {
        seed_ = seed_ * 1103515245 + 12345;
        return 1 + (seed_ >> 16) % most_;
    }

private:
    std::uint32_t seed_;
    std::size_t most_;
};

outcome decode(chunk_decoder decoder, std::string_view wire, unsigned splits, bool exactly) {
    splitter split(splits, wire.size());
    outcome out;
    while (!wire.empty() && !decoder.done()) {
        exact_copies copy; // of a piece, which is gone when the next one comes
        std::string_view piece = wire.substr(0, splits == 0 ? wire.size() : split.next());
        if (exactly)
            piece = copy(piece);
        wire.remove_prefix(piece.size());
        while (!piece.empty() && !decoder.done()) {
            std::string_view const before = piece;
            auto const data = decoder.read(piece);
            if (!data) {
                std::string_view more = "0\r\n\r\n";
                auto const again = decoder.read(more);
                require(!again && again.error().message == data.error().message,
                        "after an error comes the same one");
                out.failure = data.error().code;
                out.message = data.error().message;
                out.lacks_trailer = decoder.lacks_trailer();
                out.consumed = 0;
                return out;
            }
            require(piece.size() < before.size() && before.ends_with(piece) &&
                        data->size() <= before.size() - piece.size(),
                    "reading takes some of its input and gives some of that");
            out.data += *data;
            out.consumed += before.size() - piece.size();
        }
    }
    require(decoder.size() == out.data.size(), "the decoder counts what it gives");
    out.done = decoder.done();
    out.trailers = decoder.trailers();
    return out;
}

// In one piece, and in several.
outcome decode_both_ways(body_kind const& k, std::string_view wire, unsigned splits) {
    outcome const whole = decode(k.decoder(), wire, 0, k.exactly);
    require(whole == decode(k.decoder(), wire, splits, k.exactly),
            "how a body is split does not matter");
    return whole;
}

// A body that was encoded: the heads of its chunks spelt otherwise where that is asked for.
struct encoded_body {
    std::string wire;
    bool fine = true;
};

// "\r\n1f;…" to "\r\n001F;…", which is the same size.
std::string respelt(std::string head, std::size_t zeros) {
    std::size_t const begin = head.starts_with("\r\n") ? 2 : 0;
    for (std::size_t i = begin; head[i] != ';' && head[i] != '\r'; ++i)
        if (head[i] >= 'a')
            head[i] = static_cast<char>(head[i] - 'a' + 'A');
    return head.insert(begin, zeros, '0');
}

// Each chunk takes its signatures' time, so a body of many becomes one of a few.
constexpr std::size_t most_chunks = 6;

std::size_t size_at(std::string_view sizes, std::size_t i) {
    return sizes.empty() ? 64 : 1u + static_cast<unsigned char>(sizes[i % sizes.size()]);
}

encoded_body encode(body_kind const& k, std::string_view data, std::string_view sizes,
                    std::vector<header> const& trailers, bool respell) {
    encoded_body out;
    chunk_encoder encoder = k.encoder();
    auto const add = [&](cairn::result<std::string_view> const& text) {
        out.fine = out.fine && text;
        if (!text)
            return;
        if (has_chunk_signatures(k.kind))
            require(text->find(encoder.signature()) != std::string_view::npos &&
                        !encoder.signature().empty(),
                    "the signature is the one that is written");
        out.wire += respell ? respelt(std::string(*text), 1 + sizes.size() % 3) : *text;
    };
    for (std::size_t i = 0; !data.empty(); ++i) {
        std::size_t const size = i == most_chunks ? data.size() : size_at(sizes, i);
        std::string_view const chunk = data.substr(0, size);
        add(encoder.begin_chunk(chunk));
        out.wire += chunk;
        data.remove_prefix(chunk.size());
    }
    add(encoder.finish(trailers));
    if (out.fine)
        require(!encoder.begin_chunk("more") && !encoder.finish(), "nothing follows the end");
    return out;
}

// What a signature covers of trailers.
std::string canonical(field_list const& trailers) {
    wire_request as_headers;
    as_headers.headers = trailers;
    auto const map = reference::covered_headers(as_headers, [](auto&) { return true; });
    std::string text;
    if (map)
        for (auto const& [name, value] : *map)
            text.append(name).append(":").append(value).append("\n");
    return text;
}

field_list as_read(std::vector<header> const& trailers) {
    field_list list;
    for (header const& t : trailers)
        list.emplace_back(lower(t.name), trimmed(t.value));
    return list;
}

bool has(field_list const& trailers, std::string_view name) {
    return std::any_of(trailers.begin(), trailers.end(),
                       [name](auto const& t) { return t.first == name; });
}

bool can_be_sent(header const& t) {
    return reference::is_token(t.name) && lower(t.name) != "x-amz-trailer-signature" &&
           std::none_of(t.value.begin(), t.value.end(),
                        [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string edited(std::string wire, std::string_view edits) {
    for (edits = edits.substr(0, 24); edits.size() >= 3; edits.remove_prefix(3)) {
        auto const byte = [&edits](std::size_t i) { return static_cast<unsigned char>(edits[i]); };
        std::size_t const at = (byte(0) + 256u * (byte(1) / 4)) % (wire.size() + 1);
        switch (byte(1) % 4) {
        case 0:
            if (at != wire.size())
                wire[at] = edits[2];
            break;
        case 1: wire.insert(at, 1, edits[2]); break;
        case 2: wire.erase(at, 1 + byte(2) % 16); break;
        default: wire.insert(at, wire.substr(at, 1 + byte(2) % 128)); break; // repeat a part
        }
    }
    return wire;
}

void check_round_trip(body_kind k, input in, unsigned choices, unsigned splits, bool wrong_size) {
    std::string_view const edits = in.text(), sizes = in.text();
    std::string const trailer_lines(in.text());
    std::vector<header> trailers;
    std::vector<std::string> const lines = split(trailer_lines, '\n');
    for (std::string_view const line : lines) {
        std::size_t const colon = line.find(':');
        if (colon != std::string_view::npos && trailers.size() < 12)
            trailers.push_back({line.substr(0, colon), line.substr(colon + 1)});
    }
    std::string_view const data = in.rest();
    if ((choices & 1) != 0)
        k.announced = data.size() + (wrong_size ? 1 : 0);
    bool const respell = (choices & 2) != 0;
    encoded_body const encoded = encode(k, data, sizes, trailers, respell);
    bool const sendable = std::all_of(trailers.begin(), trailers.end(), can_be_sent) &&
                          (trailers.empty() || has_trailer(k.kind));
    require(encoded.fine == sendable, "trailers are written where they can be sent");
    if (!encoded.fine)
        return;
    std::size_t const size = size_at(sizes, 0);
    if (!respell && sizes.size() < 2 && data.size() <= size * most_chunks)
        require(encoded_size(k.kind, k.used(), data.size(), size, trailers) == encoded.wire.size(),
                "the encoded size is known before");
    if ((choices & 4) != 0)
        for (header const& t : trailers)
            k.demanded.append(" ").append(t.name).append(",");
    if ((choices & 8) != 0)
        k.demanded += "X-Never";
    outcome const out = decode(k.decoder(), encoded.wire, splits, k.exactly);
    if ((choices & 8) != 0 && !has(as_read(trailers), "x-never")) {
        require(!out.done && out.failure, "a body without what was demanded is refused");
        require(out.lacks_trailer || (wrong_size && k.announced), "and the decoder says why");
        return;
    }
    if (wrong_size && k.announced) {
        require(!out.done && out.failure, "a body of another size is refused");
        return;
    }
    require(out.done && out.data == data && out.trailers == as_read(trailers) &&
                out.consumed == encoded.wire.size(),
            "what was encoded is decoded");
    outcome const other = decode_both_ways(k, edited(encoded.wire, edits), splits);
    if (other.done && (choices & 4) != 0)
        for (header const& t : trailers)
            require(has(other.trailers, lower(t.name)), "what was demanded is there");
    if (other.done && has_chunk_signatures(k.kind))
        require(other.data == data && canonical(other.trailers) == canonical(out.trailers),
                "a signed body that was changed is no other body");
}

void check_raw(body_kind const& k, std::string_view wire, unsigned splits) {
    outcome const out = decode_both_ways(k, wire, splits);
    if (k.chain) {
        require(!out.done, "nothing is signed by chance");
        return;
    }
    chunked_body const body = read_chunks(wire, k.announced);
    require(out.done == (body.state == chunked_body::progress::whole) &&
                out.failure.has_value() == (body.state == chunked_body::progress::wrong),
            "raw chunks are whole, or wrong, where the model says so");
    if (!out.done)
        return;
    require(out.data == body.data && out.trailers == body.trailers && out.consumed == body.size,
            "raw chunks are read as the model reads them");
}

chunk_chain const& chain_of(bool v4a) {
    static constexpr std::string_view date = "20261121T120000Z";
    static constexpr std::string_view scope = "20261121/us-east-1/s3/aws4_request";
    static std::string const seed(64, 'a');
    static constexpr unsigned char secret[32] = {1, 2, 3};
    static chunk_chain const v4(hmac_key::from(secret), date, scope, seed);
    static chunk_chain const other(v4a_key::derive(key(0)), date, scope, seed);
    return v4a ? other : v4;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    constexpr payload_kind kinds[] = {
        payload_kind::signed_chunks, payload_kind::signed_chunks_trailer,
        payload_kind::unsigned_chunks_trailer, payload_kind::unsigned_chunks_trailer};
    input in(data, size);
    unsigned const lot = in.lot(), first = in.byte(), splits = in.byte(), announced = in.byte();
    body_kind k{kinds[first % 4], {}, {}, {}, lot % 8 == 0};
    if (has_chunk_signatures(k.kind)) // ECDSA is slow
        k.chain = chain_of((first & 0x40) != 0 && lot % 32 == 0);
    if ((first & 0x80) == 0)
        check_round_trip(k, in, first >> 2, splits, announced == 0xff);
    else {
        if (announced != 0)
            k.announced = announced;
        check_raw(k, in.rest(), splits);
    }
    return 0;
}
