//
// cairn/s3/detail/request_head.hpp: a request, signed and written as HTTP.
//
#ifndef CAIRN_S3_DETAIL_REQUEST_HEAD_HPP
#define CAIRN_S3_DETAIL_REQUEST_HEAD_HPP

#include <cairn/core/error.hpp>
#include <cairn/s3/detail/endpoint.hpp>
#include <cairn/s3/request.hpp>
#include <cairn/sigv4/signer.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::s3::detail {

/// The SHA-256 of a body, in hexadecimal.
CAIRN_DECL std::string hash_payload(std::vector<asio::const_buffer> const& body);

/// Everything of an HTTP/1.1 request before its body, dated and signed: what is signed is what is
/// sent. `scratch` is reused from request to request. Errors: `invalid_argument` for credentials or
/// headers that cannot be signed.
CAIRN_DECL result<std::string>
make_request_head(request const& r, address const& where, std::string_view payload_hash,
                  std::string_view user_agent, sigv4::credentials const& credentials,
                  sigv4::signer const& signer, std::chrono::system_clock::time_point now,
                  sigv4::signature& scratch);

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/request_head.ipp>
#endif

#endif
