//
// cairn/testing/request_verifier.hpp: decides whether a request's signature is right.
//
// Written from the specification and independent of the signer, so that one of them finds the
// other's mistakes.
//
#ifndef CAIRN_TESTING_REQUEST_VERIFIER_HPP
#define CAIRN_TESTING_REQUEST_VERIFIER_HPP

#include <cairn/detail/config.hpp>
#include <cairn/testing/request_head.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::testing {

/// Whom the server knows.
struct verifier_config {
    std::string access_key_id;
    std::string secret_access_key;
    std::optional<std::string> session_token; ///< demanded where set, refused where not
    std::string region;                       ///< empty: a signature for any region is taken
    std::chrono::seconds max_skew = std::chrono::minutes(15);
};

namespace detail {

/// What a request claims about its signature.
struct authorization {
    std::string access_key_id;
    std::string date; ///< of the scope, as `20130524`
    std::string region;
    std::string service;
    std::string terminator;
    std::vector<std::string> signed_headers; ///< lower case
    std::string signature;
};

/// Takes an `Authorization` field apart; nothing where it is not one of `AWS4-HMAC-SHA256`.
CAIRN_DECL std::optional<authorization> parse_authorization(std::string_view field);

/// Parses `20130524T000000Z`.
CAIRN_DECL std::optional<std::chrono::system_clock::time_point> parse_amz_date(std::string_view);

/// The canonical form of a request for S3, whose path is encoded once and never normalised.
CAIRN_DECL std::string canonical_request(request_head const& head,
                                         std::vector<std::string> const& signed_headers,
                                         std::string_view payload_hash);

} // namespace detail

/// Verifies the Signature Version 4 of requests to S3 that carry it in the `Authorization` field,
/// with a hashed or an unsigned payload. Other kinds are refused as not implemented.
///
/// Thread safety: distinct and shared objects are safe, as it has no mutable state.
///
/// Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
class request_verifier {
public:
    CAIRN_DECL explicit request_verifier(verifier_config config);

    /// Checks all that the head can tell, the body's promised hash included.
    /// @return why the request is refused; nothing where it is right.
    CAIRN_DECL std::optional<refusal> verify(request_head const& head,
                                             std::chrono::system_clock::time_point now) const;

    /// Checks that the body is the one that `x-amz-content-sha256` promises.
    CAIRN_DECL std::optional<refusal> verify_body(request_head const& head,
                                                  std::string_view body) const;

private:
    std::optional<refusal> verify_header_signature(request_head const& head,
                                                   std::chrono::system_clock::time_point now) const;
    std::optional<refusal> check_identity(request_head const&, detail::authorization const&) const;
    std::optional<refusal> check_scope(detail::authorization const&) const;
    std::optional<refusal> check_time(std::string const& amz_date, detail::authorization const&,
                                      std::chrono::system_clock::time_point now) const;
    std::optional<refusal> check_signature(request_head const&, detail::authorization const&,
                                           std::string const& amz_date) const;

    verifier_config config_;
};

} // namespace cairn::testing

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/request_verifier.ipp>
#endif

#endif
