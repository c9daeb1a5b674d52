#ifndef CAIRN_RECORDS_IMPL_FRAMER_IPP
#define CAIRN_RECORDS_IMPL_FRAMER_IPP

#include <cairn/records/framer.hpp>

#include <algorithm>
#include <utility>

namespace cairn::records {

namespace detail {

inline constexpr std::size_t max_piece = std::size_t{64} << 10;

/// Whether the text is one object or array, as far as brackets and strings tell; a comma may follow
/// an element.
inline bool is_one_value(std::string_view text, bool in_array) {
    nesting n;
    bool ended = false;
    for (char const c : text) {
        if (is_space(c) && !n.in_string())
            continue;
        if (ended && in_array && c == ',') {
            in_array = false; // no second one
            continue;
        }
        if (ended || (n.closed() && c != '{' && c != '[') || !n.take(c) || n.broken())
            return false;
        ended = n.closed();
    }
    return ended;
}

} // namespace detail

CAIRN_DECL void framer::feed(std::string_view bytes) {
    buffer_.erase(0, begin_);
    base_ += begin_;
    scanned_ -= begin_;
    begin_ = 0;
    buffer_.append(bytes);
}

CAIRN_DECL std::optional<frame> framer::next() {
    do {
        progressed_ = false;
        if (auto f = step())
            return f;
    } while (progressed_);
    bool const inside = mode_ == mode::document || mode_ == mode::element || mode_ == mode::lost;
    // Two bytes of grace, for the end of a line.
    if (inside && (streaming_ || scanned_ - begin_ > max_size_ + 2) && scanned_ != begin_)
        return piece(scanned_);
    return std::nullopt;
}

CAIRN_DECL void framer::cut(std::string reason) {
    finished_ = cut_ = true;
    bool const between = mode_ == mode::start || mode_ == mode::separator ||
                         (mode_ == mode::element && scanned_ == begin_ && !streaming_);
    if (between && !skip_white_space())
        return change(mode::start);
    why_ = std::move(reason);
    change(mode::lost);
}

CAIRN_DECL framer::maybe_frame framer::step() {
    switch (mode_) {
    case mode::start: return start();
    case mode::document: return document();
    case mode::element: return element();
    case mode::separator: return separator();
    case mode::lost: return lost();
    case mode::large: break;
    }
    return large();
}

CAIRN_DECL void framer::change(mode m) {
    mode_ = m;
    progressed_ = true;
}

CAIRN_DECL std::string_view framer::trimmed(std::size_t end) const {
    auto text = std::string_view(buffer_).substr(begin_, end - begin_);
    while (!text.empty() && detail::is_space(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && detail::is_space(text.front()))
        text.remove_prefix(1);
    return text;
}

CAIRN_DECL framer::maybe_frame framer::emit(std::size_t end, std::size_t next, mode then) {
    auto const text = trimmed(end);
    nesting_.clear();
    fresh_line_ = false;
    if (streaming_ || text.size() > max_size_) {
        streaming_ = true;
        end_ = end;
        next_ = scanned_ = next;
        then_ = then;
        change(mode::large);
        return std::nullopt;
    }
    std::string why = std::exchange(why_, {});
    if (std::exchange(comma_missing_, false) && why.empty())
        why = "not JSON: a comma is missing before this element";
    begin_ = scanned_ = next;
    change(then);
    if (text.empty())
        return std::nullopt;
    auto const what = why.empty() ? frame::kind::value : frame::kind::broken;
    return frame{what, text, std::move(why), text.size()};
}

// Gives the value at hand away piece by piece, then its end.
CAIRN_DECL framer::maybe_frame framer::large() {
    if (begin_ != end_)
        return piece(end_);
    streaming_ = comma_missing_ = false;
    begin_ = next_;
    change(then_);
    auto const size = std::exchange(streamed_, 0);
    if (why_.empty())
        return frame{frame::kind::too_large, {}, {}, size};
    return frame{frame::kind::broken, {}, std::exchange(why_, {}), size};
}

CAIRN_DECL framer::maybe_frame framer::piece(std::size_t end) {
    auto const size = std::min(end - begin_, detail::max_piece);
    streaming_ = true;
    streamed_ += size;
    begin_ += size;
    return frame{
        frame::kind::piece, std::string_view(buffer_).substr(begin_ - size, size), {}, size};
}

CAIRN_DECL framer::maybe_frame framer::broken(char const* reason) {
    return frame{frame::kind::broken, {}, reason, 0};
}

/// At the end of input: what is left is a value, complete or not.
CAIRN_DECL framer::maybe_frame framer::rest(bool in_array) {
    if (!finished_ || (begin_ == buffer_.size() && !streaming_))
        return std::nullopt;
    // An element that was cut short says enough; else the array's end is missing as well.
    auto const then = in_array && nesting_.closed() ? mode::separator : mode::start;
    return emit(buffer_.size(), buffer_.size(), then);
}

CAIRN_DECL bool framer::skip_white_space() {
    while (begin_ < buffer_.size() && detail::is_space(buffer_[begin_]))
        ++begin_;
    scanned_ = begin_;
    return begin_ < buffer_.size();
}

/// False where more bytes are needed to tell.
CAIRN_DECL bool framer::skip_byte_order_mark() {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    auto const there = std::string_view(buffer_).substr(begin_, mark.size());
    if (there.size() < mark.size() && mark.starts_with(there) && !finished_)
        return false;
    if (there == mark) {
        begin_ += mark.size();
        progressed_ = true; // to the next white space
    }
    return true;
}

CAIRN_DECL framer::maybe_frame framer::start() {
    if (!skip_white_space() || !skip_byte_order_mark() || progressed_)
        return std::nullopt;
    if (buffer_[begin_] == '[') {
        scanned_ = ++begin_;
        element_expected_ = torn_ = false;
        change(mode::element);
    } else {
        change(mode::document);
    }
    return std::nullopt;
}

CAIRN_DECL framer::maybe_frame framer::document() {
    return scan(false);
}

CAIRN_DECL framer::maybe_frame framer::scan(bool in_array) {
    while (scanned_ < buffer_.size()) {
        char const c = buffer_[scanned_];
        if (c == '\n') {
            if (auto f = scan_line_break(in_array); f || progressed_)
                return f;
            continue;
        }
        if (fresh_line_ && (c == '{' || c == '[') && !nesting_.value_may_begin()) {
            auto const line = judge_line(in_array);
            if (line == line_kind::unknown)
                return std::nullopt;
            if (line == line_kind::value)
                return resume_at_line(scanned_);
        }
        fresh_line_ = fresh_line_ && detail::is_space(c);
        bool const outside = nesting_.closed();
        if (in_array && outside && (c == ',' || c == ']'))
            return emit(scanned_, scanned_, mode::separator);
        if (!nesting_.take(c)) {
            why_ = "not JSON: nested deeper than " + std::to_string(detail::nesting::max_depth) +
                   " levels";
            change(mode::lost);
            return std::nullopt;
        }
        ++scanned_;
        // In an array, what closes too much belongs to its element, up to the comma.
        if (!outside && nesting_.closed() && c != '"' && !(in_array && nesting_.broken()))
            return emit(scanned_, scanned_, in_array ? mode::separator : mode::start);
    }
    return rest(in_array);
}

CAIRN_DECL framer::maybe_frame framer::scan_line_break(bool in_array) {
    nesting_.take('\n');
    if (by_lines() || (!in_array && nesting_.closed())) {
        torn_ = in_array;
        return emit(scanned_, scanned_ + 1, in_array ? mode::separator : mode::start);
    }
    ++scanned_;
    fresh_line_ = true;
    return std::nullopt;
}

/// What a line begins with cannot stand there: is it a value by itself?
CAIRN_DECL framer::line_kind framer::judge_line(bool in_array) const {
    auto end = buffer_.find('\n', scanned_);
    if (end == buffer_.npos) {
        if (buffer_.size() - scanned_ > max_size_)
            return line_kind::other;
        if (!finished_)
            return line_kind::unknown;
        end = buffer_.size();
    }
    auto const text = std::string_view(buffer_).substr(scanned_, end - scanned_);
    return detail::is_one_value(text, in_array) ? line_kind::value : line_kind::other;
}

/// What came before the line was cut short: its lines may be values by themselves.
CAIRN_DECL framer::maybe_frame framer::resume_at_line(std::size_t line) {
    bool const in_array = mode_ == mode::element;
    if (streaming_) {
        torn_ = in_array;
        return emit(line, line, in_array ? mode::separator : mode::start);
    }
    lines_until_ = base_ + line;
    scanned_ = begin_;
    nesting_.clear();
    fresh_line_ = false;
    progressed_ = true;
    return std::nullopt;
}

CAIRN_DECL framer::maybe_frame framer::element() {
    if (scanned_ != begin_ || streaming_)
        return scan(true);
    if (!skip_white_space()) {
        if (!finished_)
            return std::nullopt;
        change(mode::start);
        return broken("not JSON: the input ends within the array");
    }
    char const c = buffer_[begin_];
    if (c != ',' && c != ']')
        return scan(true);
    scanned_ = ++begin_;
    if (c == ',') {
        element_expected_ = true;
        return broken("not JSON: an element of the array is missing before a comma");
    }
    change(mode::start);
    if (element_expected_)
        return broken("not JSON: an element of the array is missing before its end");
    return std::nullopt;
}

CAIRN_DECL framer::maybe_frame framer::separator() {
    auto const before = begin_;
    bool const more = skip_white_space();
    auto const between = std::string_view(buffer_).substr(before, begin_ - before);
    line_break_ = line_break_ || torn_ || between.find('\n') != between.npos;
    if (!more) {
        if (!finished_)
            return std::nullopt;
        change(mode::start);
        return broken("not JSON: the input ends within the array");
    }
    char const c = buffer_[begin_];
    bool const torn = std::exchange(torn_, false);
    if (std::exchange(line_break_, false) && c == '[') {
        change(mode::start);
        return torn ? std::nullopt : broken("not JSON: the array before this line does not end");
    }
    if (c == ',' || c == ']')
        scanned_ = ++begin_;
    element_expected_ = c == ',';
    comma_missing_ = c != ',' && c != ']' && !torn;
    change(c == ']' ? mode::start : mode::element);
    return std::nullopt;
}

/// Up to the end of the line nothing can be told apart.
CAIRN_DECL framer::maybe_frame framer::lost() {
    auto const end = cut_ ? buffer_.npos : buffer_.find('\n', scanned_);
    if (end != buffer_.npos)
        return emit(end, end + 1, mode::start);
    scanned_ = buffer_.size();
    return rest(false);
}

} // namespace cairn::records

#endif
