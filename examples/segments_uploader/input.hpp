//
// input.hpp: finds the payloads in a stream of bytes, without holding more than one.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_INPUT_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_INPUT_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uploader {

/// One payload's text, or the reason why there is none to read.
struct frame {
    enum class kind {
        payload,   ///< `text` is one payload's, valid JSON or not
        too_large, ///< over the limit: dropped while it was read
        broken,    ///< refused where it stands in the input; `reason` says why
    };

    frame::kind what = kind::payload;
    std::string_view text; ///< valid until bytes are fed again; may be empty unless a payload
    std::string reason;    ///< empty for a payload
};

/// Follows the brackets and strings of JSON text, without judging the rest.
class nesting {
public:
    /// Takes one byte. False where a bracket closes what it did not open, or there are too many.
    bool take(char c);

    bool in_string() const noexcept { return in_string_; }
    /// Whether nothing is open.
    bool closed() const noexcept { return stack_.empty() && !in_string_; }
    /// Whether JSON's grammar allows a value that begins with `{` here.
    bool object_may_begin() const noexcept;
    void clear();

private:
    std::string stack_; // the opening brackets
    char last_ = 0;     // the last byte that is not white space, outside strings
    bool in_string_ = false;
    bool escaped_ = false;
};

/// Tells the payloads of one input apart, whichever of the three forms it has: a leading `[` means
/// an array; a first line that is complete, or broken, by itself means lines; anything else is a
/// document over several lines (more may follow it). A first line that was cut short does not turn
/// lines into a document: as soon as JSON's grammar is violated by a line that is a complete object
/// by itself, the input is taken as lines from its beginning.
///
/// Feed bytes, then take frames until there is none; at the end of input call `finish` and take
/// the rest. Holds at most one payload of the limit's size and what was fed last.
class framer {
public:
    /// Refuses payloads of more than `max_payload` bytes.
    explicit framer(std::size_t max_payload) : max_payload_(max_payload) {}

    /// Adds bytes. Not while a frame can still be taken.
    void feed(std::string_view bytes);
    /// Says that no more bytes follow.
    void finish() { finished_ = true; }
    /// The next payload; nothing where more bytes are needed, or none are left.
    std::optional<frame> next();
    /// Whether the rest of the input is of no use: what came is not an array or document.
    bool gave_up() const noexcept { return mode_ == mode::given_up; }

private:
    enum class mode { start, document, lines, element, separator, after_array, given_up };
    using maybe_frame = std::optional<frame>;

    maybe_frame step();
    maybe_frame start();
    maybe_frame document();
    maybe_frame document_newline();
    maybe_frame line();
    maybe_frame element();
    maybe_frame element_bytes();
    maybe_frame separator();
    maybe_frame after_array();
    maybe_frame emit(std::size_t end, std::size_t next, mode then);
    maybe_frame broken(std::string reason);
    maybe_frame give_up(std::string reason);
    maybe_frame rest(mode then);
    enum class verdict { wait, document, lines };
    verdict judge_line() const;
    maybe_frame restart_as_lines();
    bool skip_byte_order_mark();
    bool skip_white_space();
    void change(mode m);
    void drop_if_large();
    std::string_view trimmed(std::size_t end) const;

    std::size_t max_payload_;
    std::string buffer_;
    std::size_t begin_ = 0;   // of the payload at hand
    std::size_t scanned_ = 0; // up to where it was looked at
    nesting nesting_;
    mode mode_ = mode::start;
    bool finished_ = false;
    bool progressed_ = false;      // the last step changed the mode
    bool byte_order_mark_ = false; // was looked for
    bool dropping_ = false;        // the payload at hand is too large
    bool first_line_ = true;       // of the input, where it is not an array
    bool first_line_broken_ = false;
    bool fresh_line_ = false;       // of a document: nothing but white space so far
    bool element_expected_ = false; // after a comma
    bool comma_missing_ = false;
};

} // namespace uploader

#endif
