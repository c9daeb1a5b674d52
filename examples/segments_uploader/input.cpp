#include "input.hpp"

#include <utility>

namespace uploader {

namespace {

constexpr std::size_t max_depth = std::size_t{1} << 20;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Whether the text is one object, as far as brackets and strings tell.
bool is_object(std::string_view text) {
    nesting n;
    bool ended = false;
    for (char const c : text) {
        if (is_space(c) && !n.in_string())
            continue;
        if (ended || (n.closed() && c != '{') || !n.take(c))
            return false;
        ended = n.closed();
    }
    return ended;
}

} // namespace

bool nesting::take(char c) {
    if (in_string_) {
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = true;
        else if (c == '"')
            in_string_ = false;
        return true;
    }
    if (is_space(c))
        return true;
    last_ = c;
    switch (c) {
    case '"': in_string_ = true; return true;
    case '{':
    case '[':
        if (stack_.size() == max_depth)
            return false;
        stack_.push_back(c);
        return true;
    case '}':
    case ']':
        if (stack_.empty() || stack_.back() != (c == '}' ? '{' : '['))
            return false;
        stack_.pop_back();
        return true;
    default: return true;
    }
}

bool nesting::object_may_begin() const noexcept {
    if (in_string_)
        return false;
    if (last_ == 0 || last_ == ':' || last_ == '[')
        return true;
    return last_ == ',' && !stack_.empty() && stack_.back() == '[';
}

void nesting::clear() {
    stack_.clear();
    last_ = 0;
    in_string_ = false;
    escaped_ = false;
}

void framer::feed(std::string_view bytes) {
    if (gave_up())
        return;
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    buffer_.append(bytes);
}

std::optional<frame> framer::next() {
    do {
        progressed_ = false;
        if (auto f = step())
            return f;
    } while (progressed_);
    drop_if_large();
    return std::nullopt;
}

framer::maybe_frame framer::step() {
    switch (mode_) {
    case mode::start: return start();
    case mode::document: return document();
    case mode::lines: return line();
    case mode::element: return element();
    case mode::separator: return separator();
    case mode::after_array: return after_array();
    case mode::given_up: break;
    }
    return std::nullopt;
}

void framer::change(mode m) {
    mode_ = m;
    progressed_ = true;
}

// Where a payload is already longer than allowed, only its structure matters. Two bytes of grace,
// for the end of a line.
void framer::drop_if_large() {
    if (!dropping_ && scanned_ - begin_ > max_payload_ + 2)
        dropping_ = true;
    if (dropping_)
        begin_ = scanned_;
}

std::string_view framer::trimmed(std::size_t end) const {
    auto text = std::string_view(buffer_).substr(begin_, end - begin_);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    return text;
}

framer::maybe_frame framer::emit(std::size_t end, std::size_t next, mode then) {
    auto const text = trimmed(end);
    bool const large = std::exchange(dropping_, false) || text.size() > max_payload_;
    bool const comma_missing = std::exchange(comma_missing_, false);
    begin_ = scanned_ = next;
    nesting_.clear();
    change(then);
    if (large)
        return frame{frame::kind::too_large,
                     {},
                     "the payload is larger than --max-payload, " + std::to_string(max_payload_) +
                         " bytes"};
    if (text.empty())
        return std::nullopt;
    if (comma_missing)
        return frame{frame::kind::broken, text, "not JSON: a comma is missing before this element"};
    return frame{frame::kind::payload, text, {}};
}

framer::maybe_frame framer::broken(std::string reason) {
    return frame{frame::kind::broken, {}, std::move(reason)};
}

framer::maybe_frame framer::give_up(std::string reason) {
    frame f{frame::kind::broken, dropping_ ? std::string_view{} : trimmed(scanned_),
            std::move(reason)};
    if (f.text.size() > max_payload_)
        f.text = {};
    begin_ = scanned_ = buffer_.size();
    change(mode::given_up);
    return f;
}

/// At the end of input: what is left is a payload, complete or not.
framer::maybe_frame framer::rest(mode then) {
    if (!finished_ || (begin_ == buffer_.size() && !dropping_))
        return std::nullopt;
    return emit(buffer_.size(), buffer_.size(), then);
}

bool framer::skip_white_space() {
    while (begin_ < buffer_.size() && is_space(buffer_[begin_]))
        ++begin_;
    scanned_ = begin_;
    return begin_ < buffer_.size();
}

bool framer::skip_byte_order_mark() {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    auto const there = std::string_view(buffer_).substr(begin_, mark.size());
    if (there.size() < mark.size() && mark.starts_with(there) && !finished_)
        return false;
    if (there == mark)
        begin_ += mark.size();
    byte_order_mark_ = true;
    return true;
}

framer::maybe_frame framer::start() {
    if (!byte_order_mark_ && !skip_byte_order_mark())
        return std::nullopt;
    if (!skip_white_space())
        return std::nullopt;
    if (buffer_[begin_] == '[') {
        scanned_ = ++begin_;
        change(mode::element);
    } else {
        change(mode::document);
    }
    return std::nullopt;
}

framer::maybe_frame framer::line() {
    auto const end = buffer_.find('\n', scanned_);
    if (end != buffer_.npos)
        return emit(end, end + 1, mode::lines);
    scanned_ = buffer_.size();
    return rest(mode::lines);
}

framer::maybe_frame framer::document() {
    while (scanned_ < buffer_.size()) {
        char const c = buffer_[scanned_];
        if (c == '\n') {
            if (auto f = document_newline(); f || progressed_)
                return f;
            continue;
        }
        if (fresh_line_ && c == '{' && !nesting_.object_may_begin()) {
            auto const v = judge_line();
            if (v == verdict::wait)
                return std::nullopt;
            if (v == verdict::lines)
                return restart_as_lines();
        }
        fresh_line_ = fresh_line_ && is_space(c);
        if (!nesting_.take(c)) {
            if (!first_line_)
                return give_up("not JSON: a bracket closes what it did not open; the rest of this "
                               "input was not read");
            first_line_broken_ = true;
        }
        ++scanned_;
        if (!first_line_ && (c == '}' || c == ']') && nesting_.closed())
            return emit(scanned_, scanned_, mode::document);
    }
    return rest(mode::document);
}

framer::maybe_frame framer::document_newline() {
    bool const was_first = std::exchange(first_line_, false);
    if (was_first && (nesting_.closed() || first_line_broken_))
        return emit(scanned_, scanned_ + 1, mode::lines);
    ++scanned_;
    fresh_line_ = true;
    if (nesting_.closed())
        return emit(scanned_, scanned_, mode::document);
    return std::nullopt;
}

/// A line of a document begins with a `{` that cannot stand there: are these lines after all?
framer::verdict framer::judge_line() const {
    auto end = buffer_.find('\n', scanned_);
    if (end == buffer_.npos) {
        if (buffer_.size() - scanned_ > max_payload_)
            return verdict::document;
        if (!finished_)
            return verdict::wait;
        end = buffer_.size();
    }
    auto const text = std::string_view(buffer_).substr(scanned_, end - scanned_);
    return is_object(text) ? verdict::lines : verdict::document;
}

framer::maybe_frame framer::restart_as_lines() {
    if (dropping_)
        return emit(scanned_, scanned_, mode::lines);
    scanned_ = begin_;
    nesting_.clear();
    change(mode::lines);
    return std::nullopt;
}

framer::maybe_frame framer::element() {
    if (scanned_ != begin_ || dropping_)
        return element_bytes();
    if (!skip_white_space()) {
        if (finished_)
            return give_up("not JSON: the input ends within the array");
        return std::nullopt;
    }
    char const c = buffer_[begin_];
    if (c == ',') {
        scanned_ = ++begin_;
        element_expected_ = true;
        return broken("not JSON: an element of the array is missing before a comma");
    }
    if (c != ']')
        return element_bytes();
    scanned_ = ++begin_;
    change(mode::after_array);
    if (element_expected_)
        return broken("not JSON: an element of the array is missing before its end");
    return std::nullopt;
}

framer::maybe_frame framer::element_bytes() {
    while (scanned_ < buffer_.size()) {
        char const c = buffer_[scanned_];
        bool const at_top = nesting_.closed();
        if (at_top && (c == ',' || c == ']'))
            return emit(scanned_, scanned_, mode::separator);
        if (!nesting_.take(c))
            return give_up("not JSON: a bracket closes what it did not open; the rest of the array "
                           "cannot be told apart and was not read");
        ++scanned_;
        if (!at_top && nesting_.closed())
            return emit(scanned_, scanned_, mode::separator);
    }
    return rest(mode::given_up);
}

framer::maybe_frame framer::separator() {
    if (!skip_white_space()) {
        if (finished_)
            return give_up("not JSON: the input ends within the array");
        return std::nullopt;
    }
    char const c = buffer_[begin_];
    if (c == ',' || c == ']')
        scanned_ = ++begin_;
    element_expected_ = c == ',';
    comma_missing_ = c != ',' && c != ']';
    change(c == ']' ? mode::after_array : mode::element);
    return std::nullopt;
}

framer::maybe_frame framer::after_array() {
    if (!skip_white_space())
        return std::nullopt;
    scanned_ = buffer_.size();
    return give_up("not JSON: there is something after the end of the array; it was not read");
}

} // namespace uploader
