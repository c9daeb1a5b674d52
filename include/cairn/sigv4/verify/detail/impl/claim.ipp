#ifndef CAIRN_SIGV4_VERIFY_DETAIL_IMPL_CLAIM_IPP
#define CAIRN_SIGV4_VERIFY_DETAIL_IMPL_CLAIM_IPP

#include <cairn/sigv4/verify/detail/claim.hpp>

#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/text.hpp>
#include <cairn/sigv4/uri.hpp>

#include <algorithm>

namespace cairn::sigv4::detail {

CAIRN_DECL bool find_header(request_view const& request, std::string_view lower_name,
                            std::string_view& value) noexcept {
    for (header const& h : request.headers)
        if (equal_ignoring_case(h.name, lower_name)) {
            value = trimmed(h.value);
            return true;
        }
    return false;
}

CAIRN_DECL bool is_presigned(std::string_view query) {
    bool found = false;
    for_each_piece(query, '&', [&found](std::string_view pair) {
        found = found || percent_decoded(pair.substr(0, pair.find('='))) == signature_param;
    });
    return found;
}

inline bool read_algorithm(std::string_view name, algorithm& a) noexcept {
    a = name == name_of(algorithm::v4a) ? algorithm::v4a : algorithm::v4;
    return name == name_of(a);
}

// Keeps a value that may be given once only.
inline void keep_once(std::string& member, std::string_view value, bool& fine) {
    fine = fine && member.empty() && !value.empty();
    member = value;
}

// A session token travels under the name of the service that gave it.
inline bool is_session_token(std::string_view name, bool query, claim& c) noexcept {
    for (token_kind const kind : {token_kind::sts, token_kind::s3_express})
        if (name == (query ? token_param_of(kind) : token_header_of(kind))) {
            c.kind = kind;
            return true;
        }
    return false;
}

// Takes the credential apart, from its end: what stands before the scope is the key's id.
inline problem split_credential(claim& c) noexcept {
    std::string_view rest = c.credential;
    auto const last = [&rest] {
        std::size_t const slash = rest.rfind('/');
        std::string_view const part = rest.substr(slash + 1); // all of it where there is none
        rest = rest.substr(0, slash == std::string_view::npos ? 0 : slash);
        return part;
    };
    std::string_view const end = last();
    c.service = last();
    if (c.algorithm == algorithm::v4)
        c.region = last();
    c.scope_date = last();
    c.key_id = rest;
    if (c.signed_headers.size() > longest_signed_headers)
        return "the list of signed headers is too long";
    if (end != scope_end || c.key_id.empty())
        return c.algorithm == algorithm::v4
                   ? "the credential is not of the form key/date/region/service/aws4_request"
                   : "the credential is not of the form key/date/service/aws4_request";
    c.scope = std::string_view(c.credential).substr(c.key_id.size() + 1);
    return nullptr;
}

inline problem read_authorization(std::string_view value, claim& c) {
    if (!read_algorithm(take_piece(value, ' '), c.algorithm))
        return "the Authorization header is neither of AWS4-HMAC-SHA256 nor of "
               "AWS4-ECDSA-P256-SHA256";
    bool fine = true;
    for_each_piece(value, ',', [&](std::string_view piece) {
        piece = trimmed(piece);
        std::string_view const name = take_piece(piece, '=');
        if (name == "Credential")
            keep_once(c.credential, piece, fine);
        else if (name == "SignedHeaders")
            keep_once(c.signed_headers, piece, fine);
        else if (name == "Signature")
            keep_once(c.signature, piece, fine);
        else
            fine = false;
    });
    if (!fine || c.credential.empty() || c.signed_headers.empty() || c.signature.empty())
        return "the Authorization header needs Credential, SignedHeaders and Signature, each once";
    return split_credential(c);
}

CAIRN_DECL problem read_header_claim(request_view const& request, expert_rules const& rules,
                                     claim& c) {
    c.query = request.query;
    c.hash = request.payload_hash;
    bool fine = true, hashed = false, authorized = false;
    for (header const& h : request.headers) {
        std::string_view const value = trimmed(h.value);
        std::string const name = to_lower(h.name);
        if (name == date_header)
            keep_once(c.date, value, fine);
        else if (name == region_set_header)
            keep_once(c.region_set, value, fine);
        else if (is_session_token(name, false, c))
            keep_once(c.token, value, fine);
        else if (name == hash_header) {
            fine = fine && !hashed;
            hashed = true;
            c.hash = value;
        } else if (name == "authorization") {
            fine = fine && !authorized;
            authorized = true;
        }
    }
    if (!fine)
        return "a header that may be given once only is empty or repeated";
    if (rules.content_sha256_header && !hashed)
        return "the x-amz-content-sha256 header is missing";
    std::string_view authorization;
    find_header(request, "authorization", authorization);
    return read_authorization(authorization, c);
}

CAIRN_DECL problem read_query_claim(request_view const& request, expert_rules const& rules,
                                    claim& c) {
    c.place = claim_place::query;
    bool fine = true;
    std::string algorithm;
    for_each_piece(request.query, '&', [&](std::string_view pair) {
        std::string_view rest = pair;
        std::string const name = percent_decoded(take_piece(rest, '='));
        std::string const value = percent_decoded(rest);
        std::string* const member = name == algorithm_param           ? &algorithm
                                    : name == credential_param        ? &c.credential
                                    : name == date_param              ? &c.date
                                    : name == expires_param           ? &c.expires
                                    : name == signed_headers_param    ? &c.signed_headers
                                    : name == region_set_param        ? &c.region_set
                                    : name == signature_param         ? &c.signature
                                    : is_session_token(name, true, c) ? &c.token
                                                                      : nullptr;
        if (member)
            keep_once(*member, value, fine);
        if (member == &c.signature || (member == &c.token && !rules.sign_session_token))
            return;
        if (!c.query.empty())
            c.query += '&';
        c.query += pair;
    });
    bool const known = read_algorithm(algorithm, c.algorithm);
    if (!fine || !known || c.credential.empty() || c.date.empty() || c.expires.empty() ||
        c.signed_headers.empty() || c.signature.empty())
        return "the query does not hold each of the X-Amz- parameters exactly once";
    c.hash = rules.presign_payload ? request.payload_hash : unsigned_payload;
    return split_credential(c);
}

CAIRN_DECL problem read_form_claim(form_fields const& fields, claim& c) {
    c.place = claim_place::form;
    bool fine = true;
    std::string algorithm;
    for (auto const& [field, value] : fields) {
        std::string const name = to_lower(field);
        std::string* const member = name == "x-amz-algorithm"          ? &algorithm
                                    : name == "x-amz-credential"       ? &c.credential
                                    : name == date_header              ? &c.date
                                    : name == post_signature_field     ? &c.signature
                                    : name == policy_field             ? &c.query
                                    : is_session_token(name, false, c) ? &c.token
                                                                       : nullptr;
        if (member)
            keep_once(*member, value, fine);
    }
    if (!fine || algorithm != name_of(algorithm::v4) || c.credential.empty() || c.date.empty() ||
        c.query.empty() || c.signature.empty())
        return "the form does not hold policy, x-amz-algorithm, x-amz-credential, x-amz-date and "
               "x-amz-signature exactly once";
    return split_credential(c);
}

// Headers are matched ignoring case: were names not in lower case, one header could match many.
inline bool is_lower_name(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return c != '\0' && c == lower_token_table[static_cast<unsigned char>(c)];
    });
}

CAIRN_DECL problem select_signed(request_view const& request, claim const& c,
                                 header_list& headers) {
    struct signed_name {
        std::string_view name;
        bool seen = false;
    };
    boost::container::small_vector<signed_name, 40> names;
    bool fine = true;
    for_each_piece(c.signed_headers, ';', [&](std::string_view name) {
        fine = fine && is_lower_name(name) && (names.empty() || names.back().name < name);
        names.push_back({name});
    });
    if (!fine)
        return "the signed headers are not names in lower case, sorted, each once";
    for (header const& h : request.headers)
        for (signed_name& n : names)
            if (equal_ignoring_case(h.name, n.name)) {
                if (problem const p = headers.add(h))
                    return p;
                n.seen = true;
            }
    if (!std::all_of(names.begin(), names.end(), [](signed_name const& n) { return n.seen; }))
        return "a header that was signed is missing";
    headers.sort();
    return nullptr;
}

CAIRN_DECL problem find_unsigned(request_view const& request, claim const& c) {
    auto const is_signed = [&c](std::string_view name) {
        bool found = false;
        for_each_piece(c.signed_headers, ';',
                       [&](std::string_view piece) { found = found || piece == name; });
        return found;
    };
    if (!is_signed("host"))
        return "the host header is not signed";
    for (header const& h : request.headers) {
        std::string const name = to_lower(h.name);
        bool const demanded = name.starts_with("x-amz-") && name != token_header &&
                              name != express_token_header &&
                              !(c.place == claim_place::query && name == hash_header);
        if (demanded && !is_signed(name))
            return "an x-amz- header is not signed";
    }
    return nullptr;
}

} // namespace cairn::sigv4::detail

#endif
