//
// cairn/src.hpp: the library's non-template code, for those who compile it once.
//
// Define CAIRN_SEPARATE_COMPILATION for the whole program and include this in one source file.
//
#ifndef CAIRN_SRC_HPP
#define CAIRN_SRC_HPP

#if !defined(CAIRN_SEPARATE_COMPILATION)
#error "define CAIRN_SEPARATE_COMPILATION for the whole program before you include cairn/src.hpp"
#endif

#include <cairn/impl/error.ipp>
#include <cairn/sigv4/impl/canonical.ipp>
#include <cairn/sigv4/impl/credentials.ipp>
#include <cairn/sigv4/impl/key_cache.ipp>
#include <cairn/sigv4/impl/sha256.ipp>
#include <cairn/sigv4/impl/signer.ipp>
#include <cairn/sigv4/impl/time.ipp>
#include <cairn/sigv4/impl/uri.ipp>

#endif
