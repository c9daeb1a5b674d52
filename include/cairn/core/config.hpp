//
// cairn/core/config.hpp: how the library is compiled.
//
// Header-only is the default. A program that prefers to compile the library
// once defines CAIRN_SEPARATE_COMPILATION everywhere and includes
// <cairn/src.hpp> in exactly one of its translation units.
//
#ifndef CAIRN_CORE_CONFIG_HPP
#define CAIRN_CORE_CONFIG_HPP

#if defined(CAIRN_SEPARATE_COMPILATION)
#define CAIRN_DECL
#else
#define CAIRN_HEADER_ONLY
#define CAIRN_DECL inline
#endif

#endif
