#ifndef CAIRN_S3_DETAIL_IMPL_CONNECTION_IPP
#define CAIRN_S3_DETAIL_IMPL_CONNECTION_IPP

#include <cairn/s3/detail/connection.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace cairn::s3::detail {

CAIRN_DECL std::string connection::verification_failure() {
    long const verdict = tls_ ? SSL_get_verify_result(tls_->native_handle()) : X509_V_OK;
    // Our check of the name refuses without a reason of OpenSSL's own.
    if (verdict == X509_V_ERR_UNSPECIFIED)
        return ": the certificate is not for this host";
    return verdict == X509_V_OK ? std::string{}
                                : std::string(": ") + X509_verify_cert_error_string(verdict);
}

} // namespace cairn::s3::detail

#endif
