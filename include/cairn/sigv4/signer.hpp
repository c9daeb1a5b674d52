//
// cairn/sigv4/signer.hpp: signs requests with AWS Signature Version 4.
//
#ifndef CAIRN_SIGV4_SIGNER_HPP
#define CAIRN_SIGV4_SIGNER_HPP

#include <cairn/core/error.hpp>
#include <cairn/sigv4/chunk_chain.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/detail/key_cache.hpp>
#include <cairn/sigv4/detail/request_writer.hpp>
#include <cairn/sigv4/post_policy.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>
#include <cairn/sigv4/signature.hpp>

#include <chrono>
#include <string_view>

namespace cairn::sigv4 {

/// Signs requests to one service in one region. Keeps four keys that it derived, by credentials
/// and day, and wipes them when it is destroyed: with more credentials than that by turns, a signer
/// for each is faster. Copies of credentials share a key; credentials made anew do not.
///
/// Thread safety: one signer serves any number of threads at once without a lock.
/// A copy begins without keys.
class signer {
public:
    /// Make a signer. `service` as in the credential scope: "s3", "dynamodb"; "s3express" for
    /// directory buckets. A region or service that cannot stand in a credential scope is refused
    /// when it comes to signing.
    signer(std::string_view region, std::string_view service, preset p)
        : signer(region, service, expert_rules::of(p)) {}
    signer(std::string_view region, std::string_view service, expert_rules rules)
        : writer_(algorithm::v4, region, service, rules) {}

    /// Compute the headers that authenticate `request` at the moment `now`.
    ///
    /// @param who copied nowhere; what it derives is kept, under its id.
    /// @param now the client's idea of the service's time: corrected by the caller, if it knows
    ///   that clocks differ.
    /// @param out receives the result; reuse one object for many requests.
    /// Errors: `errc::invalid_argument`, whose message names the part of the input that cannot
    ///   be signed, and never a secret or a header's value.
    /// Cost: two hashes; four HMACs more on a day's first request. Nothing is allocated for up to
    ///   40 headers, 24 parameters in the query and, with generic rules, 512 bytes of path, where
    ///   `out` has room for the texts: 4 KiB, reckoned amply (a query and a token count several
    ///   times), and as much as it has held before.
    /// Source: AWS "Authenticating Requests: Using the Authorization Header (AWS Signature
    ///   Version 4)".
    CAIRN_DECL result<void> sign(credentials const& who, request_view const& request,
                                 std::chrono::system_clock::time_point now, signature& out) const;

    /// Compute the query that authenticates `request` from `now` on for as long as `expires`:
    /// a presigned URL is the request's path, a '?' and `out.query()`.
    ///
    /// Every header of the request that may be signed is: whoever uses the URL has to send
    /// these with the same values, so give `host` and little else. With S3's rules the body is
    /// not covered, and `request.payload_hash` is ignored.
    ///
    /// @param expires from one second to seven days.
    /// Errors, cost and thread safety as for `sign`; `errc::invalid_argument` also where the
    ///   request's query holds one of the parameters that are added.
    /// Source: AWS "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
    CAIRN_DECL result<void> presign(credentials const& who, request_view const& request,
                                    std::chrono::system_clock::time_point now,
                                    std::chrono::seconds expires, signature& out) const;

    /// Begin the signatures of a body's chunks, behind a request that `sign` has signed into
    /// `seed` with one of the STREAMING-… payload hashes, for the same credentials.
    ///
    /// Errors: `errc::invalid_argument` where `seed` holds no signature of such a request.
    CAIRN_DECL result<chunk_chain> chunks(credentials const& who, signature const& seed) const;

    /// Sign a form that lets a browser upload: `policy` with the conditions added that bind it to
    /// these credentials.
    ///
    /// Errors: `errc::invalid_argument` as for `sign`, and for a policy that holds one of the
    ///   fields that are added.
    /// Source: AWS "Authenticating Requests in Browser-Based Uploads Using POST (AWS Signature
    ///   Version 4)".
    CAIRN_DECL result<post_form> sign_post(credentials const& who, post_policy const& policy,
                                           std::chrono::system_clock::time_point now) const;

    /// Sign a policy document that is whole already, byte by byte as it is; the form then holds
    /// no fields but those that authenticate it.
    CAIRN_DECL result<post_form>
    sign_post_document(credentials const& who, std::string_view policy_json,
                       std::chrono::system_clock::time_point now) const;

    std::string_view region() const noexcept { return writer_.region(); }
    std::string_view service() const noexcept { return writer_.service(); }
    expert_rules const& rules() const noexcept { return writer_.rules(); }

private:
    CAIRN_DECL hmac_key key_for(credentials const& who, timestamp const& time) const;
    CAIRN_DECL void sign_form(credentials const& who, timestamp const& time,
                              std::string_view policy_json, post_form& form) const;

    detail::request_writer writer_;
    mutable detail::key_cache keys_;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/signer.ipp>
#endif

#endif
