//
// cairn/core/config.hpp: how the library is compiled.
//
// Header-only is the default. A program that prefers to compile the library once defines
// CAIRN_SEPARATE_COMPILATION everywhere and includes <cairn/src.hpp> in exactly one of its units.
// With -fno-exceptions a program defines `boost::throw_exception`, as Boost asks it to; with
// -fno-rtti nothing changes.
//
#ifndef CAIRN_CORE_CONFIG_HPP
#define CAIRN_CORE_CONFIG_HPP

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "cairn needs C++20: compile with -std=c++20 or newer"
#include <cairn_needs_cxx20> // does not exist: nothing behind it is compiled, or complained about
#endif

#if defined(CAIRN_SEPARATE_COMPILATION)
#define CAIRN_DECL
#define CAIRN_DETAIL_MODE
#else
#define CAIRN_HEADER_ONLY
#define CAIRN_DECL inline
#define CAIRN_DETAIL_MODE thread_local
#endif

#if defined(__ELF__)
// Has a program that mixes both kinds of units fail to link, with this name in the message: no
// linker joins a thread's variable with one that is not.
extern "C" {
[[gnu::used, gnu::visibility("hidden")]] inline CAIRN_DETAIL_MODE constinit char
    cairn_header_only_and_separately_compiled_units_are_mixed = 0;
}
#endif
#undef CAIRN_DETAIL_MODE

#endif
