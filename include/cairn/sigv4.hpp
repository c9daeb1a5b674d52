//
// cairn/sigv4.hpp: AWS Signature Version 4, usable without the rest of cairn.
//
// Needs libcrypto (OpenSSL 3) and Boost's headers.
//
#ifndef CAIRN_SIGV4_HPP
#define CAIRN_SIGV4_HPP

#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>
#include <cairn/sigv4/sha256.hpp>
#include <cairn/sigv4/signature.hpp>
#include <cairn/sigv4/signer.hpp>
#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/uri.hpp>
#include <cairn/sigv4/verifier.hpp>

#endif
