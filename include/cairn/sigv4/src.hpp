//
// cairn/sigv4/src.hpp: the non-template code of cairn/sigv4; see cairn/src.hpp.
//
#ifndef CAIRN_SIGV4_SRC_HPP
#define CAIRN_SIGV4_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/sigv4/detail/impl/canonical.ipp>
#include <cairn/sigv4/detail/impl/key_cache.ipp>
#include <cairn/sigv4/detail/impl/post_document.ipp>
#include <cairn/sigv4/detail/impl/request_writer.ipp>
#include <cairn/sigv4/impl/chunk_chain.ipp>
#include <cairn/sigv4/impl/chunk_encoder.ipp>
#include <cairn/sigv4/impl/credentials.ipp>
#include <cairn/sigv4/impl/post_policy.ipp>
#include <cairn/sigv4/impl/signer.ipp>
#include <cairn/sigv4/impl/time.ipp>
#include <cairn/sigv4/impl/uri.ipp>
#include <cairn/sigv4/v4a/impl/signer_v4a.ipp>
#include <cairn/sigv4/v4a/impl/v4a_key.ipp>
#include <cairn/sigv4/verify/detail/impl/claim.ipp>
#include <cairn/sigv4/verify/impl/chunk_decoder.ipp>
#include <cairn/sigv4/verify/impl/difference.ipp>
#include <cairn/sigv4/verify/impl/verifier.ipp>

#endif
