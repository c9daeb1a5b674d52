//
// rejects.hpp: payloads that were refused, kept so that they can be fed again.
//
#ifndef CAIRN_EXAMPLES_COMMON_REJECTS_HPP
#define CAIRN_EXAMPLES_COMMON_REJECTS_HPP

#include <cairn/core/error.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace common {

/// One line, newline included: an object of `index`, `reason` and the payload's text as
/// - `payload`, the JSON itself, where it is JSON (line breaks in it become spaces),
/// - `text`, a string that stands for its bytes, where it is not JSON but UTF-8,
/// - `base64`, its bytes, where it is not even that,
/// - `lost`, true, where there is no text.
/// What is too large to be held is kept in lines of its own, before the line of its refusal:
/// - `stream`, a name, and `piece`, some bytes in base64;
/// - in the end `index`, `reason`, `stream`, and `size`, the bytes of all its pieces.
std::string reject_line(std::uint64_t index, std::string_view reason, std::string_view text);

/// What a line of rejects holds.
struct unwrapped {
    std::string payload; ///< the bytes that were refused, or a piece of them
    bool lost = false;   ///< they were not kept
    std::string stream;  ///< names whose piece it is; else empty
    bool last = false;   ///< the stream's last line, without a piece
};

/// Recognises what `reject_line` makes, however it was laid out since; nothing for other text.
std::optional<unwrapped> unwrap_reject(std::string_view text);

/// Adds lines to a file, which is made where it does not exist. A torn line at its end, as a full
/// disk leaves it, is ended first.
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

    /// Keeps a piece of what is too large to be held. `source` tells apart what comes in pieces at
    /// the same time. After an error what follows gets another name: a gap is never closed.
    cairn::result<void> add_piece(unsigned source, std::string_view piece);
    /// Says that the pieces of `source` were those of payload `index`, whose `add` comes later.
    void end_pieces(unsigned source, std::uint64_t index, std::uint64_t size);

private:
    struct ended {
        std::string stream;
        std::uint64_t size = 0;
    };

    cairn::result<void> write(std::string const& line);
    std::string const& stream_of(unsigned source);

    int file_ = -1;
    bool torn_ = false; // the file ends within a line
    std::map<unsigned, std::string> streams_;
    std::map<std::uint64_t, ended> ended_; // by payload
};

} // namespace common

#endif
