//
// cairn/sigv4/sha256.hpp: SHA-256 and HMAC-SHA-256 on libcrypto, without a fetch per hash.
//
#ifndef CAIRN_SIGV4_SHA256_HPP
#define CAIRN_SIGV4_SHA256_HPP

#include <cairn/detail/config.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st; // libcrypto's EVP_MD_CTX

namespace cairn::sigv4 {

/// The 32 bytes of a SHA-256 or HMAC-SHA-256.
using sha256_digest = std::array<unsigned char, 32>;

/// The SHA-256 of no bytes in hexadecimal digits: the payload hash of a request without a body.
inline constexpr std::string_view empty_payload_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Hashes bytes as they stream by. Its context is made once and reused by every later hash.
///
/// Movable; a moved-from object can only be destroyed or assigned to. One thread at a time.
/// Cost: one allocation when made, none afterwards.
class sha256 {
public:
    /// Make a context ready for `update`.
    /// @throws std::runtime_error where libcrypto cannot give SHA-256 (out of memory, or a
    ///   provider configuration without it).
    CAIRN_DECL sha256();
    CAIRN_DECL sha256(sha256&& other) noexcept;
    CAIRN_DECL sha256& operator=(sha256&& other) noexcept;
    CAIRN_DECL ~sha256();

    /// Forget what was hashed, and begin anew.
    CAIRN_DECL void reset();
    CAIRN_DECL void update(void const* data, std::size_t size);
    void update(std::string_view text) { update(text.data(), text.size()); }
    void update(std::span<std::byte const> bytes) { update(bytes.data(), bytes.size()); }

    /// Give the hash of everything since the last beginning, and begin anew.
    CAIRN_DECL sha256_digest finish();

private:
    evp_md_ctx_st* context_ = nullptr;
};

/// Hash one piece of memory. Cost: no allocation after the first call of a thread.
CAIRN_DECL sha256_digest sha256_of(std::string_view data);

/// Hash one piece of memory into 64 lower-case hexadecimal digits, the form of a payload hash.
CAIRN_DECL std::string sha256_hex(std::string_view data);

/// Compute an HMAC-SHA-256 (RFC 2104). Keys of any length. The padded key is wiped.
CAIRN_DECL sha256_digest hmac_sha256(std::span<unsigned char const> key, std::string_view data);

/// Write 64 lower-case hexadecimal digits to `out`; returns the end of what was written.
CAIRN_DECL char* write_hex(sha256_digest const& digest, char* out) noexcept;

/// Give the digest as 64 lower-case hexadecimal digits.
CAIRN_DECL std::string to_hex(sha256_digest const& digest);

namespace detail {

/// The calling thread's own hasher, always at a beginning.
CAIRN_DECL sha256& thread_sha256();

} // namespace detail
} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/sha256.ipp>
#endif

#endif
