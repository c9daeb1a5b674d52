//
// cairn/s3/detail/refusal.hpp: what a refusing answer means.
//
#ifndef CAIRN_S3_DETAIL_REFUSAL_HPP
#define CAIRN_S3_DETAIL_REFUSAL_HPP

#include <cairn/s3/detail/operation_fsm.hpp>
#include <cairn/s3/response.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace cairn::s3::detail {

/// Interprets an answer whose status is not 2xx: the service's code decides, the status only where
/// there is none. `what.effect` is `none` where the server said that it did not apply the request,
/// `possible` after a failure that leaves it open (500, 502, 504, a 503 that is not SlowDown or
/// its like, RequestTimeout).
/// Source: Amazon S3 API Reference, "Error responses".
CAIRN_DECL refusal interpret_refusal(response const& r);

/// Parses an RFC 9110 IMF-fixdate, as the `Date` header has it.
CAIRN_DECL std::optional<std::chrono::system_clock::time_point>
parse_http_date(std::string_view text);

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/refusal.ipp>
#endif

#endif
