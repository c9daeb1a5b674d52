#ifndef CAIRN_CORE_IMPL_SHA256_IPP
#define CAIRN_CORE_IMPL_SHA256_IPP

#include <cairn/core/sha256.hpp>

#include <cairn/core/text.hpp>

#include <openssl/crypto.h>

#include <cstdint>
#include <cstring>

// libcrypto's plain SHA-256 calls, though OpenSSL 3 calls them deprecated: its EVP interface
// allocates for every hash and cannot keep the state behind a key's padding. Measured for the
// signature of a small PUT: 450 ns of hashing this way, 655 ns and three allocations that way.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif

namespace cairn {

namespace detail {

inline constexpr std::size_t sha256_block = 64;

// What a hash begins with (FIPS 180-4, 5.3.3).
inline constexpr std::array<SHA_LONG, 8> initial_state = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

inline void store_big_endian(unsigned char* out, std::uint32_t value) noexcept {
    out[0] = static_cast<unsigned char>(value >> 24);
    out[1] = static_cast<unsigned char>(value >> 16);
    out[2] = static_cast<unsigned char>(value >> 8);
    out[3] = static_cast<unsigned char>(value);
}

// What hashing leaves on the stack: to be wiped by those to whom it is secret.
struct sha256_workspace {
    SHA256_CTX state;
    unsigned char tail[2 * sha256_block];
};

// Hash `size` bytes that follow `before` bytes, whole blocks, which led to the state `from`. The
// padding is written here and not by SHA256_Final, which took longer than a block.
inline void finish_after(std::array<SHA_LONG, 8> const& from, std::size_t before, void const* data,
                         std::size_t size, unsigned char* digest, sha256_workspace& w) noexcept {
    std::memcpy(w.state.h, from.data(), sizeof from);
    w.state.Nl = w.state.Nh = 0;
    w.state.num = 0;
    w.state.md_len = SHA256_DIGEST_LENGTH;
    std::size_t const rest = size % sha256_block, whole = size - rest;
    if (whole != 0)
        SHA256_Update(&w.state, data, whole);
    std::size_t const end = rest < sha256_block - 8 ? sha256_block : 2 * sha256_block;
    std::memset(w.tail, 0, sizeof w.tail); // all of it: faster than what is needed
    if (rest != 0)
        std::memcpy(w.tail, static_cast<unsigned char const*>(data) + whole, rest);
    w.tail[rest] = 0x80;
    std::uint64_t const bits = std::uint64_t(8) * (before + size);
    store_big_endian(w.tail + end - 8, static_cast<std::uint32_t>(bits >> 32));
    store_big_endian(w.tail + end - 4, static_cast<std::uint32_t>(bits));
    SHA256_Transform(&w.state, w.tail);
    if (end != sha256_block)
        SHA256_Transform(&w.state, w.tail + sha256_block);
    for (std::size_t i = 0; i < from.size(); ++i)
        store_big_endian(digest + 4 * i, w.state.h[i]);
}

inline std::array<SHA_LONG, 8> state_after(unsigned char const* block) noexcept {
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Transform(&state, block);
    std::array<SHA_LONG, 8> words;
    std::memcpy(words.data(), state.h, sizeof words);
    OPENSSL_cleanse(&state, sizeof state);
    return words;
}

inline void sign_with(hmac_key const& key, std::string_view data, sha256_digest& mac,
                      sha256_workspace& w) noexcept {
    finish_after(key.inner, sha256_block, data.data(), data.size(), mac.data(), w);
    finish_after(key.outer, sha256_block, mac.data(), mac.size(), mac.data(), w);
}

} // namespace detail

CAIRN_DECL void sha256::reset() noexcept {
    SHA256_Init(&state_);
}

CAIRN_DECL void sha256::update(void const* data, std::size_t size) noexcept {
    SHA256_Update(&state_, data, size);
}

CAIRN_DECL sha256_digest sha256::finish() noexcept {
    sha256_digest digest;
    SHA256_Final(digest.data(), &state_);
    reset();
    return digest;
}

CAIRN_DECL sha256_digest sha256_of(std::string_view data) noexcept {
    sha256_digest digest;
    detail::sha256_workspace w;
    detail::finish_after(detail::initial_state, 0, data.data(), data.size(), digest.data(), w);
    return digest;
}

CAIRN_DECL hmac_key hmac_key::from(std::span<unsigned char const> key) noexcept {
    unsigned char pad[detail::sha256_block] = {};
    if (key.size() > sizeof pad) {
        sha256 hasher;
        hasher.update(key.data(), key.size());
        sha256_digest digest = hasher.finish();
        std::memcpy(pad, digest.data(), digest.size());
        OPENSSL_cleanse(digest.data(), digest.size());
    } else if (!key.empty()) {
        std::memcpy(pad, key.data(), key.size());
    }
    hmac_key ready;
    for (auto& byte : pad)
        byte ^= 0x36;
    ready.inner = detail::state_after(pad);
    for (auto& byte : pad)
        byte ^= 0x36 ^ 0x5c;
    ready.outer = detail::state_after(pad);
    OPENSSL_cleanse(pad, sizeof pad);
    return ready;
}

CAIRN_DECL sha256_digest hmac_key::sign(std::string_view data) const noexcept {
    sha256_digest mac;
    detail::sha256_workspace w;
    detail::sign_with(*this, data, mac, w);
    return mac;
}

CAIRN_DECL sha256_digest hmac_key::derive(std::string_view data) const noexcept {
    sha256_digest mac;
    detail::sha256_workspace w;
    detail::sign_with(*this, data, mac, w);
    OPENSSL_cleanse(&w, sizeof w);
    return mac;
}

CAIRN_DECL void hmac_key::wipe() noexcept {
    inner.fill(0);
    outer.fill(0);
#if defined(__GNUC__)
    __asm__ volatile("" : : "r"(this) : "memory"); // the zeros are read: they must be written
#else
    OPENSSL_cleanse(this, sizeof *this);
#endif
}

CAIRN_DECL sha256_digest hmac_sha256(std::span<unsigned char const> key,
                                     std::string_view data) noexcept {
    return hmac_key::from(key).derive(data);
}

CAIRN_DECL std::string sha256_hex(std::string_view data) {
    return to_hex(sha256_of(data));
}

CAIRN_DECL hex_digits::hex_digits(sha256_digest const& digest) noexcept {
    detail::write_hex_digits(digest, text_);
}

CAIRN_DECL std::string to_hex(sha256_digest const& digest) {
    return std::string(hex_digits(digest));
}

} // namespace cairn

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#endif
