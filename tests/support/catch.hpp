// Catch2, whichever major version is installed.
#ifndef CAIRN_TESTS_SUPPORT_CATCH_HPP
#define CAIRN_TESTS_SUPPORT_CATCH_HPP

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#endif
