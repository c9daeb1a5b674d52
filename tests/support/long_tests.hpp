#ifndef CAIRN_TESTS_SUPPORT_LONG_TESTS_HPP
#define CAIRN_TESTS_SUPPORT_LONG_TESTS_HPP

#include <cstddef>
#include <cstdlib>
#include <utility>
#include <vector>

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

/// In full length all of them, else one of each four that stand together: which one, changes from
/// four to four, so that of nested loops each value has its turn. `turn` chooses others.
template <class T>
std::vector<T> full_or_each_fourth(std::vector<T> all, std::size_t turn = 0) {
    if (long_tests())
        return all;
    std::vector<T> some;
    for (std::size_t i = 0; i != all.size(); ++i)
        if (i % 4 == (turn + i / 4 + i / 16 + i / 64) % 4)
            some.push_back(std::move(all[i]));
    return some;
}

} // namespace support

#endif
