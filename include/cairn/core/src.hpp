//
// cairn/core/src.hpp: the non-template code of cairn/core; see cairn/src.hpp.
//
#ifndef CAIRN_CORE_SRC_HPP
#define CAIRN_CORE_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/core/impl/base64.ipp>
#include <cairn/core/impl/error.ipp>
#include <cairn/core/impl/sha256.ipp>

#endif
