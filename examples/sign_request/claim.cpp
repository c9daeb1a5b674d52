#include "claim.hpp"

#include "text.hpp"

#include <cairn/sigv4/uri.hpp>

namespace signing {

namespace {

namespace sigv4 = cairn::sigv4;

std::string_view take_last(std::string_view& text) {
    std::size_t const slash = text.rfind('/');
    std::string_view const piece = text.substr(slash + 1); // all of it where there is none
    text = text.substr(0, slash == text.npos ? 0 : slash);
    return piece;
}

void set_algorithm(claim& c, std::string_view name) {
    for (auto const a : {sigv4::algorithm::v4, sigv4::algorithm::v4a})
        if (name == sigv4::name_of(a))
            c.algorithm = a;
}

/// key/date/region/service/aws4_request; with V4A there is no region.
void set_credential(claim& c, std::string_view credential) {
    take_last(credential);
    c.service = take_last(credential);
    if (c.algorithm == sigv4::algorithm::v4)
        c.region = take_last(credential);
    take_last(credential);
    c.access_key_id = credential;
}

void set_region_set(claim& c, std::string_view set) {
    if (c.algorithm == sigv4::algorithm::v4a)
        c.region = first_region(set);
}

void set_token(claim& c, std::string_view name, std::string_view value) {
    bool const sts = same_name(name, "x-amz-security-token");
    if (!sts && !same_name(name, "x-amz-s3session-token"))
        return;
    c.kind = sts ? sigv4::token_kind::sts : sigv4::token_kind::s3_express;
    c.token = value;
}

void read_header_claim(claim& c, fields const& headers) {
    std::string_view rest = trimmed(c.authorization);
    set_algorithm(c, take_piece(rest, ' '));
    while (!rest.empty()) {
        std::string_view piece = trimmed(take_piece(rest, ','));
        std::string_view const name = take_piece(piece, '=');
        if (name == "Credential")
            set_credential(c, piece);
        else if (name == "Signature")
            c.signature = piece;
    }
    for (auto const& [name, value] : headers) {
        set_token(c, name, trimmed(value));
        if (same_name(name, "x-amz-date"))
            c.date = trimmed(value);
        else if (same_name(name, "x-amz-region-set"))
            set_region_set(c, value);
        else if (same_name(name, "x-amz-content-sha256"))
            c.payload_hash = trimmed(value);
    }
}

void read_query_claim(claim& c, std::string_view query) {
    std::string credential, region_set;
    while (!query.empty()) {
        std::string_view pair = take_piece(query, '&');
        std::string const name = sigv4::percent_decoded(take_piece(pair, '='));
        std::string const value = sigv4::percent_decoded(pair);
        set_token(c, name, value);
        if (name == "X-Amz-Algorithm")
            set_algorithm(c, value);
        else if (name == "X-Amz-Credential")
            credential = value;
        else if (name == "X-Amz-Region-Set")
            region_set = value;
        else if (name == "X-Amz-Date")
            c.date = value;
        else if (name == "X-Amz-Signature")
            c.signature = value;
    }
    set_credential(c, credential);
    set_region_set(c, region_set);
}

} // namespace

std::string_view first_region(std::string_view set) noexcept {
    for (std::string_view rest = set; !rest.empty();)
        if (auto const region = trimmed(take_piece(rest, ',')); !region.empty())
            return region;
    return set;
}

claim read_claim(fields const& headers, std::string_view query) {
    claim c;
    if (auto const* authorization = find(headers, "authorization")) {
        c.authorization = trimmed(*authorization);
        read_header_claim(c, headers);
    } else {
        read_query_claim(c, query);
    }
    return c;
}

} // namespace signing
