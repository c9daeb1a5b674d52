//
// cairn/testing/request_verifier.hpp: what S3 answers where a request's signature is not right.
//
// The signatures are verified by cairn/sigv4, of which the signer is a part: a mistake that both
// share shows in AWS's published vectors, against botocore and against real servers.
//
#ifndef CAIRN_TESTING_REQUEST_VERIFIER_HPP
#define CAIRN_TESTING_REQUEST_VERIFIER_HPP

#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/verify/verifier.hpp>
#include <cairn/testing/request_head.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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

/// Whether a request says that its body comes in chunks.
CAIRN_DECL bool has_chunked_body(request_head const& head);

} // namespace detail

/// Verifies requests to S3 that are signed with Signature Version 4 or 4A, in the `Authorization`
/// field, in the query or in a form, and refuses the others as S3 does.
///
/// Bodies in chunks are decoded, except behind a presigned query, where they are refused as not
/// implemented; chunks of any size are taken. Of the checksums in trailers only
/// `x-amz-checksum-sha256` is compared with the body.
///
/// Thread safety: distinct and shared objects are safe, as it has no mutable state.
///
/// Source: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".
class request_verifier {
public:
    using time_point = std::chrono::system_clock::time_point;

    CAIRN_DECL explicit request_verifier(verifier_config config);

    /// Checks all that the head can tell, the body's promised hash included.
    /// @return why the request is refused; nothing where it is right.
    CAIRN_DECL std::optional<refusal> verify(request_head const& head, time_point now) const;

    /// Checks the body of a request whose head is right: its hash where that was promised, or the
    /// signatures of its chunks, and its trailers.
    /// @param decoded where not null, receives what a body in chunks holds.
    CAIRN_DECL std::optional<refusal> verify_body(request_head const& head, std::string_view body,
                                                  std::string* decoded = nullptr) const;

    /// Checks a form: its signature, and that it keeps to its policy.
    CAIRN_DECL std::optional<refusal> verify_form(sigv4::post_upload const& upload,
                                                  time_point now) const;

private:
    std::optional<refusal> read_chunks(request_head const& head, std::string_view body,
                                       std::string& decoded) const;
    sigv4::credentials find(std::string_view access_key_id) const;

    verifier_config config_;
    sigv4::credentials who_;
    sigv4::verifier verifier_;
    sigv4::verifier anywhere_; // the same for any region
};

} // namespace cairn::testing

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/request_verifier.ipp>
#endif

#endif
