//
// cairn/records/framer.hpp: finds the JSON values in a stream of bytes, without holding more than
// one.
//
#ifndef CAIRN_RECORDS_FRAMER_HPP
#define CAIRN_RECORDS_FRAMER_HPP

#include <cairn/core/config.hpp>
#include <cairn/records/detail/nesting.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::records {

/// A part of the input: one value, or what stands where no value can be found.
struct frame {
    enum class kind {
        value,     ///< `text` is one value's; whether it is JSON, its reader finds out
        broken,    ///< not a value; `reason` says why. `text` is empty where pieces came before
        too_large, ///< the end of a value over the limit, all of which has come in pieces
        piece,     ///< a part of what is too large to be held: a `too_large` or `broken` follows
    };

    frame::kind what = kind::value;
    std::string_view text;  ///< valid until the framer is called again
    std::string reason;     ///< for a person, one line; empty unless `broken`
    std::uint64_t size = 0; ///< bytes: those of `text`, at the end of pieces those of all of them
};

/// Tells the values of one input apart. The input is a sequence of values: documents over one line
/// or several, with or without line breaks between them, and arrays, whose elements are the values;
/// all of them mixed. A byte order mark before a value is passed over.
///
/// Text that is not JSON costs as few values as possible:
/// - A line that is an object or an array by itself, where JSON's grammar allows none, ends what
///   was cut short before it; what was cut short is then taken line by line.
/// - In an array the next element is found behind the next comma outside brackets.
/// - Brackets nested deeper than 1,048,576 levels are broken up to the end of their line.
///
/// Every byte that is fed ends up in exactly one frame, save for white space, byte order marks and
/// the brackets and commas of arrays. How the input is cut into pieces makes no difference to the
/// frames where nothing is over the limit; else it may decide whether text that is not JSON is
/// taken line by line or as one that is too large.
///
/// Feed bytes, then take frames until there is none; at the end of input call `finish` and take
/// the rest. Holds at most one value of the limit's size and what was fed last. Never throws, apart
/// from `bad_alloc`. One thread at a time.
class framer {
public:
    /// Values of more than `max_size` bytes come in pieces.
    explicit framer(std::size_t max_size) : max_size_(max_size) {}

    /// Adds bytes, which are copied. To be called only after `next` has given nothing.
    CAIRN_DECL void feed(std::string_view bytes);
    /// Says that no more bytes follow.
    void finish() { finished_ = true; }
    /// The next frame; nothing where more bytes are needed, or none are left.
    CAIRN_DECL std::optional<frame> next();
    /// Ends the input where it is, in place of `finish`: what has come of an unfinished value is
    /// broken, for `reason`. To be called only after `next` has given nothing.
    CAIRN_DECL void cut(std::string reason);
    /// Bytes of an unfinished value: they were fed, and are in no frame but pieces.
    std::uint64_t unfinished() const noexcept { return streamed_ + (buffer_.size() - begin_); }

private:
    enum class mode { start, document, element, separator, lost, large };
    using maybe_frame = std::optional<frame>;

    CAIRN_DECL maybe_frame step();
    CAIRN_DECL maybe_frame start();
    CAIRN_DECL maybe_frame document();
    CAIRN_DECL maybe_frame element();
    CAIRN_DECL maybe_frame scan(bool in_array);
    CAIRN_DECL maybe_frame scan_line_break(bool in_array);
    CAIRN_DECL maybe_frame separator();
    CAIRN_DECL maybe_frame lost();
    CAIRN_DECL maybe_frame large();
    CAIRN_DECL maybe_frame rest(bool in_array);
    CAIRN_DECL maybe_frame emit(std::size_t end, std::size_t next, mode then);
    CAIRN_DECL maybe_frame piece(std::size_t end);
    CAIRN_DECL maybe_frame broken(char const* reason);
    CAIRN_DECL maybe_frame resume_at_line(std::size_t line);
    enum class line_kind { unknown, value, other };
    CAIRN_DECL line_kind judge_line(bool in_array) const;
    CAIRN_DECL bool skip_byte_order_mark();
    CAIRN_DECL bool skip_white_space();
    CAIRN_DECL void change(mode m);
    CAIRN_DECL std::string_view trimmed(std::size_t end) const;
    bool by_lines() const noexcept { return base_ + scanned_ < lines_until_; }

    std::size_t max_size_;
    std::string buffer_;
    std::uint64_t base_ = 0;  // of the buffer in the input
    std::size_t begin_ = 0;   // of the value at hand, or of what is left of it
    std::size_t scanned_ = 0; // up to where it was looked at
    detail::nesting nesting_;
    mode mode_ = mode::start;
    bool finished_ = false;
    bool cut_ = false;
    bool progressed_ = false;       // the last step changed the mode
    bool streaming_ = false;        // the value at hand comes in pieces
    std::uint64_t streamed_ = 0;    // bytes of it that have come
    std::uint64_t lines_until_ = 0; // up to here values end with their line
    std::string why_;               // the value at hand is broken
    bool fresh_line_ = false;       // nothing but white space so far
    bool element_expected_ = false; // after a comma
    bool comma_missing_ = false;
    bool torn_ = false;       // the last element ended with its line
    bool line_break_ = false; // behind the last element
    mode then_ = mode::start; // after `large`
    std::size_t end_ = 0;     // of the value in `large`
    std::size_t next_ = 0;    // where to go on then
};

} // namespace cairn::records

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/records/impl/framer.ipp>
#endif

#endif
