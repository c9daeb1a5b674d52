//
// cairn/json/scanner.hpp: reads JSON where it lies, without building anything.
//
#ifndef CAIRN_JSON_SCANNER_HPP
#define CAIRN_JSON_SCANNER_HPP

#include <cairn/core/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::json {

struct scan_options {
    /// Arrays and objects inside one another; one more is an error.
    std::size_t max_depth = 512;

    /// Takes `NaN`, `Infinity` and `-Infinity`, which Python writes, for values.
    bool allow_nan = false;

    /// Takes a `\uD800`–`\uDFFF` that is half of no pair. The grammar of RFC 8259 has it, and
    /// Python writes it; it stands for no character, and strict readers refuse it.
    bool allow_lone_surrogates = false;
};

/// What is wrong with a text, and where.
struct syntax_error {
    std::string what;
    std::size_t offset = 0; ///< bytes before it
    std::size_t line = 1;   ///< counted from 1

    /// One line for a person: "expected a value at byte 17 (line 2)".
    CAIRN_DECL std::string to_string() const;
};

/// What the next value is, told from its first character.
enum class kind { object, array, string, number, boolean, null, not_a_number, none };

/// A place in the scanned text.
struct span {
    std::size_t offset = 0;
    std::size_t length = 0;
};

/// A strict RFC 8259 reader over a span of bytes: grammar, escapes and UTF-8 are checked, and
/// every value is handed out as the exact text that stands there. It walks where the caller
/// leads it and validates what the caller skips:
///
///     scanner in(text);
///     std::string_view key, value;
///     for (in.enter_object(); in.next_member(key);)
///         in.value(value);
///     if (!in.finish()) report(in.error());
///
/// Every call returns false after the first error and does nothing more; loops end by themselves.
/// Duplicate members are the caller's to notice: only it knows which names matter.
///
/// Lifetimes: the text must outlive the scanner; the views handed out refer to the text.
/// Allocates only below a depth of 1,024, and for each `NaN`. Not for use from two threads at once.
/// Cost: one pass over the text; nesting does not recurse. Source: RFC 8259, RFC 3629.
class scanner {
public:
    CAIRN_DECL explicit scanner(std::string_view text, scan_options options = {});

    /// Passes over white space and tells what comes next; `none` where no value begins.
    CAIRN_DECL kind peek();

    /// Reads one whole value; `text` becomes its exact text.
    CAIRN_DECL bool value(std::string_view& text);

    /// Enters the object that comes next. `next_member` then yields its names, each a string token
    /// with its quotes; after each, read or enter the value. It returns false after the last
    /// member, when the object is left, and on an error.
    CAIRN_DECL bool enter_object();
    CAIRN_DECL bool next_member(std::string_view& key);

    /// The same for arrays.
    CAIRN_DECL bool enter_array();
    CAIRN_DECL bool next_element();

    /// Whether nothing but white space remains, and all before was right.
    CAIRN_DECL bool finish();

    bool ok() const noexcept { return problem_ == nullptr; }
    CAIRN_DECL syntax_error error() const;

    /// Bytes read so far.
    std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

    /// Where `NaN`, `Infinity` and `-Infinity` stood, in order (with `allow_nan`).
    std::vector<span> const& nans() const noexcept { return nans_; }

private:
    enum class step { value, member, after, done, failed };

    bool fail(char const* problem, char const* where);
    bool fail(char const* problem) { return fail(problem, at_); }
    bool fail_value();
    bool skip_value();
    step begin_value();
    step begin_member();
    step after_value(std::size_t floor);
    void skip_space();
    bool skip_name(std::string_view& key);
    bool skip_string();
    bool skip_escape();
    bool skip_surrogate(unsigned unit, char const* start);
    bool skip_utf8();
    bool skip_number();
    bool skip_literal(std::string_view literal);
    bool skip_nan(std::string_view literal);
    bool hex4(unsigned& unit);
    bool push(bool object);
    bool in_object() const;
    bool next(bool object, char close);

    char const* begin_;
    char const* at_;
    char const* end_;
    scan_options options_;
    bool first_ = false; // nothing was read yet of the container entered last
    std::size_t depth_ = 0;
    std::array<std::uint64_t, 16> shallow_{}; // one bit per level: is it an object?
    std::vector<std::uint64_t> deep_;
    std::vector<span> nans_;
    char const* problem_ = nullptr;
    char const* problem_at_ = nullptr;
};

/// Checks that `text` is one JSON value, and nothing else but white space.
CAIRN_DECL std::optional<syntax_error> validate(std::string_view text, scan_options options = {});

/// Calls `visit(std::string_view)` with the exact text of each element of `array`, which must be
/// a valid array.
template <class Visitor>
void for_each_element(std::string_view array, Visitor&& visit) {
    scanner in(array, {.max_depth = array.size(), .allow_lone_surrogates = true});
    std::string_view text;
    for (in.enter_array(); in.next_element();) {
        if (in.value(text))
            visit(text);
    }
}

} // namespace cairn::json

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/json/impl/scanner.ipp>
#endif

#endif
