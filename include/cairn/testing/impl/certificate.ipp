#ifndef CAIRN_TESTING_IMPL_CERTIFICATE_IPP
#define CAIRN_TESTING_IMPL_CERTIFICATE_IPP

#include <cairn/testing/certificate.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace cairn::testing {
namespace detail {

inline void require(bool made) {
    if (!made)
        throw std::runtime_error("OpenSSL could not make the test certificate");
}

inline void add_extension(X509* cert, int nid, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, cert, cert, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> const extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), &X509_EXTENSION_free);
    require(extension && X509_add_ext(cert, extension.get(), -1) == 1);
}

inline void set_identity(X509* cert, EVP_PKEY* key) {
    std::uint64_t serial = 0; // distinct, so that clients do not confuse two test servers
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
    require(X509_set_version(cert, 2) == 1);
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1) == 1);
    constexpr long day = 24 * 60 * 60;
    require(X509_gmtime_adj(X509_getm_notBefore(cert), -day) != nullptr);
    require(X509_gmtime_adj(X509_getm_notAfter(cert), 365 * day) != nullptr);
    require(X509_set_pubkey(cert, key) == 1);
    X509_NAME* const name = X509_get_subject_name(cert);
    auto const* const text = reinterpret_cast<unsigned char const*>("cairn loopback test server");
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1);
    require(X509_set_issuer_name(cert, name) == 1);
}

template <class Write>
std::string to_pem(Write write) {
    std::unique_ptr<BIO, decltype(&BIO_free)> const memory(BIO_new(BIO_s_mem()), &BIO_free);
    require(memory != nullptr && write(memory.get()) == 1);
    BUF_MEM* bytes = nullptr;
    BIO_get_mem_ptr(memory.get(), &bytes);
    return std::string(bytes->data, bytes->length);
}

} // namespace detail

CAIRN_DECL certificate make_self_signed_certificate(std::vector<std::string> const& names,
                                                    std::vector<std::string> const& addresses) {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(EVP_EC_gen("P-256"),
                                                                  &EVP_PKEY_free);
    std::unique_ptr<X509, decltype(&X509_free)> const cert(X509_new(), &X509_free);
    detail::require(key && cert);
    detail::set_identity(cert.get(), key.get());
    std::string subjects;
    for (auto const& name : names)
        subjects += (subjects.empty() ? "DNS:" : ",DNS:") + name;
    for (auto const& address : addresses)
        subjects += (subjects.empty() ? "IP:" : ",IP:") + address;
    detail::add_extension(cert.get(), NID_basic_constraints, "critical,CA:TRUE");
    detail::add_extension(cert.get(), NID_subject_key_identifier, "hash");
    if (!subjects.empty())
        detail::add_extension(cert.get(), NID_subject_alt_name, subjects);
    detail::require(X509_sign(cert.get(), key.get(), EVP_sha256()) > 0);
    return {detail::to_pem([&](BIO* to) { return PEM_write_bio_X509(to, cert.get()); }),
            detail::to_pem([&](BIO* to) {
                return PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr,
                                                nullptr);
            })};
}

CAIRN_DECL certificate make_self_signed_certificate() {
    return make_self_signed_certificate({"localhost", "s3.localhost", "*.s3.localhost"},
                                        {"127.0.0.1"});
}

} // namespace cairn::testing

#endif
