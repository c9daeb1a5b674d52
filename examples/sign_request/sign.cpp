#include "sign.hpp"

#include "chunked.hpp"

#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/signature.hpp>
#include <cairn/sigv4/signer.hpp>
#include <cairn/sigv4/v4a/signer_v4a.hpp>

namespace signing {

namespace {

namespace sigv4 = cairn::sigv4;

std::string payload_hash(request const& r) {
    if (r.how == way::chunked)
        return std::string(sigv4::payload_constant(kind_of_chunks(r), r.algorithm));
    return r.payload_signed ? cairn::sha256_hex(r.body) : std::string(sigv4::unsigned_payload);
}

/// Whether signing adds the payload hash to the headers: always where it is no hash.
bool adds_payload_hash(request const& r) {
    return r.how != way::query &&
           (r.rules.content_sha256_header || r.how == way::chunked || !r.payload_signed);
}

/// Drops what signing replaces: stale ones of the caller's are neither signed nor sent.
void remove_stale(request& r) {
    remove(r.headers, "authorization");
    if (r.how == way::query)
        return;
    remove(r.headers, "x-amz-date");
    if (adds_payload_hash(r))
        remove(r.headers, "x-amz-content-sha256");
    if (r.algorithm == sigv4::algorithm::v4a)
        remove(r.headers, "x-amz-region-set");
    if (!r.who.session_token().empty())
        remove(r.headers, r.who.session_token_kind() == sigv4::token_kind::sts
                              ? "x-amz-security-token"
                              : "x-amz-s3session-token");
}

/// Refuses a payload hash of the caller's that is sent, and is not the one that is signed.
void check_payload_hash(request const& r, std::string_view hash) {
    constexpr std::string_view name = "x-amz-content-sha256";
    if (r.how == way::query && !r.rules.presign_payload)
        hash = sigv4::unsigned_payload;
    check_once(r.headers, name);
    auto const* given = find(r.headers, name);
    if (given && trimmed(*given) != hash)
        throw refused("headers", std::string(name) + " has to be " + std::string(hash) +
                                     ", which is what is signed for the body");
}

/// Keeps what was computed, and what is to be sent.
void take(sigv4::signature const& from, request&& r, answer& a) {
    a.canonical_request = from.canonical_request();
    a.string_to_sign = from.string_to_sign();
    a.signature = from.hex();
    a.authorization = from.authorization();
    a.presigned = r.how == way::query;
    a.target = std::move(r.target);
    if (a.presigned)
        a.target.query = from.query();
    a.headers = std::move(r.headers);
    for (auto const& h : from.headers())
        a.headers.emplace_back(h.name, h.value);
    if (a.chunked && !find(a.headers, "content-length") && !find(a.headers, "transfer-encoding"))
        a.headers.emplace_back("content-length", std::to_string(a.body.size()));
}

template <class Signer>
answer sign_with(Signer const& signer, request&& r) {
    std::string const hash = payload_hash(r);
    check_payload_hash(r, hash);
    auto const headers = views(r.headers);
    // What is encoded once more is signed as it was written, so that a byte is encoded once where
    // it was left raw, and twice where it was not: as AWS's suite and botocore have it.
    sigv4::request_view const view{
        .method = r.method,
        .path = r.rules.encode_path_again ? r.target.as_given : r.target.path,
        .query = r.target.query,
        .headers = headers,
        .payload_hash = hash,
    };
    sigv4::signature out;
    auto const done = r.how == way::query ? signer.presign(r.who, view, r.time, r.expires, out)
                                          : signer.sign(r.who, view, r.time, out);
    if (!done) // all other members were looked at when they were read
        throw refused("url", done.error().message);
    answer a;
    auto const kind = kind_of_chunks(r);
    if (r.how == way::chunked && sigv4::has_chunk_signatures(kind)) {
        auto chain = signer.chunks(r.who, out);
        if (!chain)
            throw refused(chain.error().message);
        write_chunks(r, sigv4::chunk_encoder(kind, std::move(*chain)), a);
    } else if (r.how == way::chunked) {
        write_chunks(r, sigv4::chunk_encoder(), a);
    } else {
        a.body = std::move(r.body);
    }
    take(out, std::move(r), a);
    return a;
}

} // namespace

answer sign(request r) {
    remove_stale(r);
    if (r.how == way::chunked)
        add_chunk_headers(r);
    if (r.algorithm == sigv4::algorithm::v4a)
        return sign_with(sigv4::signer_v4a(r.region, r.service, r.rules), std::move(r));
    return sign_with(sigv4::signer(r.region, r.service, r.rules), std::move(r));
}

} // namespace signing
