#include "support/catch.hpp"

#include <cairn/testing/certificate.hpp>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

using namespace cairn::testing;

namespace {

std::shared_ptr<X509> read(std::string const& pem) {
    std::unique_ptr<BIO, decltype(&BIO_free)> const memory(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    return {PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), &X509_free};
}

} // namespace

TEST_CASE("a certificate is for the names and addresses that were asked for") {
    auto const made =
        make_self_signed_certificate({"one.test", "*.two.test"}, {"127.0.0.1", "::1"});
    auto const cert = read(made.certificate_pem);
    REQUIRE(cert);
    CHECK(X509_check_host(cert.get(), "one.test", 0, 0, nullptr) == 1);
    CHECK(X509_check_host(cert.get(), "b.two.test", 0, 0, nullptr) == 1);
    CHECK(X509_check_host(cert.get(), "localhost", 0, 0, nullptr) == 0);
    CHECK(X509_check_ip_asc(cert.get(), "127.0.0.1", 0) == 1);
    CHECK(X509_check_ip_asc(cert.get(), "::1", 0) == 1);
    CHECK(X509_check_ip_asc(cert.get(), "127.0.0.2", 0) == 0);
    CHECK(X509_verify(cert.get(), X509_get0_pubkey(cert.get())) == 1);
    CHECK(made.private_key_pem.find("PRIVATE KEY") != std::string::npos);
}

TEST_CASE("two certificates are two") {
    CHECK(make_self_signed_certificate().certificate_pem !=
          make_self_signed_certificate().certificate_pem);
}

TEST_CASE("an unreadable address is refused") {
    CHECK_THROWS_AS(make_self_signed_certificate({}, {"127.0.0"}), std::runtime_error);
}
