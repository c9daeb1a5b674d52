//
// reader.hpp: the inputs, one after the other, as frames.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_READER_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_READER_HPP

#include "descriptors.hpp"
#include "input.hpp"

#include <cairn/core/error.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uploader {

/// Reads files, `-` being standard input. Each may have its own form.
class input_reader {
public:
    input_reader(std::vector<std::string> paths, std::size_t max_payload);

    /// Checks, without opening them, that all inputs can be read.
    static cairn::result<void> check(std::vector<std::string> const& paths);

    /// The next frame of what was read.
    std::optional<frame> next();
    /// Whether `next` may still yield a frame before more is read.
    bool has_frames() const noexcept { return has_frames_; }
    /// Reads once; blocks where the input has nothing. An error names the input, which is then
    /// over. Not while `has_frames`.
    cairn::result<void> read();
    /// What to poll before `read`; -1 where `read` does not block: a file is to be opened first.
    int get() const noexcept { return file_.get(); }
    /// Reads no more. What was read can still be framed, except for an unfinished payload.
    void stop() noexcept;
    bool at_end() const noexcept { return !has_frames_ && paths_.size() == current_; }

private:
    cairn::result<void> open_next();
    void finish_current();

    std::vector<std::string> paths_;
    std::size_t current_ = 0;
    std::size_t max_payload_;
    descriptor file_;
    std::unique_ptr<framer> framer_;
    std::unique_ptr<char[]> block_;
    bool has_frames_ = false;
    bool ended_ = false; // the current input is; it is left when its frames are taken
};

} // namespace uploader

#endif
