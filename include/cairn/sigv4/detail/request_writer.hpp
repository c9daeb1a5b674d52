//
// cairn/sigv4/detail/request_writer.hpp: all of a signed request but the signature itself.
//
#ifndef CAIRN_SIGV4_DETAIL_REQUEST_WRITER_HPP
#define CAIRN_SIGV4_DETAIL_REQUEST_WRITER_HPP

#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/detail/canonical.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>
#include <cairn/sigv4/signature.hpp>
#include <cairn/sigv4/time.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::sigv4::detail {

inline constexpr problem time_problem = "the signing time lies outside the years 1970 to 2261";
inline constexpr problem seed_problem =
    "the seed is not this signer's signature of a request with a body in chunks";

// The two signers differ in the algorithm's name, in the scope, in the region set that V4A states
// in the request, and in how the signature is computed: the last they do between begin and end.
class request_writer {
public:
    // `region` is a region, or for V4A a comma-separated set of them.
    CAIRN_DECL request_writer(sigv4::algorithm a, std::string_view region, std::string_view service,
                              expert_rules rules);

    // What keeps these credentials, and this scope, from signing; null if nothing.
    CAIRN_DECL problem defect(credentials const& who) const noexcept;

    // Empty `out`, then write it up to the string to sign. After a problem it is empty.
    CAIRN_DECL problem begin_headers(credentials const& who, request_view const& request,
                                     std::optional<timestamp> const& time, signature& out) const;
    CAIRN_DECL problem begin_query(credentials const& who, request_view const& request,
                                   std::optional<timestamp> const& time,
                                   std::chrono::seconds expires, signature& out) const;

    // Whether chunks may follow a signature: it is one of ours, by `who`, with such a payload.
    CAIRN_DECL bool is_seed(credentials const& who, signature const& out) const noexcept;

    // Write the rest, by the signature's hexadecimal digits; none empty `out`.
    CAIRN_DECL void end_headers(credentials const& who, std::string_view hex, signature& out) const;
    CAIRN_DECL void end_query(credentials const& who, std::string_view hex, signature& out) const;

    std::string_view region() const noexcept { return region_; }
    std::string_view service() const noexcept { return service_; }
    expert_rules const& rules() const noexcept { return rules_; }
    sigv4::algorithm algorithm() const noexcept { return algorithm_; }
    // What follows the date in a scope, as "/us-east-1/s3/aws4_request".
    std::string_view scope_suffix() const noexcept { return scope_suffix_; }

private:
    CAIRN_DECL problem write_signed(credentials const& who, request_view const& request,
                                    timestamp const& time, signature& out) const;
    CAIRN_DECL problem write_presigned(credentials const& who, request_view const& request,
                                       timestamp const& time, int expires, signature& out) const;
    CAIRN_DECL void write_query(credentials const& who, request_view const& request,
                                timestamp const& time, int expires, header_list const& headers,
                                text_buffer& out) const;
    CAIRN_DECL void write_token(credentials const& who, text_buffer& out) const;
    CAIRN_DECL void write_string_to_sign(timestamp const& time, signature& out) const;

    bool is_v4a() const noexcept { return algorithm_ == sigv4::algorithm::v4a; }

    sigv4::algorithm algorithm_;
    std::string region_;
    std::string service_;
    std::string scope_suffix_;
    expert_rules rules_;
    bool valid_scope_;
};

} // namespace cairn::sigv4::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/detail/impl/request_writer.ipp>
#endif

#endif
