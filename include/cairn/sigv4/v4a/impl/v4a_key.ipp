#ifndef CAIRN_SIGV4_V4A_IMPL_V4A_KEY_IPP
#define CAIRN_SIGV4_V4A_IMPL_V4A_KEY_IPP

#include <cairn/sigv4/v4a/v4a_key.hpp>

#include <cairn/core/sha256.hpp>
#include <cairn/core/text.hpp>
#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/credentials_block.hpp>
#include <cairn/sigv4/payload.hpp>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <cstring>
#include <memory>
#include <string>

namespace cairn::sigv4 {

namespace detail {

// Owns what libcrypto made.
template <auto Free>
struct freeing {
    template <class T>
    void operator()(T* thing) const noexcept {
        Free(thing);
    }
};
template <class T, auto Free>
using owned = std::unique_ptr<T, freeing<Free>>;

using bignum = owned<BIGNUM, BN_clear_free>;
using ec_group = owned<EC_GROUP, EC_GROUP_free>;
using ec_point = owned<EC_POINT, EC_POINT_clear_free>;
using digest_context = owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using pkey = owned<EVP_PKEY, EVP_PKEY_free>;

// The private number, in 1 to n - 1: one more than the first output of the key derivation that is
// at most n - 2. Null if there is none.
inline bignum derive_v4a_private(credentials const& who, BIGNUM const* order) {
    std::string secret("AWS4A");
    secret.reserve(5 + who.secret_access_key().size()); // no growth, so no stale copy
    secret += who.secret_access_key();
    hmac_key const key =
        hmac_key::from({reinterpret_cast<unsigned char const*>(secret.data()), secret.size()});
    OPENSSL_cleanse(secret.data(), secret.size());

    bignum const most(BN_dup(order));
    if (!most || !BN_sub_word(most.get(), 2))
        return nullptr;
    std::string input("\0\0\0\1", 4);
    input.append(name_of(algorithm::v4a)).append(1, '\0').append(who.access_key_id());
    std::size_t const counter = input.size();
    input.append("\1\0\0\1\0", 5);
    for (int i = 1; i < 255; ++i) {
        input[counter] = static_cast<char>(i);
        sha256_digest candidate = key.derive(input);
        bignum number(BN_bin2bn(candidate.data(), static_cast<int>(candidate.size()), nullptr));
        OPENSSL_cleanse(candidate.data(), candidate.size());
        if (number && BN_cmp(number.get(), most.get()) <= 0 && BN_add_word(number.get(), 1))
            return number;
    }
    return nullptr;
}

inline EVP_PKEY* make_v4a_pkey(BIGNUM const* number, EC_GROUP const* group) {
    ec_point const point(EC_POINT_new(group));
    std::array<unsigned char, 65> encoded; // 4, x, y
    if (!point || !EC_POINT_mul(group, point.get(), number, nullptr, nullptr, nullptr) ||
        EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                           encoded.size(), nullptr) != encoded.size())
        return nullptr;
    owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> const build(OSSL_PARAM_BLD_new());
    if (!build ||
        !OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                         SN_X9_62_prime256v1, 0) ||
        !OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, number) ||
        !OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(),
                                          encoded.size()))
        return nullptr;
    owned<OSSL_PARAM, OSSL_PARAM_free> const all( // wipes the number
        OSSL_PARAM_BLD_to_param(build.get()));
    owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> const from(
        EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* made = nullptr;
    if (!all || !from || EVP_PKEY_fromdata_init(from.get()) <= 0 ||
        EVP_PKEY_fromdata(from.get(), &made, EVP_PKEY_KEYPAIR, all.get()) <= 0)
        return nullptr;
    return made;
}

inline EVP_PKEY* derive_v4a_pkey(credentials const& who) {
    ec_group const group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    if (!group)
        return nullptr;
    bignum const number(derive_v4a_private(who, EC_GROUP_get0_order(group.get())));
    if (!number)
        return nullptr;
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    BN_set_flags(number.get(), BN_FLG_SECURE);
    return make_v4a_pkey(number.get(), group.get());
}

} // namespace detail

CAIRN_DECL v4a_key v4a_key::derive(credentials const& who) {
    v4a_key key;
    if (who.defect())
        return key;
    auto& slot = who.block_->v4a;
    if (!slot.load(std::memory_order_acquire)) {
        detail::pkey made(detail::derive_v4a_pkey(who));
        if (!made)
            return key;
        EVP_PKEY* expected = nullptr; // another thread may have been first: then its key stays
        if (slot.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel))
            made.release();
    }
    key.who_ = who;
    return key;
}

CAIRN_DECL v4a_key::point v4a_key::public_key() const noexcept {
    point p{};
    std::array<unsigned char, 65> encoded{};
    std::size_t size = 0;
    if (who_.block_ && EVP_PKEY_get_octet_string_param(
                           who_.block_->v4a.load(std::memory_order_acquire),
                           OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size(), &size)) {
        std::memcpy(p.x.data(), encoded.data() + 1, p.x.size());
        std::memcpy(p.y.data(), encoded.data() + 33, p.y.size());
    }
    return p;
}

CAIRN_DECL std::string_view v4a_key::sign(std::string_view text,
                                          signature_digits& out) const noexcept {
    if (!who_.block_)
        return {};
    EVP_PKEY* const key = who_.block_->v4a.load(std::memory_order_acquire);
    detail::digest_context const context(EVP_MD_CTX_new());
    std::array<unsigned char, longest_hex / 2> der;
    std::size_t size = der.size();
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) <= 0 ||
        EVP_DigestSign(context.get(), der.data(), &size, bytes, text.size()) <= 0)
        return {};
    cairn::detail::write_hex_digits({der.data(), size}, out);
    return {out.data(), 2 * size};
}

CAIRN_DECL bool v4a_key::verify(std::string_view text, std::string_view hex) const noexcept {
    if (!who_.block_ || hex.empty() || hex.size() % 2 != 0 || hex.size() > longest_hex)
        return false;
    std::array<unsigned char, longest_hex / 2> der;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        int const byte = cairn::detail::hex_byte(hex.substr(i));
        if (byte < 0)
            return false;
        der[i / 2] = static_cast<unsigned char>(byte);
    }
    EVP_PKEY* const key = who_.block_->v4a.load(std::memory_order_acquire);
    detail::digest_context const context(EVP_MD_CTX_new());
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) > 0 &&
           EVP_DigestVerify(context.get(), der.data(), hex.size() / 2, bytes, text.size()) == 1;
}

} // namespace cairn::sigv4

#endif
