//
// cairn/sigv4/verify/verification.hpp: what a verifier says about a request or a form.
//
#ifndef CAIRN_SIGV4_VERIFY_VERIFICATION_HPP
#define CAIRN_SIGV4_VERIFY_VERIFICATION_HPP

#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/payload.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::sigv4 {

/// What a verifier finds, the first that it comes upon.
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
    policy_violated,   ///< a form does not keep to its own policy
};

/// The verdict's name, as "signature_differs".
constexpr std::string_view name_of(verdict v) noexcept {
    switch (v) {
    case verdict::valid: return "valid";
    case verdict::not_signed: return "not_signed";
    case verdict::malformed: return "malformed";
    case verdict::wrong_scope: return "wrong_scope";
    case verdict::clock_skew: return "clock_skew";
    case verdict::expired: return "expired";
    case verdict::headers_unsigned: return "headers_unsigned";
    case verdict::unknown_key: return "unknown_key";
    case verdict::wrong_token: return "wrong_token";
    case verdict::payload_differs: return "payload_differs";
    case verdict::signature_differs: return "signature_differs";
    case verdict::policy_violated: return "policy_violated";
    }
    return "unknown";
}

/// How large a policy lets a file be, in bytes.
struct file_bounds {
    std::uint64_t least, most;
};

/// A verdict and its reasons, for a log or a person. No secret key is in its texts, nor the
/// signature that was expected. The canonical request, and the string to sign of a form, which is
/// its policy, may hold a session token.
struct verification {
    verdict found = verdict::not_signed;
    std::string detail;            ///< one sentence; empty if valid
    std::string access_key_id;     ///< as claimed; empty where it could not be read
    std::string canonical_request; ///< as the verifier sees the request; empty if not reached
    std::string string_to_sign;    ///< to be laid beside the client's: `compare_strings_to_sign`

    credentials who;                                  ///< whose request it is; empty unless valid
    sigv4::algorithm algorithm = algorithm::v4;       ///< as claimed
    payload_kind payload = payload_kind::unprotected; ///< as claimed

    /// Which a file's size is outside of; only where that violates the policy.
    std::optional<file_bounds> violated_bounds;

    bool valid() const noexcept { return found == verdict::valid; }

    verification() = default;
    verification(verdict v, std::string_view text) : found(v), detail(text) {}
};

} // namespace cairn::sigv4

#endif
