#ifndef CAIRN_SIGV4_IMPL_SHA256_IPP
#define CAIRN_SIGV4_IMPL_SHA256_IPP

#include <cairn/sigv4/sha256.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace cairn::sigv4 {

namespace detail {

inline void require_libcrypto(bool done) {
    if (!done)
        throw std::runtime_error("libcrypto cannot compute SHA-256");
}

// Fetched once in a process and kept: a fetch per hash costs more than the hash of a request.
inline EVP_MD const* sha256_algorithm() {
    static EVP_MD const* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return algorithm;
}

CAIRN_DECL sha256& thread_sha256() {
    thread_local sha256 hasher;
    return hasher;
}

} // namespace detail

CAIRN_DECL sha256::sha256() : context_(EVP_MD_CTX_new()) {
    bool const ready = context_ != nullptr && detail::sha256_algorithm() != nullptr &&
                       EVP_DigestInit_ex2(context_, detail::sha256_algorithm(), nullptr) == 1;
    if (!ready)
        EVP_MD_CTX_free(std::exchange(context_, nullptr));
    detail::require_libcrypto(ready);
}

CAIRN_DECL sha256::sha256(sha256&& other) noexcept
    : context_(std::exchange(other.context_, nullptr)) {}

CAIRN_DECL sha256& sha256::operator=(sha256&& other) noexcept {
    std::swap(context_, other.context_);
    return *this;
}

CAIRN_DECL sha256::~sha256() {
    EVP_MD_CTX_free(context_);
}

CAIRN_DECL void sha256::reset() {
    detail::require_libcrypto(EVP_DigestInit_ex2(context_, nullptr, nullptr) == 1);
}

CAIRN_DECL void sha256::update(void const* data, std::size_t size) {
    detail::require_libcrypto(EVP_DigestUpdate(context_, data, size) == 1);
}

CAIRN_DECL sha256_digest sha256::finish() {
    sha256_digest digest;
    detail::require_libcrypto(EVP_DigestFinal_ex(context_, digest.data(), nullptr) == 1);
    reset(); // also wipes libcrypto's state, which after an HMAC is the result itself
    return digest;
}

CAIRN_DECL sha256_digest sha256_of(std::string_view data) {
    sha256& hasher = detail::thread_sha256();
    hasher.update(data);
    return hasher.finish();
}

CAIRN_DECL std::string sha256_hex(std::string_view data) {
    return to_hex(sha256_of(data));
}

CAIRN_DECL sha256_digest hmac_sha256(std::span<unsigned char const> key, std::string_view data) {
    sha256& hasher = detail::thread_sha256();
    unsigned char pad[64] = {};
    if (key.size() > sizeof pad) {
        hasher.update(key.data(), key.size());
        sha256_digest short_key = hasher.finish();
        std::memcpy(pad, short_key.data(), short_key.size());
        OPENSSL_cleanse(short_key.data(), short_key.size());
    } else if (!key.empty()) {
        std::memcpy(pad, key.data(), key.size());
    }

    for (auto& byte : pad)
        byte ^= 0x36;
    hasher.update(pad, sizeof pad);
    hasher.update(data);
    sha256_digest const inner = hasher.finish();

    for (auto& byte : pad)
        byte ^= 0x36 ^ 0x5c;
    hasher.update(pad, sizeof pad);
    hasher.update(inner.data(), inner.size());
    OPENSSL_cleanse(pad, sizeof pad);
    return hasher.finish();
}

CAIRN_DECL char* write_hex(sha256_digest const& digest, char* out) noexcept {
    constexpr char digits[] = "0123456789abcdef";
    for (unsigned char const byte : digest) {
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
    }
    return out;
}

CAIRN_DECL std::string to_hex(sha256_digest const& digest) {
    std::string text(2 * digest.size(), '\0');
    write_hex(digest, text.data());
    return text;
}

} // namespace cairn::sigv4

#endif
