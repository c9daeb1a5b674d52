//
// cairn/s3/detail/endpoint.hpp: where a request goes, and its target on the wire.
//
#ifndef CAIRN_S3_DETAIL_ENDPOINT_HPP
#define CAIRN_S3_DETAIL_ENDPOINT_HPP

#include <cairn/core/error.hpp>
#include <cairn/s3/config.hpp>
#include <cairn/s3/request.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::s3::detail {

/// What a connection is made to; connections are pooled by it.
struct origin {
    bool tls = true;
    std::string host; ///< a name or an address, without brackets
    std::uint16_t port = 443;

    friend bool operator==(origin const&, origin const&) = default;
    friend auto operator<=>(origin const&, origin const&) = default;
};

/// A request's place: the same text is signed and sent.
struct address {
    detail::origin origin;
    std::string host;  ///< the `Host` header
    std::string path;  ///< percent-encoded once, begins with '/'
    std::string query; ///< percent-encoded, sorted as it was given; without '?'
};

/// Parses `http[s]://host[:port][/]`. Errors: `invalid_argument`, naming what was expected.
CAIRN_DECL result<origin> parse_endpoint(std::string_view text);

/// Whether a bucket's name can stand in a host name (and, over TLS, match a wildcard certificate).
/// Source: Amazon S3 User Guide, "General purpose bucket naming rules".
CAIRN_DECL bool is_virtual_hostable(std::string_view bucket, bool tls) noexcept;

/// Resolves addresses for one client's configuration.
class endpoint_resolver {
public:
    /// Errors: `invalid_argument` for a malformed endpoint.
    CAIRN_DECL static result<endpoint_resolver> make(std::string_view endpoint,
                                                     addressing_style style);

    /// The address of `r` when it is signed for `region`.
    CAIRN_DECL address resolve(request const& r, std::string_view region) const;

    /// Whether requests go to AWS, where the host follows the region.
    bool is_aws() const noexcept { return aws_; }

private:
    endpoint_resolver() = default;

    bool aws_ = false;
    addressing_style style_ = addressing_style::automatic;
    origin custom_;
};

/// Checks what would not survive the way to the wire: an empty or over-long key, a control
/// character in a header or a bucket. Errors: `invalid_argument`, naming the member.
CAIRN_DECL result<void> validate(request const& r);

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/endpoint.ipp>
#endif

#endif
