//
// input_reader.hpp: the inputs, one after the other, as frames.
//
#ifndef CAIRN_EXAMPLES_COMMON_INPUT_READER_HPP
#define CAIRN_EXAMPLES_COMMON_INPUT_READER_HPP

#include "descriptors.hpp"

#include <cairn/core/error.hpp>
#include <cairn/records/framer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace common {

/// Reads files, `-` being standard input. Each may have its own form.
class input_reader {
public:
    /// What was not taken of a file when reading stopped. Pipes have none: what was read of them
    /// is framed, and the rest is still their writer's.
    struct remainder {
        std::string path;
        std::uint64_t bytes = 0;
    };

    /// Values of more than `max_size` bytes come in pieces.
    input_reader(std::vector<std::string> paths, std::size_t max_size);

    /// Checks, without opening them, that all inputs can be read.
    static cairn::result<void> check(std::vector<std::string> const& paths);

    /// The next frame of what was read.
    std::optional<cairn::records::frame> next();
    /// Whether `next` may still yield a frame before more is read.
    bool has_frames() const noexcept { return has_frames_; }
    /// Reads once; blocks where the input has nothing. An error names the input, which is then
    /// over. It must not be called while `has_frames()`.
    cairn::result<void> read();
    /// What to poll before `read`; -1 where `read` does not block: a file is to be opened first.
    int get() const noexcept { return file_.get(); }
    /// Reads no more. What was read is still framed; an unfinished value is broken where it came
    /// from a pipe, and belongs to the remainder of a file.
    void stop();
    /// What a stop left unread; whole once `at_end`.
    std::vector<remainder> const& unread() const noexcept { return unread_; }
    bool at_end() const noexcept { return !has_frames_ && paths_.size() == current_; }

private:
    cairn::result<void> open_next();
    void finish_current();
    bool settle_stop();
    void leave_unread(std::size_t input);

    std::vector<std::string> paths_;
    std::size_t current_ = 0;
    std::vector<remainder> unread_;
    std::size_t max_size_;
    descriptor file_;
    std::unique_ptr<cairn::records::framer> framer_;
    std::uint64_t read_ = 0; // bytes of the current input
    std::unique_ptr<char[]> block_;
    bool has_frames_ = false;
    bool stopped_ = false;
    bool ended_ = false; // the current input is; it is left when its frames are taken
};

} // namespace common

#endif
