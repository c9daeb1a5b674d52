//
// cairn/sigv4/verifier.hpp: the server's side: is this request signed by whom it names?
//
#ifndef CAIRN_SIGV4_VERIFIER_HPP
#define CAIRN_SIGV4_VERIFIER_HPP

#include <cairn/detail/config.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace cairn::sigv4 {

namespace detail {
struct claim;
}

/// What a verifier finds, in the order in which it looks.
enum class verdict {
    valid,
    not_signed,        ///< there is neither an Authorization header nor a presigned query
    malformed,         ///< the authentication, or the request, cannot be read
    wrong_scope,       ///< signed for another day, region or service
    clock_skew,        ///< signed too long ago, or too far in the future
    expired,           ///< a presigned query that is no longer valid
    headers_unsigned,  ///< a header that has to be signed is not
    unknown_key,       ///< nobody has that access key id
    wrong_token,       ///< the session token is not the one of these credentials
    payload_differs,   ///< the body is not the one that was signed
    signature_differs, ///< signed with another secret, or changed on the way
};

/// A verdict and its reasons, for a log or a person. No secret, and no valid signature, is in
/// it; the canonical request may hold a session token.
struct verification {
    verdict found = verdict::not_signed;
    std::string detail;            ///< one sentence; empty if valid
    std::string access_key_id;     ///< as claimed; empty where it could not be read
    std::string canonical_request; ///< as the verifier sees the request; empty if not reached
    std::string string_to_sign;    ///< to be laid beside the client's

    bool valid() const noexcept { return found == verdict::valid; }

    verification() = default;
    verification(verdict v, std::string_view text) : found(v), detail(text) {}
};

/// Verifies requests to one service in one region, signed in the header or in the query.
///
/// Thread safety: `verify` may run on any number of threads if `lookup` may.
class verifier {
public:
    /// Give the credentials of an access key id, or empty ones if there are none.
    using lookup = std::function<credentials(std::string_view access_key_id)>;

    /// @param skew how far the client's clock may be off; S3 allows 15 minutes.
    verifier(std::string_view region, std::string_view service, preset p,
             std::chrono::seconds skew = std::chrono::minutes(15))
        : verifier(region, service, expert_rules::of(p), skew) {}
    CAIRN_DECL verifier(std::string_view region, std::string_view service, expert_rules rules,
                        std::chrono::seconds skew = std::chrono::minutes(15));

    /// Look at `request` as it was received: path and query as on the wire, all the headers,
    /// and in `payload_hash` the SHA-256 of the body that came. Where the client declared
    /// an unsigned or a streaming payload the body's hash is not looked at.
    ///
    /// Signatures and tokens are compared in constant time. Cost: seven HMACs, two hashes and
    /// a few allocations.
    CAIRN_DECL verification verify(request_view const& request, lookup const& find,
                                   std::chrono::system_clock::time_point now) const;

private:
    CAIRN_DECL verification check(request_view const& request, detail::claim const& claim,
                                  lookup const& find,
                                  std::chrono::system_clock::time_point now) const;
    CAIRN_DECL verification compare(request_view const& request, detail::claim const& claim,
                                    credentials const& who, std::string_view scope) const;

    std::string region_;
    std::string service_;
    expert_rules rules_;
    std::chrono::seconds skew_;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/verifier.ipp>
#endif

#endif
