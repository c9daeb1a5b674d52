//
// cairn/testing/request_head.hpp: a request's first part, as the server received it.
//
#ifndef CAIRN_TESTING_REQUEST_HEAD_HPP
#define CAIRN_TESTING_REQUEST_HEAD_HPP

#include <cairn/core/config.hpp>
#include <cairn/core/text.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::testing {

/// Header fields, or other named values, in the order in which they came.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// The request line and the header fields, nothing decoded.
struct request_head {
    std::string method;
    std::string target; ///< path and query as they were on the wire
    header_list headers;

    /// Returns a field's value, several of that name joined with commas. Ignores the name's case.
    CAIRN_DECL std::optional<std::string> header(std::string_view name) const;

    /// The target up to the question mark, still encoded.
    CAIRN_DECL std::string_view path() const;

    /// The decoded parameters of the query, in order; one without `=` has an empty value.
    CAIRN_DECL header_list query() const;

    /// Returns one decoded parameter of the query.
    CAIRN_DECL std::optional<std::string> parameter(std::string_view name) const;
};

/// An answer that refuses a request: the status, S3's code, and what S3 says besides.
struct refusal {
    int status = 0;
    std::string code;
    std::string message;
    header_list details; ///< further elements of the error document

    friend bool operator==(refusal const&, refusal const&) = default;
};

namespace detail {

using cairn::detail::equal_ignoring_case;
using cairn::detail::to_lower;

/// Undoes percent-encoding; a malformed escape stays as it is.
CAIRN_DECL std::string percent_decode(std::string_view text, bool plus_is_space);

} // namespace detail
} // namespace cairn::testing

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/request_head.ipp>
#endif

#endif
