//
// cairn/merge.hpp: the merger and what it is put together from.
//
#ifndef CAIRN_MERGE_HPP
#define CAIRN_MERGE_HPP

#include <cairn/merge/concepts.hpp>
#include <cairn/merge/config.hpp>
#include <cairn/merge/ledger.hpp>
#include <cairn/merge/merger.hpp>

#endif
