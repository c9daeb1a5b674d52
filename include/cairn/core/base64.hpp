//
// cairn/core/base64.hpp: bytes as text, and back.
//
#ifndef CAIRN_CORE_BASE64_HPP
#define CAIRN_CORE_BASE64_HPP

#include <cairn/core/config.hpp>

#include <string>
#include <string_view>

namespace cairn {

/// The bytes in base64, padded, in one line.
/// Source: RFC 4648, section 4. Thread safety: any number of threads.
CAIRN_DECL std::string to_base64(std::string_view bytes);

/// Read base64, strictly: the alphabet's digits and their padding, and nothing else. Bits that the
/// last digit has too many are not looked at.
/// @return whether `text` is that; `bytes`, which must not be what `text` views, are then what it
///   stands for, and empty if it is not.
CAIRN_DECL bool from_base64(std::string_view text, std::string& bytes);

} // namespace cairn

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/core/impl/base64.ipp>
#endif

#endif
