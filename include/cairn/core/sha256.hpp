//
// cairn/core/sha256.hpp: SHA-256 and HMAC-SHA-256 on libcrypto, as values that allocate nothing.
//
#ifndef CAIRN_CORE_SHA256_HPP
#define CAIRN_CORE_SHA256_HPP

#include <cairn/core/config.hpp>

#if defined(OPENSSL_NO_DEPRECATED)
#error "cairn calls SHA256_Update and its kin: compile without OPENSSL_NO_DEPRECATED"
#include <cairn_needs_deprecated_openssl> // does not exist: nothing behind it is compiled
#endif

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cairn {

/// The 32 bytes of a SHA-256 or HMAC-SHA-256.
using sha256_digest = std::array<unsigned char, 32>;

/// Hashes bytes as they stream by. A value: copying it forks the hash. Nothing allocates and
/// nothing throws. One thread at a time.
class sha256 {
public:
    sha256() noexcept { reset(); }

    /// Forget what was hashed, and begin anew.
    CAIRN_DECL void reset() noexcept;
    CAIRN_DECL void update(void const* data, std::size_t size) noexcept;
    void update(std::string_view text) noexcept { update(text.data(), text.size()); }
    void update(std::span<std::byte const> bytes) noexcept { update(bytes.data(), bytes.size()); }

    /// Give the hash of everything since the last beginning, and begin anew.
    CAIRN_DECL sha256_digest finish() noexcept;

private:
    SHA256_CTX state_;
};

/// Hash one piece of memory.
CAIRN_DECL sha256_digest sha256_of(std::string_view data) noexcept;

/// Hash one piece of memory into 64 lower-case hexadecimal digits.
CAIRN_DECL std::string sha256_hex(std::string_view data);

/// A key of HMAC-SHA-256 (RFC 2104) with its two padded blocks hashed in advance, which halves
/// the time of a short message. Holds what is as secret as the key, and wipes it in the end.
struct hmac_key {
    /// What the hash's state is after the inner and after the outer block.
    std::array<SHA_LONG, 8> inner, outer;

    hmac_key() = default;
    hmac_key(hmac_key const&) = default;
    hmac_key& operator=(hmac_key const&) = default;
    ~hmac_key() { wipe(); }

    /// Prepare a key of any length.
    static CAIRN_DECL hmac_key from(std::span<unsigned char const> key) noexcept;
    CAIRN_DECL sha256_digest sign(std::string_view data) const noexcept;
    /// The same where the result is a secret too: what led to it is wiped.
    CAIRN_DECL sha256_digest derive(std::string_view data) const noexcept;
    CAIRN_DECL void wipe() noexcept;
};

/// Compute one HMAC-SHA-256. What was derived from the key is wiped, save the result.
CAIRN_DECL sha256_digest hmac_sha256(std::span<unsigned char const> key,
                                     std::string_view data) noexcept;

/// A digest's 64 lower-case hexadecimal digits.
class hex_digits {
public:
    CAIRN_DECL explicit hex_digits(sha256_digest const& digest) noexcept;

    operator std::string_view() const noexcept { return {text_.data(), text_.size()}; }

private:
    std::array<char, 64> text_;
};

/// The same as a string.
CAIRN_DECL std::string to_hex(sha256_digest const& digest);

} // namespace cairn

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/core/impl/sha256.ipp>
#endif

#endif
