//
// cairn/testing/detail/digest.hpp: the digests that the server checks requests with.
//
#ifndef CAIRN_TESTING_DETAIL_DIGEST_HPP
#define CAIRN_TESTING_DETAIL_DIGEST_HPP

#include <cairn/detail/config.hpp>

#include <string>
#include <string_view>

namespace cairn::testing::detail {

// All of them yield raw bytes, except those that say otherwise.
CAIRN_DECL std::string sha256(std::string_view data);
CAIRN_DECL std::string md5(std::string_view data);
CAIRN_DECL std::string hmac_sha256(std::string_view key, std::string_view data);
CAIRN_DECL std::string to_hex(std::string_view bytes);
CAIRN_DECL std::string to_base64(std::string_view bytes);

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/digest.ipp>
#endif

#endif
