//
// cairn/records/src.hpp: the non-template code of cairn/records; see cairn/src.hpp.
//
#ifndef CAIRN_RECORDS_SRC_HPP
#define CAIRN_RECORDS_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/records/detail/impl/nesting.ipp>
#include <cairn/records/impl/framer.ipp>

#endif
