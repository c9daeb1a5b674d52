//
// cairn/sigv4/verify/verifier.hpp: the server's side: is this request signed by whom it names?
//
#ifndef CAIRN_SIGV4_VERIFY_VERIFIER_HPP
#define CAIRN_SIGV4_VERIFY_VERIFIER_HPP

#include <cairn/core/error.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/post_policy.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>
#include <cairn/sigv4/verify/chunk_decoder.hpp>
#include <cairn/sigv4/verify/verification.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>

namespace cairn::sigv4 {

namespace detail {
struct claim;
}

/// In place of a verifier's region: a signature for any region is taken, as some services do.
inline constexpr std::string_view any_region = "*";

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
    /// The moment of signing is the one in `x-amz-date`; a `Date` header is not looked at.
    /// A path is compared as it came: a service that decodes it and encodes it again, as S3 does,
    /// accepts the same for paths that `percent_encoded` wrote.
    CAIRN_DECL verification verify(request_view const& request, credentials_lookup find,
                                   std::chrono::system_clock::time_point now) const;

    /// Read the body of a request that was found valid and whose payload is in chunks; the trailers
    /// that its `x-amz-trailer` announced have to be there.
    /// @return a decoder whose `read` gives `errc::invalid_argument` for any other request, and
    ///   for an `x-amz-decoded-content-length` that is missing or no number.
    CAIRN_DECL chunk_decoder chunks(request_view const& request, verification const& valid) const;

    /// Look at a form: its signature, whether it has expired, and whether every field, the bucket
    /// and the file's size keep to its policy, which has to cover the bucket and each field. The
    /// `string_to_sign` is the policy in base64. How long ago it was signed does not matter: the
    /// policy says how long it lasts. Which fields there have to be, as `key`, is the
    /// service's to say.
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
#include <cairn/sigv4/verify/impl/verifier.ipp>
#endif

#endif
