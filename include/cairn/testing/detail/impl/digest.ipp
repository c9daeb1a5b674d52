#ifndef CAIRN_TESTING_DETAIL_IMPL_DIGEST_IPP
#define CAIRN_TESTING_DETAIL_IMPL_DIGEST_IPP

#include <cairn/testing/detail/digest.hpp>

#include <openssl/evp.h>

#include <stdexcept>

namespace cairn::testing::detail {

CAIRN_DECL std::string md5(std::string_view data) {
    std::string bytes(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    if (EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                   EVP_md5(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no MD5");
    bytes.resize(size);
    return bytes;
}

CAIRN_DECL std::string to_hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (char const c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

} // namespace cairn::testing::detail

#endif
