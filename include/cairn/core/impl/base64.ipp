#ifndef CAIRN_CORE_IMPL_BASE64_IPP
#define CAIRN_CORE_IMPL_BASE64_IPP

#include <cairn/core/base64.hpp>

#include <openssl/evp.h>

#include <cstddef>

namespace cairn {

namespace detail {

// libcrypto counts in `int`: a long text goes in pieces, each of whole groups of digits.
inline constexpr std::size_t longest_base64_piece = 1 << 28;

inline bool are_base64_digits(std::string_view text) noexcept {
    for (char const c : text)
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '+' || c == '/'))
            return false;
    return true;
}

} // namespace detail

CAIRN_DECL std::string to_base64(std::string_view bytes) {
    constexpr std::size_t longest = detail::longest_base64_piece / 4 * 3;
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // libcrypto ends it with a zero
    auto* out = reinterpret_cast<unsigned char*>(text.data());
    for (std::size_t at = 0; at < bytes.size(); at += longest) {
        std::string_view const piece = bytes.substr(at, longest);
        out += EVP_EncodeBlock(out, reinterpret_cast<unsigned char const*>(piece.data()),
                               static_cast<int>(piece.size()));
    }
    text.pop_back();
    return text;
}

CAIRN_DECL bool from_base64(std::string_view text, std::string& bytes) {
    bytes.clear();
    std::size_t const digits = text.find_last_not_of('=') + 1; // 0 where there is none
    std::size_t const padding = text.size() - digits;
    if (text.size() % 4 != 0 || padding > 2 || !detail::are_base64_digits(text.substr(0, digits)))
        return false;
    bytes.resize(text.size() / 4 * 3);
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    for (std::size_t at = 0; at < text.size(); at += detail::longest_base64_piece) {
        std::string_view const piece = text.substr(at, detail::longest_base64_piece);
        out += EVP_DecodeBlock(out, reinterpret_cast<unsigned char const*>(piece.data()),
                               static_cast<int>(piece.size()));
    }
    bytes.resize(bytes.size() - padding);
    return true;
}

} // namespace cairn

#endif
