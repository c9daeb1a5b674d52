//
// cairn/sigv4/v4a/v4a_key.hpp: the key pair of Signature Version 4A.
//
#ifndef CAIRN_SIGV4_V4A_V4A_KEY_HPP
#define CAIRN_SIGV4_V4A_V4A_KEY_HPP

#include <cairn/core/config.hpp>
#include <cairn/sigv4/credentials.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace cairn::sigv4 {

/// The P-256 key that follows from an access key id and its secret, whatever the region, the
/// service or the day. It is derived once for all copies of the credentials, which keep it, and
/// wiped with them. Copies are cheap.
///
/// Thread safety: any number of threads may use one key, and derive one from the same
/// credentials, at once.
class v4a_key {
public:
    /// A point of the curve, big-endian.
    struct point {
        std::array<unsigned char, 32> x, y;
    };

    /// The longest signature, in hexadecimal digits: they are DER, whose size varies.
    static constexpr std::size_t longest_hex = 144;

    /// Make a key that signs nothing and verifies nothing.
    v4a_key() noexcept = default;

    /// Derive the key, or find it derived already.
    /// @return a key that is false for credentials that cannot sign, and, which is not to be
    ///   expected, where libcrypto fails or no counter below 255 leads to a key.
    /// Cost: the first time an HMAC and one multiplication on the curve, some 100 µs.
    /// Source: NIST SP 800-108 in counter mode, as AWS's own signers use it.
    static CAIRN_DECL v4a_key derive(credentials const& who);

    /// Whether there is a key.
    explicit operator bool() const noexcept { return !who_.empty(); }

    CAIRN_DECL point public_key() const noexcept;

    using signature_digits = std::array<char, longest_hex>;
    /// Sign SHA-256(`text`).
    /// @return the digits, in `out`; empty if libcrypto fails.
    CAIRN_DECL std::string_view sign(std::string_view text, signature_digits& out) const noexcept;

    /// Whether `hex` is a signature of `text` by this key. Both digit cases are taken.
    CAIRN_DECL bool verify(std::string_view text, std::string_view hex) const noexcept;

private:
    credentials who_; // keeps the key alive
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/v4a/impl/v4a_key.ipp>
#endif

#endif
