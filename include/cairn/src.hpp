//
// cairn/src.hpp: the library's non-template code, for those who compile it once.
//
// Define CAIRN_SEPARATE_COMPILATION for the whole program and include this in one source file, or
// the src.hpp of each folder that is used in one source file each. With CMake, link
// cairn::cairn_compiled or one of its parts, which do both.
//
#ifndef CAIRN_SRC_HPP
#define CAIRN_SRC_HPP

#if !defined(CAIRN_SEPARATE_COMPILATION)
#error "define CAIRN_SEPARATE_COMPILATION for the whole program before you include cairn/src.hpp"
#endif

#include <cairn/core/src.hpp>
#include <cairn/json/src.hpp>
#include <cairn/merge/src.hpp>
#include <cairn/records/src.hpp>
#include <cairn/s3/src.hpp>
#include <cairn/s3_storage/src.hpp>
#include <cairn/segments/src.hpp>
#include <cairn/sigv4/src.hpp>
#include <cairn/storage/src.hpp>

#endif
