//
// cairn/testing/certificate.hpp: certificates for tests, made when they are needed.
//
#ifndef CAIRN_TESTING_CERTIFICATE_HPP
#define CAIRN_TESTING_CERTIFICATE_HPP

#include <cairn/core/config.hpp>

#include <string>
#include <vector>

namespace cairn::testing {

/// A certificate and its private key, both PEM.
struct certificate {
    std::string certificate_pem; ///< also what a client trusts: the content of a CA file
    std::string private_key_pem;
};

/// Makes a self-signed certificate (P-256) that is valid from yesterday for a year.
/// @param names DNS names, wildcards too; @param addresses IP addresses in text form.
/// @throws std::runtime_error where OpenSSL cannot make it, as for an unreadable address.
CAIRN_DECL certificate make_self_signed_certificate(std::vector<std::string> const& names,
                                                    std::vector<std::string> const& addresses);

/// The same for `localhost`, `s3.localhost`, `*.s3.localhost` and 127.0.0.1.
CAIRN_DECL certificate make_self_signed_certificate();

} // namespace cairn::testing

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/certificate.ipp>
#endif

#endif
