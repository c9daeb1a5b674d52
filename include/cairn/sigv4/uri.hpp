//
// cairn/sigv4/uri.hpp: the one percent-encoder, for the wire and for what is signed.
//
#ifndef CAIRN_SIGV4_URI_HPP
#define CAIRN_SIGV4_URI_HPP

#include <cairn/core/config.hpp>

#include <string>
#include <string_view>

namespace cairn::sigv4 {

/// Append `text` percent-encoded as AWS's signing rules demand: A-Z a-z 0-9 - . _ ~ stay, every
/// other byte becomes %XX with upper-case digits. With `keep_slash`, as for an object key in a
/// path, `/` stays too; without, as for a query's name or value, it becomes %2F.
///
/// Nothing is decoded first: a `%` becomes %25. Cost: at most one allocation.
/// Source: AWS "Signature Version 4 signing process", UriEncode().
CAIRN_DECL void append_percent_encoded(std::string& out, std::string_view text, bool keep_slash);

/// Give `text` percent-encoded; see `append_percent_encoded`.
CAIRN_DECL std::string percent_encoded(std::string_view text, bool keep_slash);

/// Decode each %XX of `text`; a `%` without two hexadecimal digits stays, and so does `+`.
CAIRN_DECL std::string percent_decoded(std::string_view text);

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/uri.ipp>
#endif

#endif
