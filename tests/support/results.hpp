// How Catch2 prints a result: its own attempt would need the value and the error to be printable.
#ifndef CAIRN_TESTS_SUPPORT_RESULTS_HPP
#define CAIRN_TESTS_SUPPORT_RESULTS_HPP

#include "support/catch.hpp"

#include <cairn/core/error.hpp>

template <class T>
struct Catch::StringMaker<boost::system::result<T, cairn::error>> {
    static std::string convert(boost::system::result<T, cairn::error> const& r) {
        return r ? "a value" : "error: " + r.error().to_string();
    }
};

#endif
