//
// cairn/core/byte_range.hpp: a part of an object.
//
#ifndef CAIRN_CORE_BYTE_RANGE_HPP
#define CAIRN_CORE_BYTE_RANGE_HPP

#include <cstdint>

namespace cairn {

/// `length` bytes from `offset` on. A range that reaches past an object's end stands for what is
/// there.
struct byte_range {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

} // namespace cairn

#endif
