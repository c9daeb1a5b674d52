#ifndef CAIRN_TESTS_SUPPORT_LONG_TESTS_HPP
#define CAIRN_TESTS_SUPPORT_LONG_TESTS_HPP

#include <cstdlib>

namespace support {

/// Whether exhaustive suites run in full length: CAIRN_LONG_TESTS is in the environment, as
/// `tests/run.sh long` puts it there.
inline bool long_tests() {
    return std::getenv("CAIRN_LONG_TESTS") != nullptr;
}

/// The one amount in full length, else the other.
template <class T>
T full_or_brief(T full, T brief) {
    return long_tests() ? full : brief;
}

} // namespace support

#endif
