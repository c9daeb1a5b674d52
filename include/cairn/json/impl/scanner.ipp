#ifndef CAIRN_JSON_IMPL_SCANNER_IPP
#define CAIRN_JSON_IMPL_SCANNER_IPP

#include <cairn/json/detail/plain_run.hpp>
#include <cairn/json/scanner.hpp>

#include <utility>

namespace cairn::json {

namespace detail {

inline constexpr char too_deep[] = "nested too deeply";

inline std::size_t line_ends(char const* begin, char const* end) {
    std::size_t count = 0;
    for (; begin != end; ++begin)
        count += *begin == '\n';
    return count;
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

} // namespace detail

CAIRN_DECL std::string syntax_error::to_string() const {
    return what + " at byte " + std::to_string(offset) + " (line " + std::to_string(line) + ")";
}

CAIRN_DECL scanner::scanner(std::string_view text, scan_options options)
    : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), options_(options) {}

CAIRN_DECL syntax_error scanner::error() const {
    json::syntax_error f;
    if (problem_ == nullptr)
        return f;
    f.what = problem_ == detail::too_deep
                 ? "nesting deeper than " + std::to_string(options_.max_depth) + " levels"
                 : problem_;
    f.offset = static_cast<std::size_t>(problem_at_ - begin_);
    f.line = 1 + detail::line_ends(begin_, problem_at_);
    return f;
}

CAIRN_DECL bool scanner::fail(char const* problem, char const* where) {
    if (problem_ == nullptr) {
        problem_ = problem;
        problem_at_ = where;
    }
    return false;
}

// Where a value should begin and none does.
CAIRN_DECL bool scanner::fail_value() {
    if (at_ == end_)
        return fail("the text ends where a value is expected");
    std::string_view const rest(at_, static_cast<std::size_t>(end_ - at_));
    if (rest.starts_with("NaN"))
        return fail("NaN is not JSON");
    if (rest.starts_with("Infinity"))
        return fail("Infinity is not JSON");
    if (rest.starts_with("\xEF\xBB\xBF"))
        return fail("a byte order mark is not JSON");
    return fail("expected a value");
}

CAIRN_DECL void scanner::skip_space() {
    while (at_ != end_ && detail::is_space(*at_))
        ++at_;
}

CAIRN_DECL kind scanner::peek() {
    if (!ok())
        return kind::none;
    skip_space();
    if (at_ == end_)
        return kind::none;
    switch (*at_) {
    case '{': return kind::object;
    case '[': return kind::array;
    case '"': return kind::string;
    case 't':
    case 'f': return kind::boolean;
    case 'n': return kind::null;
    case 'N':
    case 'I': return options_.allow_nan ? kind::not_a_number : kind::none;
    case '-':
        if (options_.allow_nan && end_ - at_ > 1 && at_[1] == 'I')
            return kind::not_a_number;
        return kind::number;
    default: return detail::is_digit(*at_) ? kind::number : kind::none;
    }
}

CAIRN_DECL bool scanner::value(std::string_view& text) {
    if (!ok())
        return false;
    skip_space();
    char const* const start = at_;
    if (!skip_value())
        return false;
    text = {start, static_cast<std::size_t>(at_ - start)};
    return true;
}

CAIRN_DECL bool scanner::enter_object() {
    if (!ok())
        return false;
    skip_space();
    if (at_ == end_ || *at_ != '{')
        return fail("expected an object");
    return push(true);
}

CAIRN_DECL bool scanner::enter_array() {
    if (!ok())
        return false;
    skip_space();
    if (at_ == end_ || *at_ != '[')
        return fail("expected an array");
    return push(false);
}

// Passes over the comma before the next item, or leaves the container.
CAIRN_DECL bool scanner::next(bool object, char close) {
    if (!ok())
        return false;
    skip_space();
    bool const first = std::exchange(first_, false);
    if (at_ != end_ && *at_ == close) {
        ++at_;
        --depth_;
        return false;
    }
    if (first)
        return true;
    if (at_ == end_ || *at_ != ',')
        return fail(object ? "expected ',' or '}'" : "expected ',' or ']'");
    ++at_;
    return true;
}

CAIRN_DECL bool scanner::next_member(std::string_view& key) {
    if (!next(true, '}'))
        return false;
    return skip_name(key);
}

CAIRN_DECL bool scanner::next_element() {
    return next(false, ']');
}

CAIRN_DECL bool scanner::finish() {
    if (!ok())
        return false;
    skip_space();
    return at_ == end_ || fail("something follows the value");
}

CAIRN_DECL bool scanner::push(bool object) {
    if (depth_ >= options_.max_depth)
        return fail(detail::too_deep);
    std::size_t const word = depth_ / 64;
    std::uint64_t const bit = std::uint64_t{1} << (depth_ % 64);
    if (word >= shallow_.size() && word - shallow_.size() >= deep_.size())
        deep_.push_back(0);
    std::uint64_t& bits = word < shallow_.size() ? shallow_[word] : deep_[word - shallow_.size()];
    bits = object ? bits | bit : bits & ~bit;
    ++depth_;
    ++at_;
    first_ = true;
    return true;
}

CAIRN_DECL bool scanner::in_object() const {
    std::size_t const level = depth_ - 1, word = level / 64;
    std::uint64_t const bits =
        word < shallow_.size() ? shallow_[word] : deep_[word - shallow_.size()];
    return ((bits >> (level % 64)) & 1) != 0;
}

// Nesting is kept in the bits above, not on the stack.
CAIRN_DECL bool scanner::skip_value() {
    std::size_t const floor = depth_;
    for (step next_step = step::value;;) {
        switch (next_step) {
        case step::value: next_step = begin_value(); break;
        case step::member: next_step = begin_member(); break;
        case step::after: next_step = after_value(floor); break;
        case step::done: first_ = false; return true;
        case step::failed: return false;
        }
    }
}

CAIRN_DECL scanner::step scanner::begin_value() {
    auto const then = [](bool read) { return read ? step::after : step::failed; };
    skip_space();
    if (at_ == end_)
        return then(fail_value());
    switch (*at_) {
    case '"': return then(skip_string());
    case '{':
        if (!push(true))
            return step::failed;
        skip_space();
        return at_ != end_ && *at_ == '}' ? step::after : step::member;
    case '[':
        if (!push(false))
            return step::failed;
        skip_space();
        if (at_ == end_ || *at_ != ']')
            return step::value;
        return step::after;
    case 't': return then(skip_literal("true"));
    case 'f': return then(skip_literal("false"));
    case 'n': return then(skip_literal("null"));
    case 'N': return then(skip_nan("NaN"));
    case 'I': return then(skip_nan("Infinity"));
    default:
        if (*at_ == '-' || detail::is_digit(*at_))
            return then(skip_number());
        return then(fail_value());
    }
}

CAIRN_DECL scanner::step scanner::begin_member() {
    std::string_view key;
    return skip_name(key) ? step::value : step::failed;
}

CAIRN_DECL bool scanner::skip_name(std::string_view& key) {
    skip_space();
    char const* const start = at_;
    if (at_ == end_ || *at_ != '"')
        return fail("expected a member's name");
    if (!skip_string())
        return false;
    key = {start, static_cast<std::size_t>(at_ - start)};
    skip_space();
    if (at_ == end_ || *at_ != ':')
        return fail("expected ':'");
    ++at_;
    return true;
}

// After a value, or before the end of an empty container.
CAIRN_DECL scanner::step scanner::after_value(std::size_t floor) {
    while (depth_ != floor) {
        skip_space();
        bool const object = in_object();
        if (at_ != end_ && *at_ == (object ? '}' : ']')) {
            ++at_;
            --depth_;
            continue;
        }
        if (at_ == end_ || *at_ != ',') {
            fail(object ? "expected ',' or '}'" : "expected ',' or ']'");
            return step::failed;
        }
        ++at_;
        return object ? step::member : step::value;
    }
    return step::done;
}

CAIRN_DECL bool scanner::skip_string() {
    char const* const start = at_++;
    for (;;) {
        at_ = detail::skip_plain(at_, end_);
        if (at_ == end_)
            return fail("unterminated string", start);
        auto const byte = static_cast<unsigned char>(*at_);
        if (byte == '"') {
            ++at_;
            return true;
        }
        if (byte < 0x20)
            return fail("control character in a string");
        if (!(byte == '\\' ? skip_escape() : skip_utf8()))
            return false;
    }
}

CAIRN_DECL bool scanner::hex4(unsigned& unit) {
    unit = 0;
    if (end_ - at_ < 4)
        return false;
    for (int i = 0; i != 4; ++i, ++at_) {
        char const c = *at_;
        int const digit = detail::is_digit(c)      ? c - '0'
                          : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                          : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                   : -1;
        if (digit < 0)
            return false;
        unit = unit * 16 + static_cast<unsigned>(digit);
    }
    return true;
}

CAIRN_DECL bool scanner::skip_escape() {
    char const* const start = at_++;
    if (at_ == end_)
        return fail("unterminated string", start);
    switch (*at_++) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': return true;
    case 'u': {
        unsigned unit = 0;
        if (!hex4(unit))
            return fail("invalid \\u escape", start);
        return unit < 0xD800 || unit > 0xDFFF || skip_surrogate(unit, start);
    }
    default: return fail("invalid escape", start);
    }
}

// `unit` is half of a pair; the other half must follow.
CAIRN_DECL bool scanner::skip_surrogate(unsigned unit, char const* start) {
    char const* const after = at_;
    if (unit < 0xDC00 && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u') {
        at_ += 2;
        unsigned low = 0;
        if (!hex4(low))
            return fail("invalid \\u escape", after);
        if (low >= 0xDC00 && low <= 0xDFFF)
            return true;
        at_ = after;
    }
    return options_.allow_lone_surrogates || fail("half of a surrogate pair", start);
}

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
CAIRN_DECL bool scanner::skip_utf8() {
    auto const byte = [this](std::ptrdiff_t i) {
        return i < end_ - at_ ? static_cast<unsigned char>(at_[i]) : 0U;
    };
    auto const tail = [&byte](std::ptrdiff_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    unsigned const lead = byte(0), second = byte(1);
    if (lead >= 0xC2 && lead <= 0xDF && tail(1)) {
        at_ += 2;
        return true;
    }
    if (lead >= 0xE0 && lead <= 0xEF && tail(1) && tail(2) && (lead != 0xE0 || second >= 0xA0) &&
        (lead != 0xED || second < 0xA0)) {
        at_ += 3;
        return true;
    }
    if (lead >= 0xF0 && lead <= 0xF4 && tail(1) && tail(2) && tail(3) &&
        (lead != 0xF0 || second >= 0x90) && (lead != 0xF4 || second < 0x90)) {
        at_ += 4;
        return true;
    }
    return fail("invalid UTF-8");
}

CAIRN_DECL bool scanner::skip_number() {
    char const* const start = at_;
    auto const digits = [this] {
        char const* const from = at_;
        while (at_ != end_ && detail::is_digit(*at_))
            ++at_;
        return at_ != from;
    };
    if (*at_ == '-')
        ++at_;
    if (at_ != end_ && *at_ == 'I') {
        at_ = start;
        return skip_nan("-Infinity");
    }
    if (at_ != end_ && *at_ == '0')
        ++at_;
    else if (!digits())
        return fail("invalid number", start);
    if (at_ != end_ && *at_ == '.') {
        ++at_;
        if (!digits())
            return fail("invalid number", start);
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-'))
            ++at_;
        if (!digits())
            return fail("invalid number", start);
    }
    if (at_ != end_ && detail::is_digit(*at_))
        return fail("a number begins with 0", start);
    return true;
}

CAIRN_DECL bool scanner::skip_literal(std::string_view literal) {
    std::string_view const rest(at_, static_cast<std::size_t>(end_ - at_));
    if (!rest.starts_with(literal))
        return fail("expected a value");
    at_ += literal.size();
    return true;
}

CAIRN_DECL bool scanner::skip_nan(std::string_view literal) {
    if (!options_.allow_nan) {
        bool const minus = *at_ == '-';
        std::string_view const rest(at_, static_cast<std::size_t>(end_ - at_));
        if (minus && rest.starts_with(literal))
            return fail("-Infinity is not JSON");
        return minus ? fail("invalid number") : fail_value();
    }
    std::size_t const where = offset();
    if (!skip_literal(literal))
        return false;
    nans_.push_back({where, literal.size()});
    return true;
}

CAIRN_DECL std::optional<syntax_error> validate(std::string_view text, scan_options options) {
    scanner in(text, options);
    std::string_view whole;
    if (in.value(whole) && in.finish())
        return std::nullopt;
    return in.error();
}

} // namespace cairn::json

#endif
