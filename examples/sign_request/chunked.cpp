#include "chunked.hpp"

#include "text.hpp"

#include <cairn/sigv4/chunk_encoder.hpp>

#include <algorithm>
#include <utility>

namespace signing {

namespace {

namespace sigv4 = cairn::sigv4;

/// The elements, lower-case, of the lists in all headers of that name.
std::vector<std::string> elements(fields const& headers, std::string_view name) {
    std::vector<std::string> out;
    for (auto const& f : headers)
        if (same_name(f.first, name))
            for (std::string_view list = f.second; !list.empty();)
                out.push_back(lower_case(trimmed(take_piece(list, ','))));
    return out;
}

void add_encoding(fields& headers) {
    if (!find(headers, "content-encoding")) {
        headers.emplace_back("content-encoding", "aws-chunked");
        return;
    }
    auto const all = elements(headers, "content-encoding");
    if (std::find(all.begin(), all.end(), "aws-chunked") == all.end())
        throw refused("headers", "content-encoding does not name aws-chunked; for a body that is "
                                 "encoded otherwise besides write it \"aws-chunked,gzip\"");
}

void add_number(fields& headers, std::string_view name, std::uint64_t size,
                std::string_view meaning) {
    check_once(headers, name);
    auto const* given = find(headers, name);
    if (!given)
        headers.emplace_back(name, std::to_string(size));
    else if (trimmed(*given) != std::to_string(size))
        throw refused("headers", std::string(name) + " has to be " + std::to_string(size) + ", " +
                                     std::string(meaning));
}

void add_trailer_names(request& r) {
    std::vector<std::string> names;
    std::string list;
    for (auto const& [name, value] : r.trailers) {
        names.push_back(lower_case(name));
        list.append(list.empty() ? "" : ",").append(names.back());
    }
    if (!find(r.headers, "x-amz-trailer")) {
        if (!names.empty())
            r.headers.emplace_back("x-amz-trailer", list);
        return;
    }
    auto announced = elements(r.headers, "x-amz-trailer");
    std::sort(announced.begin(), announced.end());
    std::sort(names.begin(), names.end());
    if (announced != names)
        throw refused("headers", "x-amz-trailer does not name the trailers that there are");
}

/// Notes the signature in a chunk's head, without its padding.
void note_signature(std::string_view head, std::vector<std::string>& signatures) {
    constexpr std::string_view extension = ";chunk-signature=";
    std::size_t const at = head.find(extension);
    if (at == head.npos)
        return;
    head.remove_prefix(at + extension.size());
    signatures.emplace_back(head.substr(0, head.find_first_of("*\r")));
}

std::string_view checked(cairn::result<std::string_view> const& text) {
    if (!text)
        throw refused("trailers", text.error().message);
    return *text;
}

} // namespace

sigv4::payload_kind kind_of_chunks(request const& r) noexcept {
    if (!r.payload_signed)
        return sigv4::payload_kind::unsigned_chunks_trailer;
    return r.trailers.empty() ? sigv4::payload_kind::signed_chunks
                              : sigv4::payload_kind::signed_chunks_trailer;
}

void add_chunk_headers(request& r) {
    check_framing(r.headers);
    add_encoding(r.headers);
    add_number(r.headers, "x-amz-decoded-content-length", r.body.size(), "the body's size");
    add_trailer_names(r);
    if (find(r.headers, "content-length"))
        add_number(r.headers, "content-length",
                   sigv4::encoded_size(kind_of_chunks(r), r.algorithm, r.body.size(), r.chunk_size,
                                       views(r.trailers)),
                   "the size of the body in chunks");
}

void write_chunks(request const& r, sigv4::chunk_encoder encoder, answer& out) {
    auto const kind = kind_of_chunks(r);
    auto const trailers = views(r.trailers);
    out.chunked = true;
    out.body.reserve(sigv4::encoded_size(kind, r.algorithm, r.body.size(), r.chunk_size, trailers));
    for (std::string_view rest = r.body; !rest.empty();) {
        auto const piece = rest.substr(0, r.chunk_size);
        auto const head = checked(encoder.begin_chunk(piece));
        note_signature(head, out.chunk_signatures);
        out.body.append(head).append(piece);
        rest.remove_prefix(piece.size());
    }
    auto const end = checked(encoder.finish(trailers));
    note_signature(end, out.chunk_signatures);
    if (kind == sigv4::payload_kind::signed_chunks_trailer)
        out.chunk_signatures.emplace_back(encoder.signature());
    out.body.append(end);
}

} // namespace signing
