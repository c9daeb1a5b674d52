//
// cairn/sigv4/verifier.hpp: the server's side: is this request signed by whom it names?
//
#ifndef CAIRN_SIGV4_VERIFIER_HPP
#define CAIRN_SIGV4_VERIFIER_HPP

#include <cairn/error.hpp>
#include <cairn/sigv4/chunk_decoder.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/post_policy.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace cairn::sigv4 {

namespace detail {
struct claim;
}

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

/// In place of a verifier's region: a signature for any region is taken, as some services do.
inline constexpr std::string_view any_region = "*";

/// How large a policy lets a file be, in bytes.
struct file_bounds {
    std::uint64_t least, most;
};

/// The verdict's name, as "signature_differs".
CAIRN_DECL std::string_view name_of(verdict v) noexcept;

/// A verdict and its reasons, for a log or a person. No secret, and no valid signature, is in
/// its texts; the canonical request may hold a session token.
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

/// Refers to who finds credentials: anything that takes an access key id, as a
/// `std::string_view`, and returns its `credentials`, or empty ones if there are none. The
/// reference is used during a call only.
class credentials_lookup {
public:
    template <class F>
    requires(std::is_invocable_r_v<credentials, F const&, std::string_view> &&
             !std::is_same_v<F, credentials_lookup>) credentials_lookup(F const& f)
    noexcept {
        if constexpr (std::is_convertible_v<F const&, function>) {
            target_.plain = f;
            call_ = [](target const& t, std::string_view id) { return t.plain(id); };
        } else {
            target_.object = &f;
            call_ = [](target const& t, std::string_view id) -> credentials {
                return (*static_cast<F const*>(t.object))(id);
            };
        }
    }

    credentials operator()(std::string_view access_key_id) const {
        return call_(target_, access_key_id);
    }

private:
    using function = credentials (*)(std::string_view);
    union target {
        void const* object;
        function plain;
    };

    target target_;
    credentials (*call_)(target const&, std::string_view);
};

/// A form that came, and what came with it.
struct post_upload {
    form_fields const& fields;   ///< every field before the file, `${filename}` replaced already
    std::string_view bucket;     ///< that it was sent to
    std::uint64_t file_size = 0; ///< in bytes
};

/// Verifies requests to one service in one region, signed with V4 or V4A in the header or in the
/// query, or with V4 in a form.
///
/// Thread safety: any number of threads may call at once if their look-ups may.
class verifier {
public:
    /// @param region where the service is, or `any_region`.
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
    /// Signatures and tokens are compared in constant time. Cost: five HMACs, one hash and a
    /// few allocations; with V4A one verification by ECDSA instead of the HMACs.
    /// A path is compared as it came: a service that decodes it and encodes it again, as S3 does,
    /// accepts the same for paths that `percent_encoded` wrote.
    CAIRN_DECL verification verify(request_view const& request, credentials_lookup find,
                                   std::chrono::system_clock::time_point now) const;

    /// Read the body of a request that was found valid and whose payload is in chunks.
    /// Errors: `errc::invalid_argument` for any other request, and for an
    ///   `x-amz-decoded-content-length` that is missing or no number.
    CAIRN_DECL result<chunk_decoder> chunks(request_view const& request,
                                            verification const& valid) const;

    /// Look at a form: its signature, whether it has expired, and whether every field, the bucket
    /// and the file's size keep to its policy. The `string_to_sign` is the policy in base64.
    CAIRN_DECL verification verify_post(post_upload const& upload, credentials_lookup find,
                                        std::chrono::system_clock::time_point now) const;

private:
    CAIRN_DECL verification check(request_view const& request, detail::claim const& claim,
                                  credentials_lookup find,
                                  std::chrono::system_clock::time_point now) const;
    CAIRN_DECL verification check_scope(detail::claim const& claim) const;
    CAIRN_DECL verification check_time(detail::claim const& claim,
                                       std::chrono::system_clock::time_point now) const;
    CAIRN_DECL verification compare(request_view const& request, detail::claim const& claim,
                                    credentials const& who) const;
    CAIRN_DECL bool matches(detail::claim const& claim, credentials const& who,
                            std::string_view string_to_sign) const;

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
