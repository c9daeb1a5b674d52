//
// cairn/sigv4.hpp: AWS Signature Version 4, usable without the rest of cairn.
//
// Needs libcrypto (OpenSSL 3) and Boost's headers. For requests of Boost.Beast include
// <cairn/sigv4/beast/sign.hpp> besides.
//
#ifndef CAIRN_SIGV4_HPP
#define CAIRN_SIGV4_HPP

#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/chunk_chain.hpp>
#include <cairn/sigv4/chunk_encoder.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/post_policy.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/rules.hpp>
#include <cairn/sigv4/signature.hpp>
#include <cairn/sigv4/signer.hpp>
#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/token_kind.hpp>
#include <cairn/sigv4/uri.hpp>
#include <cairn/sigv4/v4a/signer_v4a.hpp>
#include <cairn/sigv4/v4a/v4a_key.hpp>
#include <cairn/sigv4/verify/chunk_decoder.hpp>
#include <cairn/sigv4/verify/difference.hpp>
#include <cairn/sigv4/verify/verification.hpp>
#include <cairn/sigv4/verify/verifier.hpp>

#endif
