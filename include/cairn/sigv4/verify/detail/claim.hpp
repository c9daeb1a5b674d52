//
// cairn/sigv4/verify/detail/claim.hpp: what a request says about its own signature.
//
#ifndef CAIRN_SIGV4_VERIFY_DETAIL_CLAIM_HPP
#define CAIRN_SIGV4_VERIFY_DETAIL_CLAIM_HPP

#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/detail/canonical.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/post_policy.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>

#include <string>
#include <string_view>

namespace cairn::sigv4::detail {

// As many bytes of headers as S3 takes at all.
inline constexpr std::size_t longest_signed_headers = 8 * 1024;

enum class claim_place { headers, query, form };

struct claim {
    claim_place place = claim_place::headers;
    sigv4::algorithm algorithm = algorithm::v4;
    std::string credential, date, expires, signed_headers, signature, region_set;
    std::string token;
    token_kind kind = token_kind::sts;
    std::string query; // what was signed of it
    std::string hash;  // the payload's, as it was declared

    // Views of the credential, so a claim stays where it is:
    // "key/20130524/us-east-1/s3/aws4_request", with V4A without the region.
    std::string_view key_id, scope, scope_date, region, service;
};

// Whether there is a header of that name; the first one's value, trimmed.
CAIRN_DECL bool find_header(request_view const& request, std::string_view lower_name,
                            std::string_view& value) noexcept;

// Whether a query claims a signature.
CAIRN_DECL bool is_presigned(std::string_view query);

// Each reads a claim, and says what keeps it from being one; null if nothing.
CAIRN_DECL problem read_header_claim(request_view const& request, expert_rules const& rules,
                                     claim& c);
CAIRN_DECL problem read_query_claim(request_view const& request, expert_rules const& rules,
                                    claim& c);
CAIRN_DECL problem read_form_claim(form_fields const& fields, claim& c);

// Select the headers that the claim names, and see that none is missing.
CAIRN_DECL problem select_signed(request_view const& request, claim const& c, header_list& headers);

// A header that AWS demands to be signed and that is not; null if all are.
CAIRN_DECL problem find_unsigned(request_view const& request, claim const& c);

} // namespace cairn::sigv4::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/verify/detail/impl/claim.ipp>
#endif

#endif
