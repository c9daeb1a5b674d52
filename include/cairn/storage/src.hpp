//
// cairn/storage/src.hpp: the non-template code of cairn/storage; see cairn/src.hpp.
//
#ifndef CAIRN_STORAGE_SRC_HPP
#define CAIRN_STORAGE_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/storage/detail/impl/file_tree.ipp>
#include <cairn/storage/impl/file.ipp>
#include <cairn/storage/impl/memory.ipp>

#endif
