//
// text.hpp: text taken apart, and JSON strings that are written.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_TEXT_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_TEXT_HPP

#include "common/text.hpp"

#include <string>
#include <string_view>

namespace signing {

/// What stands before the separator; all of it where there is none. `text` moves on behind it.
std::string_view take_piece(std::string_view& text, char separator) noexcept;

using common::is_control;
using common::is_utf8;

/// A name from the input, for a person.
inline std::string shown(std::string_view name) {
    return common::shown(name, 64);
}

/// Appends `text` as a JSON string. Where it is not UTF-8, a '?' stands for each byte above ASCII.
void append_json_string(std::string& out, std::string_view text);

/// Appends `"name":"text"`, after a comma unless the object begins.
void append_member(std::string& out, std::string_view name, std::string_view text);
/// Appends `"name":`, for a value that follows.
void append_name(std::string& out, std::string_view name);

} // namespace signing

#endif
