//
// cairn/version.hpp: which version of the library this is. CMake and cairn.pc read it from here.
//
#ifndef CAIRN_VERSION_HPP
#define CAIRN_VERSION_HPP

// As text.
#define CAIRN_VERSION "0.1.0"

// To compare with: MAJOR * 10000 + MINOR * 100 + PATCH.
#define CAIRN_VERSION_NUMBER 100

#endif
