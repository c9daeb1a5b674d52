#include "reader.hpp"

#include "members.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace uploader {

namespace {

constexpr std::size_t block_size = std::size_t{64} << 10;

cairn::error unreadable(std::string const& path, int code) {
    return cairn::error(cairn::errc::invalid_argument,
                        printable(path) + ": cannot be read: " + std::strerror(code));
}

} // namespace

input_reader::input_reader(std::vector<std::string> paths, std::size_t max_payload)
    : paths_(std::move(paths)), max_payload_(max_payload),
      block_(std::make_unique<char[]>(block_size)) {}

cairn::result<void> input_reader::check(std::vector<std::string> const& paths) {
    for (auto const& path : paths) {
        if (path == "-")
            continue;
        struct stat about {};
        if (::stat(path.c_str(), &about) != 0 || ::access(path.c_str(), R_OK) != 0)
            return unreadable(path, errno);
        if (S_ISDIR(about.st_mode))
            return unreadable(path, EISDIR);
    }
    return {};
}

std::optional<frame> input_reader::next() {
    if (!has_frames_)
        return std::nullopt;
    if (auto f = framer_->next())
        return f;
    has_frames_ = false;
    if (framer_->gave_up())
        ended_ = true;
    if (ended_)
        finish_current();
    return std::nullopt;
}

void input_reader::finish_current() {
    file_ = descriptor();
    framer_.reset();
    ended_ = false;
    ++current_;
}

cairn::result<void> input_reader::open_next() {
    auto const& path = paths_[current_];
    // Without O_NONBLOCK a pipe that nobody writes to yet would hold up everything else.
    file_ = descriptor(path == "-" ? STDIN_FILENO
                                   : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file_ && errno == EINTR)
        return {};
    if (!file_) {
        auto const code = errno;
        ++current_;
        return unreadable(path, code);
    }
    framer_ = std::make_unique<framer>(max_payload_);
    return {};
}

cairn::result<void> input_reader::read() {
    if (!file_)
        return open_next();
    auto const n = ::read(file_.get(), block_.get(), block_size);
    if (n > 0) {
        framer_->feed({block_.get(), static_cast<std::size_t>(n)});
        has_frames_ = true;
        return {};
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return {};
    auto const code = n < 0 ? errno : 0;
    framer_->finish();
    has_frames_ = true;
    ended_ = true;
    if (code != 0)
        return unreadable(paths_[current_], code);
    return {};
}

void input_reader::stop() noexcept {
    current_ = paths_.size();
    file_ = descriptor();
    framer_.reset();
    has_frames_ = false;
    ended_ = false;
}

} // namespace uploader
