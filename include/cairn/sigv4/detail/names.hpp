//
// cairn/sigv4/detail/names.hpp: the words of the protocol.
//
#ifndef CAIRN_SIGV4_DETAIL_NAMES_HPP
#define CAIRN_SIGV4_DETAIL_NAMES_HPP

#include <string_view>

namespace cairn::sigv4::detail {

inline constexpr std::string_view algorithm_name = "AWS4-HMAC-SHA256";
inline constexpr std::string_view scope_end = "aws4_request";

inline constexpr std::string_view date_header = "x-amz-date";
inline constexpr std::string_view hash_header = "x-amz-content-sha256";
inline constexpr std::string_view token_header = "x-amz-security-token";

inline constexpr std::string_view algorithm_param = "X-Amz-Algorithm";
inline constexpr std::string_view credential_param = "X-Amz-Credential";
inline constexpr std::string_view date_param = "X-Amz-Date";
inline constexpr std::string_view expires_param = "X-Amz-Expires";
inline constexpr std::string_view signed_headers_param = "X-Amz-SignedHeaders";
inline constexpr std::string_view token_param = "X-Amz-Security-Token";
inline constexpr std::string_view signature_param = "X-Amz-Signature";

inline constexpr int longest_expiry = 7 * 24 * 3600; // seconds

} // namespace cairn::sigv4::detail

#endif
