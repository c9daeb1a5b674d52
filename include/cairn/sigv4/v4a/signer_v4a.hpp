//
// cairn/sigv4/v4a/signer_v4a.hpp: signs requests with AWS Signature Version 4A, for several
// regions.
//
#ifndef CAIRN_SIGV4_V4A_SIGNER_V4A_HPP
#define CAIRN_SIGV4_V4A_SIGNER_V4A_HPP

#include <cairn/core/error.hpp>
#include <cairn/sigv4/chunk_chain.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/detail/request_writer.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>
#include <cairn/sigv4/signature.hpp>

#include <chrono>
#include <string_view>

namespace cairn::sigv4 {

/// Signs requests to one service in a set of regions, as multi-region access points demand.
/// The signatures are ECDSA's: two of the same request differ, and both are valid.
///
/// Thread safety: one signer serves any number of threads at once without a lock.
class signer_v4a {
public:
    /// Make a signer. `region_set` is a region or several, separated by commas, in which `*`
    /// stands for any characters: "us-east-1,eu-*", "*".
    signer_v4a(std::string_view region_set, std::string_view service, preset p)
        : signer_v4a(region_set, service, expert_rules::of(p)) {}
    signer_v4a(std::string_view region_set, std::string_view service, expert_rules rules)
        : writer_(algorithm::v4a, region_set, service, rules) {}

    /// As `signer::sign`, `signer::presign` and `signer::chunks`. What differs is the cost: an
    /// ECDSA signature each, in which libcrypto allocates, and before the first with the same
    /// credentials the derivation of their key.
    CAIRN_DECL result<void> sign(credentials const& who, request_view const& request,
                                 std::chrono::system_clock::time_point now, signature& out) const;
    CAIRN_DECL result<void> presign(credentials const& who, request_view const& request,
                                    std::chrono::system_clock::time_point now,
                                    std::chrono::seconds expires, signature& out) const;
    CAIRN_DECL result<chunk_chain> chunks(credentials const& who, signature const& seed) const;

    std::string_view region_set() const noexcept { return writer_.region(); }
    std::string_view service() const noexcept { return writer_.service(); }
    expert_rules const& rules() const noexcept { return writer_.rules(); }

private:
    detail::request_writer writer_;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/v4a/impl/signer_v4a.ipp>
#endif

#endif
