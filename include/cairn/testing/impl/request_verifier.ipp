#ifndef CAIRN_TESTING_IMPL_REQUEST_VERIFIER_IPP
#define CAIRN_TESTING_IMPL_REQUEST_VERIFIER_IPP

#include <cairn/testing/detail/digest.hpp>
#include <cairn/testing/request_verifier.hpp>

#include <algorithm>

namespace cairn::testing {
namespace detail {

inline std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0;;) {
        auto const end = text.find(separator, begin);
        parts.emplace_back(text.substr(begin, end - begin));
        if (end == text.npos)
            return parts;
        begin = end + 1;
    }
}

inline std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

inline std::string collapsed(std::string_view value) {
    std::string text;
    for (char const c : trimmed(value)) {
        bool const blank = c == ' ' || c == '\t';
        if (!blank)
            text += c;
        else if (text.back() != ' ')
            text += ' ';
    }
    return text;
}

CAIRN_DECL std::optional<authorization> parse_authorization(std::string_view field) {
    constexpr std::string_view scheme = "AWS4-HMAC-SHA256";
    if (!field.starts_with(scheme))
        return std::nullopt;
    authorization claim;
    std::vector<std::string> scope;
    for (auto const& part : split(field.substr(scheme.size()), ',')) {
        auto const item = trimmed(part);
        auto const value = std::string(item.substr(std::min(item.find('=') + 1, item.size())));
        if (item.starts_with("Credential="))
            scope = split(value, '/');
        else if (item.starts_with("SignedHeaders="))
            claim.signed_headers = split(value, ';');
        else if (item.starts_with("Signature="))
            claim.signature = value;
    }
    if (scope.size() != 5 || claim.signed_headers.empty() || claim.signature.size() != 64)
        return std::nullopt;
    claim.access_key_id = scope[0];
    claim.date = scope[1];
    claim.region = scope[2];
    claim.service = scope[3];
    claim.terminator = scope[4];
    return claim;
}

CAIRN_DECL std::optional<std::chrono::system_clock::time_point>
parse_amz_date(std::string_view text) {
    using namespace std::chrono;
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z')
        return std::nullopt;
    auto const number = [&](std::size_t from, std::size_t size) {
        int n = 0;
        for (char const c : text.substr(from, size))
            n = c >= '0' && c <= '9' && n >= 0 ? n * 10 + (c - '0') : -1;
        return n;
    };
    for (std::size_t const i : {0u, 4u, 6u, 9u, 11u, 13u})
        if (number(i, i == 0 ? 4 : 2) < 0)
            return std::nullopt;
    year_month_day const date(year(number(0, 4)), month(static_cast<unsigned>(number(4, 2))),
                              day(static_cast<unsigned>(number(6, 2))));
    if (!date.ok())
        return std::nullopt;
    return sys_days(date) + hours(number(9, 2)) + minutes(number(11, 2)) + seconds(number(13, 2));
}

inline std::string canonical_query(request_head const& head) {
    header_list encoded;
    for (auto const& [name, value] : head.query())
        encoded.emplace_back(percent_encode(name, false), percent_encode(value, false));
    std::sort(encoded.begin(), encoded.end());
    std::string text;
    for (auto const& [name, value] : encoded)
        text += (text.empty() ? "" : "&") + name + "=" + value;
    return text;
}

CAIRN_DECL std::string canonical_request(request_head const& head,
                                         std::vector<std::string> const& signed_headers,
                                         std::string_view payload_hash) {
    std::string text = head.method + "\n";
    text += percent_encode(percent_decode(head.path(), false), true) + "\n";
    text += canonical_query(head) + "\n";
    std::string names;
    for (auto const& name : signed_headers) {
        text += name + ":";
        bool first = true;
        for (auto const& [field, value] : head.headers) {
            if (!equal_ignoring_case(field, name))
                continue;
            text += (first ? "" : ",") + collapsed(value);
            first = false;
        }
        text += "\n";
        names += (names.empty() ? "" : ";") + name;
    }
    return text + "\n" + names + "\n" + std::string(payload_hash);
}

inline bool is_sha256(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

inline refusal malformed(std::string message) {
    return {400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; " + std::move(message),
            {}};
}

} // namespace detail

CAIRN_DECL request_verifier::request_verifier(verifier_config config)
    : config_(std::move(config)) {}

CAIRN_DECL std::optional<refusal>
request_verifier::verify(request_head const& head,
                         std::chrono::system_clock::time_point now) const {
    if (head.header("authorization"))
        return verify_header_signature(head, now);
    if (head.parameter("X-Amz-Algorithm"))
        return refusal{501, "NotImplemented", "Query authentication is not implemented", {}};
    return refusal{403, "AccessDenied", "The request carries no signature", {}};
}

CAIRN_DECL std::optional<refusal>
request_verifier::verify_header_signature(request_head const& head,
                                          std::chrono::system_clock::time_point now) const {
    auto const claim = detail::parse_authorization(*head.header("authorization"));
    if (!claim)
        return detail::malformed("it is not a complete AWS4-HMAC-SHA256 authorization");
    auto const hash = head.header("x-amz-content-sha256");
    if (!hash)
        return refusal{400, "InvalidRequest", "x-amz-content-sha256 is missing", {}};
    if (hash->starts_with("STREAMING-"))
        return refusal{501, "NotImplemented", "Chunked signatures are not implemented", {}};
    if (*hash != "UNSIGNED-PAYLOAD" && !detail::is_sha256(*hash))
        return refusal{400, "InvalidArgument", "x-amz-content-sha256 is not a hash", {}};
    auto const date = head.header("x-amz-date");
    if (!date || !detail::parse_amz_date(*date))
        return refusal{403, "AccessDenied", "A valid x-amz-date is required", {}};
    if (auto no = check_identity(head, *claim))
        return no;
    if (auto no = check_scope(*claim))
        return no;
    if (auto no = check_time(*date, *claim, now))
        return no;
    return check_signature(head, *claim, *date);
}

CAIRN_DECL std::optional<refusal>
request_verifier::check_identity(request_head const& head,
                                 detail::authorization const& claim) const {
    refusal const unknown{403,
                          "InvalidAccessKeyId",
                          "The access key id is not known",
                          {{"AWSAccessKeyId", claim.access_key_id}}};
    if (claim.access_key_id != config_.access_key_id)
        return unknown;
    auto const token = head.header("x-amz-security-token");
    // Temporary keys are not found without their token, which is how AWS answers too.
    if (config_.session_token && !token)
        return unknown;
    if (token != config_.session_token)
        return refusal{400, "InvalidToken", "The security token is not valid", {}};
    return std::nullopt;
}

CAIRN_DECL std::optional<refusal>
request_verifier::check_scope(detail::authorization const& claim) const {
    if (claim.service != "s3" || claim.terminator != "aws4_request")
        return detail::malformed("the scope is not one of s3 and aws4_request");
    if (!config_.region.empty() && claim.region != config_.region) {
        auto no = detail::malformed("the region '" + claim.region + "' is wrong; expecting '" +
                                    config_.region + "'");
        no.details = {{"Region", config_.region}};
        return no;
    }
    return std::nullopt;
}

CAIRN_DECL std::optional<refusal>
request_verifier::check_time(std::string const& amz_date, detail::authorization const& claim,
                             std::chrono::system_clock::time_point now) const {
    if (amz_date.substr(0, 8) != claim.date)
        return detail::malformed("the date of the scope is not that of the request");
    auto const skew = now - *detail::parse_amz_date(amz_date);
    if (skew > config_.max_skew || -skew > config_.max_skew)
        return refusal{403,
                       "RequestTimeTooSkewed",
                       "The request's time and the server's differ by too much",
                       {{"RequestTime", amz_date}}};
    return std::nullopt;
}

CAIRN_DECL std::optional<refusal>
request_verifier::check_signature(request_head const& head, detail::authorization const& claim,
                                  std::string const& amz_date) const {
    auto const is_signed = [&](std::string const& name) {
        auto const& names = claim.signed_headers;
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (auto const& [field, value] : head.headers) {
        auto const name = detail::to_lower(field);
        if ((name == "host" || name.starts_with("x-amz-")) && !is_signed(name))
            return refusal{403,
                           "AccessDenied",
                           "A header is present that must be signed and is not",
                           {{"HeadersNotSigned", name}}};
    }
    auto const hash = *head.header("x-amz-content-sha256");
    auto const canonical = detail::canonical_request(head, claim.signed_headers, hash);
    auto const to_sign = "AWS4-HMAC-SHA256\n" + amz_date + "\n" + claim.date + "/" + claim.region +
                         "/s3/aws4_request\n" + detail::to_hex(detail::sha256(canonical));
    auto key = detail::hmac_sha256("AWS4" + config_.secret_access_key, claim.date);
    key = detail::hmac_sha256(key, claim.region);
    key = detail::hmac_sha256(key, "s3");
    key = detail::hmac_sha256(key, "aws4_request");
    if (detail::to_hex(detail::hmac_sha256(key, to_sign)) == claim.signature)
        return std::nullopt;
    return refusal{403,
                   "SignatureDoesNotMatch",
                   "The signature is not the one that the server computed",
                   {{"AWSAccessKeyId", claim.access_key_id},
                    {"StringToSign", to_sign},
                    {"SignatureProvided", claim.signature},
                    {"CanonicalRequest", canonical}}};
}

CAIRN_DECL std::optional<refusal> request_verifier::verify_body(request_head const& head,
                                                                std::string_view body) const {
    auto const promised = head.header("x-amz-content-sha256");
    if (!promised || !detail::is_sha256(*promised))
        return std::nullopt;
    auto const computed = detail::to_hex(detail::sha256(body));
    if (computed == *promised)
        return std::nullopt;
    return refusal{
        400,
        "XAmzContentSHA256Mismatch",
        "x-amz-content-sha256 is not the hash of the body",
        {{"ClientComputedContentSHA256", *promised}, {"S3ComputedContentSHA256", computed}}};
}

} // namespace cairn::testing

#endif
