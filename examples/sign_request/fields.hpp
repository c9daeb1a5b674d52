//
// fields.hpp: lists of headers and trailers.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_FIELDS_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_FIELDS_HPP

#include "members.hpp"

#include <cairn/sigv4/request.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace signing {

using fields = std::vector<field>;

/// Reads the member's list. Refuses names that are no names, and values with line ends or control
/// characters; a folded line becomes one.
fields read_fields(members const& from, std::string_view member);

/// Whether two names are the same, in whatever case.
bool same_name(std::string_view a, std::string_view b) noexcept;
std::string lower_case(std::string_view text);
/// Without white space at its ends.
std::string_view trimmed(std::string_view text) noexcept;

/// The first value of that name; null where there is none.
std::string const* find(fields const& list, std::string_view name) noexcept;
/// Refuses headers among which that name stands more than once.
void check_once(fields const& headers, std::string_view name);
/// Refuses headers that tell a body's end in two ways.
void check_framing(fields const& headers);
void remove(fields& list, std::string_view name);

/// Views of what has to stay in place while they are used.
std::vector<cairn::sigv4::header> views(fields const& list);

} // namespace signing

#endif
