//
// cairn/sigv4/signer.hpp: signs requests with AWS Signature Version 4.
//
#ifndef CAIRN_SIGV4_SIGNER_HPP
#define CAIRN_SIGV4_SIGNER_HPP

#include <cairn/error.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/detail/key_cache.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>
#include <cairn/sigv4/signature.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace cairn::sigv4 {

class timestamp;

namespace detail {
class header_list;
}

/// Signs requests to one service in one region. Keeps the keys that it derives, per credentials
/// and day, and wipes them when it is destroyed.
///
/// Thread safety: one signer serves any number of threads at once without a lock.
/// A copy begins without keys.
class signer {
public:
    /// Make a signer. `service` as in the credential scope: "s3", "dynamodb". A region or
    /// service that cannot stand in a credential scope is refused by `sign`.
    signer(std::string_view region, std::string_view service, preset p)
        : signer(region, service, expert_rules::of(p)) {}
    CAIRN_DECL signer(std::string_view region, std::string_view service, expert_rules rules);

    /// Compute the headers that authenticate `request` at the moment `now`.
    ///
    /// @param who copied nowhere; what it derives is kept, under its id.
    /// @param now the client's idea of the service's time: corrected by the caller, if it knows
    ///   that clocks differ.
    /// @param out receives the result; reuse one object for many requests.
    /// Errors: `errc::invalid_argument`, whose message names the part of the input that cannot
    ///   be signed, and never a secret or a header's value.
    /// Cost: two hashes; five HMACs more on a day's first request. No allocation where the
    ///   request is of usual size or `out` has held one as large before.
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

    std::string_view region() const noexcept { return region_; }
    std::string_view service() const noexcept { return service_; }
    expert_rules const& rules() const noexcept { return rules_; }

private:
    // The most bytes that a request can take: the texts, and the scratch behind them.
    struct room {
        std::size_t text, scratch;
    };

    CAIRN_DECL char const* defect(credentials const& who) const noexcept;
    CAIRN_DECL room measure(credentials const& who, request_view const& request) const noexcept;
    CAIRN_DECL room measure_presigned(credentials const& who,
                                      request_view const& request) const noexcept;
    CAIRN_DECL char const* write_signed(credentials const& who, request_view const& request,
                                        timestamp const& time, char* scratch, signature& out,
                                        char*& end) const;
    CAIRN_DECL char const* write_presigned(credentials const& who, request_view const& request,
                                           timestamp const& time, int expires, char* scratch,
                                           signature& out, char*& end) const;
    CAIRN_DECL char* write_presigned_query(credentials const& who, request_view const& request,
                                           timestamp const& time, int expires,
                                           detail::header_list const& headers, char* end) const;
    CAIRN_DECL void write_signature(credentials const& who, timestamp const& time, signature& out,
                                    char*& end) const;
    CAIRN_DECL void write_authorization(credentials const& who, signature& out, char*& end) const;
    CAIRN_DECL hmac_key key_for(credentials const& who, timestamp const& time) const;

    std::string region_;
    std::string service_;
    std::string scope_suffix_; // "/us-east-1/s3/aws4_request"
    expert_rules rules_;
    bool valid_scope_;
    mutable detail::key_cache keys_;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/presign.ipp>
#include <cairn/sigv4/impl/signer.ipp>
#endif

#endif
