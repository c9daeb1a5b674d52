//
// cairn/sigv4/detail/names.hpp: the words of the protocol.
//
#ifndef CAIRN_SIGV4_DETAIL_NAMES_HPP
#define CAIRN_SIGV4_DETAIL_NAMES_HPP

#include <cairn/sigv4/token_kind.hpp>

#include <string_view>

namespace cairn::sigv4::detail {

inline constexpr std::string_view scope_end = "aws4_request";

inline constexpr std::string_view date_header = "x-amz-date";
inline constexpr std::string_view hash_header = "x-amz-content-sha256";
inline constexpr std::string_view region_set_header = "x-amz-region-set";
inline constexpr std::string_view token_header = "x-amz-security-token";
inline constexpr std::string_view express_token_header = "x-amz-s3session-token";
inline constexpr std::string_view trailer_header = "x-amz-trailer";
inline constexpr std::string_view decoded_length_header = "x-amz-decoded-content-length";
inline constexpr std::string_view trailer_signature_header = "x-amz-trailer-signature";

inline constexpr std::string_view algorithm_param = "X-Amz-Algorithm";
inline constexpr std::string_view credential_param = "X-Amz-Credential";
inline constexpr std::string_view date_param = "X-Amz-Date";
inline constexpr std::string_view expires_param = "X-Amz-Expires";
inline constexpr std::string_view signed_headers_param = "X-Amz-SignedHeaders";
inline constexpr std::string_view region_set_param = "X-Amz-Region-Set";
inline constexpr std::string_view token_param = "X-Amz-Security-Token";
inline constexpr std::string_view express_token_param = "X-Amz-S3session-Token";
inline constexpr std::string_view signature_param = "X-Amz-Signature";

constexpr std::string_view token_header_of(token_kind kind) noexcept {
    return kind == token_kind::sts ? token_header : express_token_header;
}
constexpr std::string_view token_param_of(token_kind kind) noexcept {
    return kind == token_kind::sts ? token_param : express_token_param;
}

inline constexpr int longest_expiry = 7 * 24 * 3600; // seconds

} // namespace cairn::sigv4::detail

#endif
