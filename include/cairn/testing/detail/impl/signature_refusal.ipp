#ifndef CAIRN_TESTING_DETAIL_IMPL_SIGNATURE_REFUSAL_IPP
#define CAIRN_TESTING_DETAIL_IMPL_SIGNATURE_REFUSAL_IPP

#include <cairn/sigv4/time.hpp>
#include <cairn/testing/detail/reply.hpp>
#include <cairn/testing/detail/signature_refusal.hpp>

namespace cairn::testing::detail {

inline refusal refuse_malformed(shown_signature const& shown, std::string const& text) {
    if (shown.where == shown_signature::place::header)
        return {400,
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; " + text,
                {}};
    if (shown.where == shown_signature::place::query)
        return {400, "AuthorizationQueryParametersError", text, {}};
    return {400, "InvalidArgument", text, {}};
}

inline refusal refuse_time(sigv4::verification const& found, shown_signature const& shown,
                           std::chrono::system_clock::time_point now) {
    auto const server_time = iso_date(now);
    if (found.found == sigv4::verdict::clock_skew) {
        if (shown.where == shown_signature::place::query)
            return {403, "AccessDenied", "Request is not valid yet", {{"ServerTime", server_time}}};
        return {403,
                "RequestTimeTooSkewed",
                "The request's time and the server's differ by too much",
                {{"RequestTime", shown.date}, {"ServerTime", server_time}}};
    }
    if (shown.where == shown_signature::place::form)
        return {403, "AccessDenied", "Invalid according to Policy: Policy expired.", {}};
    auto const end = sigv4::timestamp::parse(shown.date)->time() +
                     std::chrono::seconds(std::stoi(shown.expires)); // the verifier has read both
    return {403,
            "AccessDenied",
            "Request has expired",
            {{"X-Amz-Expires", shown.expires},
             {"Expires", iso_date(end)},
             {"ServerTime", server_time}}};
}

inline refusal refuse_difference(sigv4::verification const& found, shown_signature const& shown) {
    refusal no{403,
               "SignatureDoesNotMatch",
               "The signature is not the one that the server computed",
               {{"AWSAccessKeyId", found.access_key_id},
                {"StringToSign", found.string_to_sign},
                {"SignatureProvided", shown.signature}}};
    if (!found.canonical_request.empty())
        no.details.emplace_back("CanonicalRequest", found.canonical_request);
    return no;
}

inline refusal refuse_policy(sigv4::verification const& found, shown_signature const& shown) {
    auto const& bounds = found.violated_bounds;
    if (!bounds)
        return {403, "AccessDenied", "Invalid according to Policy: " + found.detail, {}};
    bool const small = shown.file_size < bounds->least;
    return {400,
            small ? "EntityTooSmall" : "EntityTooLarge",
            small ? "The file is smaller than the policy allows"
                  : "The file is larger than the policy allows",
            {{"ProposedSize", std::to_string(shown.file_size)},
             {small ? "MinSizeAllowed" : "MaxSizeAllowed",
              std::to_string(small ? bounds->least : bounds->most)}}};
}

inline refusal refuse_key(sigv4::verification const& found, shown_signature const& shown) {
    // Temporary keys are not found without their token, which is how AWS answers too.
    if (found.found == sigv4::verdict::unknown_key || shown.lacks_token)
        return {403,
                "InvalidAccessKeyId",
                "The access key id is not known",
                {{"AWSAccessKeyId", found.access_key_id}}};
    return {400, "InvalidToken", "The security token is not valid", {}};
}

inline refusal refuse_scope(sigv4::verification const& found, shown_signature const& shown) {
    if (shown.right_region.empty())
        return refuse_malformed(shown, found.detail);
    bool const in_query = shown.where == shown_signature::place::query;
    auto no = refuse_malformed(
        shown,
        (in_query ? "Error parsing the X-Amz-Credential parameter; the region '" : "the region '") +
            shown.region + "' is wrong; expecting '" + shown.right_region + "'");
    if (shown.where == shown_signature::place::form)
        no.details = {{"ArgumentName", "X-Amz-Credential"}, {"ArgumentValue", shown.credential}};
    no.details.emplace_back("Region", shown.right_region);
    return no;
}

CAIRN_DECL refusal refuse_signature(sigv4::verification const& found, shown_signature const& shown,
                                    std::chrono::system_clock::time_point now) {
    using sigv4::verdict;
    switch (found.found) {
    case verdict::wrong_scope: return refuse_scope(found, shown);
    case verdict::clock_skew:
    case verdict::expired: return refuse_time(found, shown, now);
    case verdict::headers_unsigned:
        return {403,
                "AccessDenied",
                "A header is present that must be signed and is not",
                {{"HeadersNotSigned", shown.headers_unsigned}}};
    case verdict::unknown_key:
    case verdict::wrong_token: return refuse_key(found, shown);
    case verdict::signature_differs: return refuse_difference(found, shown);
    case verdict::policy_violated: return refuse_policy(found, shown);
    default: break;
    }
    // A form's policy is read only when its signature was right.
    if (shown.where == shown_signature::place::form && !found.string_to_sign.empty())
        return {400, "InvalidPolicyDocument", "Invalid Policy: " + found.detail, {}};
    return refuse_malformed(shown, found.detail);
}

} // namespace cairn::testing::detail

#endif
