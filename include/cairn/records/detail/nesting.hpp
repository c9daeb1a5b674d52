//
// cairn/records/detail/nesting.hpp: follows the brackets and strings of JSON text.
//
#ifndef CAIRN_RECORDS_DETAIL_NESTING_HPP
#define CAIRN_RECORDS_DETAIL_NESTING_HPP

#include <cairn/core/config.hpp>

#include <cstddef>
#include <string>

namespace cairn::records::detail {

constexpr bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Follows brackets and strings, without judging the rest of the grammar. Text that is not JSON is
/// followed as well as it can be: a line break ends a string, and a bracket that closes another one
/// than the last closes all that was opened since its own.
class nesting {
public:
    static constexpr std::size_t max_depth = std::size_t{1} << 20;

    /// Takes one byte. False where brackets are nested deeper than `max_depth`.
    CAIRN_DECL bool take(char c);

    bool in_string() const noexcept { return in_string_; }
    /// Whether nothing is open.
    bool closed() const noexcept { return open_.empty() && !in_string_; }
    /// Whether a bracket or a string did not end as it began.
    bool broken() const noexcept { return broken_; }
    /// Whether JSON's grammar allows an object or an array here.
    CAIRN_DECL bool value_may_begin() const noexcept;
    CAIRN_DECL void clear();

private:
    CAIRN_DECL void close(char opening);

    std::string open_; // the opening brackets
    char last_ = 0;    // the last byte that is not white space, outside strings
    bool in_string_ = false;
    bool escaped_ = false;
    bool broken_ = false;
};

} // namespace cairn::records::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/records/detail/impl/nesting.ipp>
#endif

#endif
