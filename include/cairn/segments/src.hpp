//
// cairn/segments/src.hpp: the non-template code of cairn/segments; see cairn/src.hpp.
//
#ifndef CAIRN_SEGMENTS_SRC_HPP
#define CAIRN_SEGMENTS_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/segments/detail/impl/day_layout.ipp>
#include <cairn/segments/detail/impl/profile_union.ipp>
#include <cairn/segments/detail/impl/reserved_member.ipp>
#include <cairn/segments/impl/day_codec.ipp>
#include <cairn/segments/impl/day_document.ipp>
#include <cairn/segments/impl/day_document_encode.ipp>
#include <cairn/segments/impl/payload.ipp>
#include <cairn/segments/impl/policies.ipp>

#endif
