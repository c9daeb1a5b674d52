//
// cairn/testing/detail/digest.hpp: MD5, which ETags are, and how bytes are written.
//
#ifndef CAIRN_TESTING_DETAIL_DIGEST_HPP
#define CAIRN_TESTING_DETAIL_DIGEST_HPP

#include <cairn/core/config.hpp>

#include <string>
#include <string_view>

namespace cairn::testing::detail {

CAIRN_DECL std::string md5(std::string_view data); // 16 bytes
CAIRN_DECL std::string to_hex(std::string_view bytes);

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/digest.ipp>
#endif

#endif
