//
// cairn/merge/src.hpp: the non-template code of cairn/merge; see cairn/src.hpp.
//
#ifndef CAIRN_MERGE_SRC_HPP
#define CAIRN_MERGE_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/merge/detail/impl/commit_fsm.ipp>
#include <cairn/merge/detail/impl/group.ipp>

#endif
