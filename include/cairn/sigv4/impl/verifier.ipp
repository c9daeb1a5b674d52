#ifndef CAIRN_SIGV4_IMPL_VERIFIER_IPP
#define CAIRN_SIGV4_IMPL_VERIFIER_IPP

#include <cairn/sigv4/verifier.hpp>

#include <cairn/sigv4/detail/canonical.hpp>
#include <cairn/sigv4/detail/key_cache.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/uri.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace cairn::sigv4 {

namespace detail {

// What a request says about its own signature.
struct claim {
    bool presigned = false;
    std::string credential, date, expires, signed_headers, signature, token;
    std::string query; // what was signed of it
    std::string hash;  // the payload's, as it was declared
};

inline bool same_name(std::string_view a, std::string_view lower_b) noexcept {
    return std::equal(a.begin(), a.end(), lower_b.begin(), lower_b.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? x + ('a' - 'A') : x) == y;
    });
}

inline std::optional<std::string_view> find_header(request_view const& request,
                                                   std::string_view lower_name) noexcept {
    for (header const& h : request.headers)
        if (same_name(h.name, lower_name))
            return h.value;
    return std::nullopt;
}

inline std::string_view trimmed(std::string_view text) noexcept {
    std::size_t const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Call `f` with each piece of `text` between separators.
template <class F>
void for_each_piece(std::string_view text, char separator, F f) {
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const end = std::min(text.find(separator, at), text.size());
        f(text.substr(at, end - at));
        at = end + 1;
    }
}

inline bool same_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Keeps a value that may be given once only.
inline void keep_once(std::string& member, std::string_view value, bool& fine) {
    fine = fine && member.empty() && !value.empty();
    member = value;
}

inline char const* read_authorization(std::string_view value, claim& c) {
    value = trimmed(value);
    if (!value.starts_with(algorithm_name) || value.size() == algorithm_name.size() ||
        value[algorithm_name.size()] != ' ')
        return "the Authorization header is not of the algorithm AWS4-HMAC-SHA256";
    bool fine = true;
    for_each_piece(value.substr(algorithm_name.size()), ',', [&](std::string_view piece) {
        piece = trimmed(piece);
        std::size_t const equals = std::min(piece.find('='), piece.size());
        std::string_view const name = piece.substr(0, equals);
        std::string_view const text = piece.substr(std::min(equals + 1, piece.size()));
        if (name == "Credential")
            keep_once(c.credential, text, fine);
        else if (name == "SignedHeaders")
            keep_once(c.signed_headers, text, fine);
        else if (name == "Signature")
            keep_once(c.signature, text, fine);
        else
            fine = false;
    });
    if (!fine || c.credential.empty() || c.signed_headers.empty() || c.signature.empty())
        return "the Authorization header needs Credential, SignedHeaders and Signature, each once";
    return nullptr;
}

inline char const* read_header_claim(request_view const& request, std::string_view authorization,
                                     claim& c) {
    c.query = request.query;
    if (auto const date = find_header(request, date_header))
        c.date = trimmed(*date);
    if (auto const token = find_header(request, token_header))
        c.token = trimmed(*token);
    auto const hash = find_header(request, hash_header);
    c.hash = hash ? trimmed(*hash) : request.payload_hash;
    return read_authorization(authorization, c);
}

inline char const* read_query_claim(request_view const& request, expert_rules const& rules,
                                    claim& c) {
    c.presigned = true;
    bool fine = true;
    std::string algorithm;
    for_each_piece(request.query, '&', [&](std::string_view pair) {
        std::size_t const equals = std::min(pair.find('='), pair.size());
        std::string const name = percent_decoded(pair.substr(0, equals));
        std::string const value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
        std::string* const member = name == algorithm_param        ? &algorithm
                                    : name == credential_param     ? &c.credential
                                    : name == date_param           ? &c.date
                                    : name == expires_param        ? &c.expires
                                    : name == signed_headers_param ? &c.signed_headers
                                    : name == token_param          ? &c.token
                                    : name == signature_param      ? &c.signature
                                                                   : nullptr;
        if (member)
            keep_once(*member, value, fine);
        if (member == &c.signature || (member == &c.token && !rules.sign_session_token))
            return;
        if (!c.query.empty())
            c.query += '&';
        c.query += pair;
    });
    if (!fine || algorithm != algorithm_name || c.credential.empty() || c.date.empty() ||
        c.expires.empty() || c.signed_headers.empty() || c.signature.empty())
        return "the query does not hold each of the X-Amz- parameters exactly once";
    c.hash = rules.presign_payload ? request.payload_hash : unsigned_payload;
    return nullptr;
}

// The part of `text` up to the last slash; the rest moves into `last`.
inline std::string_view split_last(std::string_view text, std::string_view& last) noexcept {
    std::size_t const slash = text.rfind('/');
    if (slash == std::string_view::npos) {
        last = text;
        return {};
    }
    last = text.substr(slash + 1);
    return text.substr(0, slash);
}

// Select the headers that the claim names, and see that none is missing.
inline problem select_signed(request_view const& request, claim const& c, char*& scratch,
                             header_list& headers) {
    std::vector<std::string_view> names;
    for_each_piece(c.signed_headers, ';', [&](std::string_view name) { names.push_back(name); });
    if (std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) != names.end())
        return "the signed headers are not sorted";
    std::vector<bool> seen(names.size());
    for (header const& h : request.headers) {
        auto const found = std::find_if(names.begin(), names.end(), [&h](std::string_view name) {
            return same_name(h.name, name);
        });
        if (found == names.end())
            continue;
        if (problem const p = headers.add(h, scratch))
            return p;
        seen[static_cast<std::size_t>(found - names.begin())] = true;
    }
    if (std::find(seen.begin(), seen.end(), false) != seen.end())
        return "a header that was signed is missing";
    headers.sort();
    return nullptr;
}

// A header that AWS demands to be signed and that is not; null if all are.
inline char const* find_unsigned(request_view const& request, claim const& c) {
    std::string const names = ";" + c.signed_headers + ";";
    if (names.find(";host;") == std::string::npos)
        return "the host header is not signed";
    for (header const& h : request.headers) {
        std::string name(h.name);
        for (char& ch : name)
            ch = static_cast<char>(ch >= 'A' && ch <= 'Z' ? ch + ('a' - 'A') : ch);
        bool const demanded = name.starts_with("x-amz-") && name != token_header &&
                              !(c.presigned && name == hash_header);
        if (demanded && names.find(";" + name + ";") == std::string::npos)
            return "an x-amz- header is not signed";
    }
    return nullptr;
}

} // namespace detail

CAIRN_DECL verifier::verifier(std::string_view region, std::string_view service, expert_rules rules,
                              std::chrono::seconds skew)
    : region_(region), service_(service), rules_(rules), skew_(skew) {}

CAIRN_DECL verification verifier::verify(request_view const& request, lookup const& find,
                                         std::chrono::system_clock::time_point now) const {
    detail::claim claim;
    auto const authorization = detail::find_header(request, "authorization");
    bool const presigned = request.query.find(detail::signature_param) != std::string_view::npos;
    if (!authorization && !presigned)
        return {verdict::not_signed, "the request carries no signature"};
    char const* const problem = authorization
                                    ? detail::read_header_claim(request, *authorization, claim)
                                    : detail::read_query_claim(request, rules_, claim);
    if (problem)
        return {verdict::malformed, problem};
    verification result = check(request, claim, find, now);
    std::string_view key_id = claim.credential, part;
    for (int parts = 0; parts < 4; ++parts)
        key_id = detail::split_last(key_id, part);
    result.access_key_id = key_id;
    return result;
}

CAIRN_DECL verification verifier::check(request_view const& request, detail::claim const& claim,
                                        lookup const& find,
                                        std::chrono::system_clock::time_point now) const {
    auto const time = timestamp::parse(claim.date);
    if (!time)
        return {verdict::malformed, "the date of the signature is missing or cannot be read"};
    std::string_view end, service, region, date;
    std::string_view key_id = claim.credential;
    for (std::string_view* const part : {&end, &service, &region, &date})
        key_id = detail::split_last(key_id, *part);
    if (key_id.empty() || end != detail::scope_end)
        return {verdict::malformed, "the credential is not of the form key/date/region/service"};
    if (date != time->date() || region != region_ || service != service_)
        return {verdict::wrong_scope, "signed for another day, region or service than this is: " +
                                          claim.credential.substr(key_id.size() + 1)};

    auto const age = now - time->time();
    if (claim.presigned) {
        int expires = 0;
        auto const [stop, failed] = std::from_chars(
            claim.expires.data(), claim.expires.data() + claim.expires.size(), expires);
        if (failed != std::errc() || stop != claim.expires.data() + claim.expires.size() ||
            expires < 1 || expires > detail::longest_expiry)
            return {verdict::malformed, "X-Amz-Expires is no number from 1 to 604800"};
        if (age > std::chrono::seconds(expires))
            return {verdict::expired, "the presigned query has expired"};
    }
    if (age < -skew_ || (!claim.presigned && age > skew_))
        return {verdict::clock_skew, "the signature's date is too far from the server's"};
    if (char const* const problem = detail::find_unsigned(request, claim))
        return {verdict::headers_unsigned, problem};

    credentials const who = find(key_id);
    if (who.empty())
        return {verdict::unknown_key, "there are no credentials with this access key id"};
    if (!detail::same_in_constant_time(who.session_token(), claim.token))
        return {verdict::wrong_token, "the session token does not belong to this access key id"};
    return compare(request, claim, who,
                   std::string_view(claim.credential).substr(key_id.size() + 1));
}

CAIRN_DECL verification verifier::compare(request_view const& request, detail::claim const& claim,
                                          credentials const& who, std::string_view scope) const {
    std::size_t size = 512 + request.method.size() + detail::canonical_path_bound(request.path) +
                       2 * detail::canonical_query_bound(claim.query) + claim.hash.size();
    for (header const& h : request.headers)
        size += 3 * (h.name.size() + 2) + h.value.size();
    detail::scratch_array<char, 4096> text(size);
    char* end = text.data();
    char* scratch = end + size - detail::canonical_query_bound(claim.query);
    for (header const& h : request.headers)
        scratch -= h.name.size();

    detail::header_list headers(request.headers.size());
    std::string_view names;
    detail::problem problem = detail::select_signed(request, claim, scratch, headers);
    if (!problem)
        problem = detail::write_canonical_request(end, request, claim.query, claim.hash,
                                                  {rules_.normalize_path, rules_.encode_path_again},
                                                  headers, scratch, names);
    if (problem)
        return {verdict::malformed, problem};

    verification result;
    result.canonical_request.assign(text.data(), end);
    result.string_to_sign.append(detail::algorithm_name).append("\n").append(claim.date);
    result.string_to_sign.append("\n").append(scope).append("\n");
    result.string_to_sign += sha256_hex(result.canonical_request);

    hmac_key key =
        detail::derive_signing_key(who.secret_access_key(), scope.substr(0, 8), region_, service_);
    std::string const expected = to_hex(key.sign(result.string_to_sign));
    key.wipe();
    if (!detail::same_in_constant_time(expected, claim.signature)) {
        result.found = verdict::signature_differs;
        result.detail = "the signature does not match: compare canonical request, string to sign";
    } else if (claim.hash.size() == 64 && claim.hash != request.payload_hash) {
        result.found = verdict::payload_differs;
        result.detail = "the body is not the one whose hash was signed";
    } else {
        result.found = verdict::valid;
    }
    return result;
}

} // namespace cairn::sigv4

#endif
