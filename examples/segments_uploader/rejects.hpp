//
// rejects.hpp: payloads that were refused, kept so that they can be fed again.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_REJECTS_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_REJECTS_HPP

#include <cairn/core/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploader {

/// One line, newline included: an object of `index`, `reason` and the payload's text as
/// - `payload`, the JSON itself, where it is JSON (line breaks in it become spaces),
/// - `text`, a string that stands for its bytes, where it is not JSON but UTF-8,
/// - `base64`, its bytes, where it is not even that,
/// - `lost`, true, where there is no text: it was too long to be kept.
std::string reject_line(std::uint64_t index, std::string_view reason, std::string_view text);

/// What a line of rejects holds.
struct unwrapped {
    std::string payload; ///< the bytes that were refused
    bool lost = false;   ///< they were not kept
};

/// Recognises what `reject_line` makes, however it was laid out since; nothing for other text.
std::optional<unwrapped> unwrap_reject(std::string_view text);

/// Adds lines to a file, which is made where it does not exist.
class rejects_file {
public:
    rejects_file() = default; ///< keeps nothing
    static cairn::result<rejects_file> open(std::string const& path);
    rejects_file(rejects_file&& other) noexcept;
    rejects_file& operator=(rejects_file&& other) noexcept;
    ~rejects_file();

    bool keeps() const noexcept { return file_ >= 0; }
    int descriptor() const noexcept { return file_; }
    /// Keeps one payload. Lines of several processes that share a file do not mix.
    cairn::result<void> add(std::uint64_t index, std::string_view reason, std::string_view text);

private:
    int file_ = -1;
};

} // namespace uploader

#endif
