//
// cairn/json/src.hpp: the non-template code of cairn/json; see cairn/src.hpp.
//
#ifndef CAIRN_JSON_SRC_HPP
#define CAIRN_JSON_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/json/impl/pointer.ipp>
#include <cairn/json/impl/scanner.ipp>
#include <cairn/json/impl/string.ipp>

#endif
