//
// cairn/sigv4/post_policy.hpp: what a browser may upload with a signed form.
//
#ifndef CAIRN_SIGV4_POST_POLICY_HPP
#define CAIRN_SIGV4_POST_POLICY_HPP

#include <cairn/core/error.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/time.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::sigv4 {

/// Fields of a form, in their order.
using form_fields = std::vector<std::pair<std::string, std::string>>;

/// A signed form: its fields are to be sent in this order, and the file behind them.
struct post_form {
    /// Whoever has these may upload what the policy allows, until it expires.
    form_fields fields;
    std::string policy_json; ///< what was signed, before its base64
};

/// A form that came, and what came with it.
struct post_upload {
    form_fields const& fields;   ///< every field before the file, `${filename}` replaced already
    std::string_view bucket;     ///< that it was sent to; empty where the service has none
    std::uint64_t file_size = 0; ///< in bytes
};

/// The conditions under which an upload is accepted. S3 refuses a form with a field that no
/// condition covers, so give one for each that the form has, and one for the bucket.
///
/// Texts are UTF-8. Field names are matched without regard to case, as S3 does.
/// Source: AWS "POST Policy", Amazon S3 API Reference.
class post_policy {
public:
    /// @param expiration the last moment at which the form is accepted; milliseconds count.
    explicit post_policy(std::chrono::system_clock::time_point expiration)
        : expiration_(expiration) {}

    /// The field has this value; so the signed form has the field. `bucket` is no field, but the
    /// bucket that the form is sent to.
    CAIRN_DECL post_policy& equals(std::string_view field, std::string_view value);
    /// The field begins with this; with an empty prefix it is merely allowed.
    CAIRN_DECL post_policy& starts_with(std::string_view field, std::string_view prefix);
    /// The file has from `least` to `most` bytes.
    CAIRN_DECL post_policy& content_length(std::uint64_t least, std::uint64_t most);

    /// Whether there is a condition on a field.
    CAIRN_DECL bool mentions(std::string_view field) const noexcept;
    /// The fields whose value the policy fixes, `bucket` left out.
    CAIRN_DECL form_fields fields() const;

    /// Append the document, with further conditions of equality behind the policy's own; what a
    /// `signer` does.
    /// Errors: `errc::invalid_argument` for an expiration outside the years 1970 to 2261, a range
    ///   whose ends are the wrong way round, and text that is not UTF-8; then `out` is unchanged.
    CAIRN_DECL result<void> write_json(std::string& out, form_fields const& more = {}) const;

private:
    struct condition {
        enum { equal, prefix, range } kind;
        std::string field, value;          // of equality and of a prefix
        std::uint64_t least = 0, most = 0; // of the file's size
    };

    std::chrono::system_clock::time_point expiration_;
    std::vector<condition> conditions_;
};

namespace detail {

inline constexpr std::string_view policy_field = "policy";
inline constexpr std::string_view post_signature_field = "x-amz-signature";

// Adds the fields that say who signed a form, when, and for what.
CAIRN_DECL void add_authentication_fields(form_fields& fields, credentials const& who,
                                          timestamp const& time, std::string_view scope_suffix);
CAIRN_DECL void add_field(form_fields& fields, std::string_view name, std::string_view value);

} // namespace detail

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/post_policy.ipp>
#endif

#endif
