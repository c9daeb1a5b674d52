//
// cairn/json/string.hpp: string tokens and the text that they stand for.
//
// A token is a JSON string as it stands in a document, quotes included. Functions that take one
// expect a token that the scanner has accepted.
//
#ifndef CAIRN_JSON_STRING_HPP
#define CAIRN_JSON_STRING_HPP

#include <cairn/core/config.hpp>

#include <string>
#include <string_view>

namespace cairn::json {

/// Appends the token for `utf8`, quotes included, with as few escapes as RFC 8259 allows: the
/// quote, the backslash and controls. Bytes are taken as they are, so `utf8` must be UTF-8.
CAIRN_DECL void append_quoted(std::string& out, std::string_view utf8);

/// The same as a value.
CAIRN_DECL std::string quote(std::string_view utf8);

/// Rewrites a token with as few escapes as possible, so that equal strings have equal texts:
/// `"\u0061"` becomes `"a"`. Half of a surrogate pair stays a `\u` escape, in lower case.
/// Returns `token` itself, without a copy, where it has no escapes; else a view of `scratch`.
CAIRN_DECL std::string_view canonical(std::string_view token, std::string& scratch);

/// Appends the same to `out`.
CAIRN_DECL void append_canonical(std::string& out, std::string_view token);

/// The text that a token stands for, as UTF-8. Half of a surrogate pair becomes U+FFFD.
CAIRN_DECL std::string unquote(std::string_view token);

/// Whether a token stands for `utf8`. Allocates only where the token has escapes.
CAIRN_DECL bool stands_for(std::string_view token, std::string_view utf8);

} // namespace cairn::json

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/json/impl/string.ipp>
#endif

#endif
