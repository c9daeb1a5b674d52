#ifndef CAIRN_SIGV4_VERIFY_IMPL_VERIFIER_IPP
#define CAIRN_SIGV4_VERIFY_IMPL_VERIFIER_IPP

#include <cairn/sigv4/verify/verifier.hpp>

#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/detail/canonical.hpp>
#include <cairn/sigv4/detail/key_cache.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/post_document.hpp>
#include <cairn/sigv4/detail/text.hpp>
#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/verify/detail/claim.hpp>

namespace cairn::sigv4 {

namespace detail {

// Whether a region is one of a set: patterns, separated by commas, in which `*` stands for
// anything.
inline bool is_in_region_set(std::string_view set, std::string_view region) noexcept {
    while (!set.empty()) {
        std::string_view pattern = trimmed(take_piece(set, ','));
        std::size_t const star = pattern.find('*');
        if (star == std::string_view::npos) {
            if (pattern == region)
                return true;
            continue;
        }
        // Each part between stars is taken where it comes first; the last one ends the region.
        if (!region.starts_with(pattern.substr(0, star)))
            continue;
        std::string_view rest = region.substr(star);
        pattern.remove_prefix(star + 1);
        for (std::size_t next = pattern.find('*'); next != std::string_view::npos;
             next = pattern.find('*')) {
            std::size_t const at = rest.find(pattern.substr(0, next));
            rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + next);
            pattern = at == std::string_view::npos ? "\n" : pattern.substr(next + 1);
        }
        if (rest.ends_with(pattern))
            return true;
    }
    return false;
}

// Whether there are credentials, and they have the session token that was shown.
inline verification check_identity(claim const& c, credentials const& who) {
    if (who.empty())
        return {verdict::unknown_key, "there are no credentials with this access key id"};
    if (!equal_in_constant_time(who.session_token(), c.token) ||
        (!c.token.empty() && who.session_token_kind() != c.kind))
        return {verdict::wrong_token, "the session token does not belong to this access key id"};
    return {verdict::valid, {}};
}

inline hmac_key signing_key(claim const& c, credentials const& who) {
    return derive_signing_key(who.secret_access_key(), c.scope_date, c.region, c.service);
}

// The signatures that follow the one of the request itself.
inline chunk_chain chain_behind(claim const& c, credentials const& who) {
    return c.algorithm == algorithm::v4
               ? chunk_chain(signing_key(c, who), c.date, c.scope, c.signature)
               : chunk_chain(v4a_key::derive(who), c.date, c.scope, c.signature);
}

} // namespace detail

CAIRN_DECL verifier::verifier(std::string_view region, std::string_view service, expert_rules rules,
                              std::chrono::seconds skew)
    : region_(region), service_(service), rules_(rules), skew_(skew) {}

CAIRN_DECL verification verifier::verify(request_view const& request, credentials_lookup find,
                                         std::chrono::system_clock::time_point now) const {
    std::string_view authorization;
    bool const in_header = detail::find_header(request, "authorization", authorization);
    bool const in_query = detail::is_presigned(request.query);
    if (!in_header && !in_query)
        return {verdict::not_signed, "the request carries no signature"};
    if (in_header && in_query)
        return {verdict::malformed, "the request carries two signatures, in header and query"};
    detail::claim claim;
    auto const problem = in_header ? detail::read_header_claim(request, rules_, claim)
                                   : detail::read_query_claim(request, rules_, claim);
    verification result =
        problem ? verification(verdict::malformed, problem) : check(request, claim, find, now);
    result.access_key_id = detail::printable(claim.key_id);
    result.algorithm = claim.algorithm;
    result.payload = payload_kind_of(claim.hash);
    return result;
}

CAIRN_DECL verification verifier::check(request_view const& request, detail::claim const& claim,
                                        credentials_lookup find,
                                        std::chrono::system_clock::time_point now) const {
    if (auto wrong = check_scope(claim); !wrong.valid())
        return wrong;
    if (auto wrong = check_time(claim, now); !wrong.valid())
        return wrong;
    if (auto const problem = detail::find_unsigned(request, claim))
        return {verdict::headers_unsigned, problem};
    if (!is_payload_of(claim.algorithm, claim.hash))
        return {verdict::malformed, "the payload hash is a constant of the other algorithm"};
    credentials const who = find(claim.key_id);
    if (auto wrong = detail::check_identity(claim, who); !wrong.valid())
        return wrong;
    return compare(request, claim, who);
}

CAIRN_DECL verification verifier::check_scope(detail::claim const& claim) const {
    if (!timestamp::parse(claim.date))
        return {verdict::malformed, "the date of the signature is missing or cannot be read"};
    bool const v4 = claim.algorithm == algorithm::v4;
    bool const any = region_ == any_region;
    std::string_view const date = std::string_view(claim.date).substr(0, 8);
    if (date != claim.scope_date || claim.service != service_ ||
        (v4 && !any && claim.region != region_))
        return {verdict::wrong_scope, "signed for another day, region or service than this is: " +
                                          detail::printable(claim.scope)};
    if (!v4 &&
        (any ? claim.region_set.empty() : !detail::is_in_region_set(claim.region_set, region_)))
        return {verdict::wrong_scope,
                "signed for other regions than this is: " + detail::printable(claim.region_set)};
    return {verdict::valid, {}};
}

CAIRN_DECL verification verifier::check_time(detail::claim const& claim,
                                             std::chrono::system_clock::time_point now) const {
    // In seconds, whose differences do not overflow; what is left of `now` counts as one more.
    using std::chrono::seconds;
    auto const then = timestamp::parse(claim.date)->time(); // check_scope has read it
    seconds const least = std::chrono::floor<seconds>(now.time_since_epoch()) -
                          std::chrono::floor<seconds>(then.time_since_epoch());
    bool const whole = (now.time_since_epoch() % seconds(1)).count() == 0;
    seconds const most = least + seconds(whole ? 0 : 1);
    bool const lasts = claim.place != detail::claim_place::headers;
    if (claim.place == detail::claim_place::query) {
        auto const expires = detail::to_uint(claim.expires).value_or(0);
        if (expires < 1 || expires > std::uint64_t{detail::longest_expiry})
            return {verdict::malformed, "X-Amz-Expires is no number from 1 to 604800"};
        if (most > seconds(expires))
            return {verdict::expired, "the presigned query has expired"};
    }
    if (least < -skew_ || (!lasts && most > skew_))
        return {verdict::clock_skew, "the signature's date is too far from the server's"};
    return {verdict::valid, {}};
}

CAIRN_DECL bool verifier::matches(detail::claim const& claim, credentials const& who,
                                  std::string_view string_to_sign) const {
    if (claim.algorithm == algorithm::v4a)
        return v4a_key::derive(who).verify(string_to_sign, claim.signature);
    std::string const expected = to_hex(detail::signing_key(claim, who).sign(string_to_sign));
    return detail::equal_in_constant_time(expected, claim.signature);
}

CAIRN_DECL verification verifier::compare(request_view const& request, detail::claim const& claim,
                                          credentials const& who) const {
    detail::text_buffer text;
    detail::text_range names;
    detail::header_list headers;
    detail::problem problem = detail::select_signed(request, claim, headers);
    if (!problem)
        problem = detail::write_canonical_request(text, request, claim.query, claim.hash,
                                                  {rules_.normalize_path, rules_.encode_path_again},
                                                  headers, names);
    if (problem)
        return {verdict::malformed, problem};

    verification result;
    result.canonical_request = text.view();
    result.string_to_sign.append(name_of(claim.algorithm)).append("\n").append(claim.date);
    result.string_to_sign.append("\n").append(claim.scope).append("\n");
    result.string_to_sign += sha256_hex(result.canonical_request);
    if (!matches(claim, who, result.string_to_sign)) {
        result.found = verdict::signature_differs;
        result.detail = "the signature does not match: compare canonical request, string to sign";
    } else if (claim.hash.size() == 64 && claim.hash != request.payload_hash) {
        result.found = verdict::payload_differs;
        result.detail = "the body is not the one whose hash was signed";
    } else {
        result.found = verdict::valid;
        result.who = who;
    }
    return result;
}

CAIRN_DECL chunk_decoder verifier::chunks(request_view const& request,
                                          verification const& valid) const {
    detail::claim claim;
    std::string_view text;
    if (!valid.valid() || !is_chunked(valid.payload) ||
        !detail::find_header(request, "authorization", text) ||
        detail::read_header_claim(request, rules_, claim))
        return chunk_decoder::refusing(errc::invalid_argument,
                                       "not a valid request with a payload in chunks");
    bool const stated = detail::find_header(request, detail::decoded_length_header, text);
    auto const size = stated ? detail::to_uint(text) : std::nullopt;
    if (!size)
        return chunk_decoder::refusing(errc::invalid_argument,
                                       "x-amz-decoded-content-length is missing or no number");
    chunk_decoder decoder(*size);
    if (has_chunk_signatures(valid.payload))
        decoder = chunk_decoder(valid.payload, detail::chain_behind(claim, valid.who), *size);
    for (header const& h : request.headers)
        if (detail::equal_ignoring_case(h.name, detail::trailer_header))
            decoder.demand_trailers(h.value);
    return decoder;
}

CAIRN_DECL verification verifier::verify_post(post_upload const& upload, credentials_lookup find,
                                              std::chrono::system_clock::time_point now) const {
    detail::claim claim;
    if (auto const problem = detail::read_form_claim(upload.fields, claim))
        return {verdict::malformed, problem};
    verification result = check_scope(claim);
    if (result.valid())
        result = check_time(claim, now);
    if (result.valid()) {
        credentials const who = find(claim.key_id);
        result = detail::check_identity(claim, who);
        if (result.valid() && !matches(claim, who, claim.query))
            result = {verdict::signature_differs, "the signature does not match the policy"};
        else if (result.valid())
            result = detail::check_post_document(upload, claim.query, now);
        if (result.valid())
            result.who = who;
        result.string_to_sign = claim.query;
    }
    result.access_key_id = detail::printable(claim.key_id);
    return result;
}

} // namespace cairn::sigv4

#endif
