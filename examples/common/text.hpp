//
// text.hpp: text for people, and text that goes into JSON.
//
#ifndef CAIRN_EXAMPLES_COMMON_TEXT_HPP
#define CAIRN_EXAMPLES_COMMON_TEXT_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace common {

/// Appends `bytes` as a JSON string, quotes included; what is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view bytes);

/// The length of the UTF-8 character that `bytes` begins with; 0 where it begins with none.
std::size_t utf8_length(std::string_view bytes);

bool is_utf8(std::string_view bytes);

/// Whether a byte is one of ASCII's control characters.
bool is_control(char c) noexcept;

/// A name from outside, for a person: printable ASCII, other bytes as \xNN, quotes where it is
/// empty. What makes more than `most` characters is cut, and ends in `...`.
std::string shown(std::string_view name, std::size_t most = 200);

} // namespace common

#endif
