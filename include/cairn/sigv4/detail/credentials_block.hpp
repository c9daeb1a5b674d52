//
// cairn/sigv4/detail/credentials_block.hpp: the memory that copies of credentials share.
//
#ifndef CAIRN_SIGV4_DETAIL_CREDENTIALS_BLOCK_HPP
#define CAIRN_SIGV4_DETAIL_CREDENTIALS_BLOCK_HPP

#include <cairn/sigv4/token_kind.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cairn::sigv4::detail {

inline std::uint64_t next_credentials_id() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

inline bool is_visible_ascii(std::string_view text) noexcept {
    for (char const c : text)
        if (c <= 0x20 || c >= 0x7f)
            return false;
    return true;
}

// One array for all three texts, of the exact size: no growth, so no stale copy of a secret.
struct credentials_block {
    credentials_block(std::string_view key_id, std::string_view key, std::string_view token,
                      token_kind token_from)
        : size(key_id.size() + key.size() + token.size()), bytes(new char[size]),
          id(next_credentials_id()), kind(token_from) {
        char* end = bytes;
        auto const keep = [&end](std::string_view text) {
            char const* const begin = end;
            end += text.copy(end, text.size());
            return std::string_view(begin, text.size());
        };
        access_key_id = keep(key_id);
        secret_access_key = keep(key);
        session_token = keep(token);
        defect = find_defect();
    }
    credentials_block(credentials_block const&) = delete;
    credentials_block& operator=(credentials_block const&) = delete;
    ~credentials_block() {
        OPENSSL_cleanse(bytes, size);
        delete[] bytes;
        EVP_PKEY_free(v4a.load(std::memory_order_acquire)); // which wipes its private part
    }

    char const* find_defect() const noexcept {
        if (access_key_id.empty())
            return "the access key id is empty";
        if (secret_access_key.empty())
            return "the secret access key is empty";
        if (!is_visible_ascii(access_key_id) ||
            access_key_id.find_first_of("/,") != std::string_view::npos)
            return "the access key id holds a space, a comma, a slash or an unprintable character";
        if (!is_visible_ascii(session_token))
            return "the session token holds a space or an unprintable character";
        return nullptr;
    }

    std::size_t size;
    char* bytes;
    std::string_view access_key_id, secret_access_key, session_token;
    std::uint64_t id;
    token_kind kind;
    char const* defect = nullptr;
    mutable std::atomic<EVP_PKEY*> v4a{nullptr}; // derived when it is first asked for
    mutable std::atomic<std::size_t> owners{0};
};

} // namespace cairn::sigv4::detail

#endif
