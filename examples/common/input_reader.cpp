#include "input_reader.hpp"

#include "text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace common {

namespace {

constexpr std::size_t block_size = std::size_t{64} << 10;

cairn::error unreadable(std::string const& path, int code) {
    return cairn::error(cairn::errc::invalid_argument,
                        shown(path) + ": cannot be read: " + std::strerror(code));
}

/// The size of what can be read again; nothing for pipes and terminals.
std::optional<std::uint64_t> size_of(int file) {
    struct stat about {};
    if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
        return std::nullopt;
    return static_cast<std::uint64_t>(about.st_size);
}

} // namespace

input_reader::input_reader(std::vector<std::string> paths, std::size_t max_size)
    : paths_(std::move(paths)), max_size_(max_size), block_(std::make_unique<char[]>(block_size)) {}

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

std::optional<cairn::records::frame> input_reader::next() {
    if (!has_frames_)
        return std::nullopt;
    do {
        if (auto f = framer_->next())
            return f;
    } while (stopped_ && !ended_ && settle_stop());
    has_frames_ = false;
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
    framer_ = std::make_unique<cairn::records::framer>(max_size_);
    read_ = 0;
    return {};
}

cairn::result<void> input_reader::read() {
    if (!file_)
        return open_next();
    auto const n = ::read(file_.get(), block_.get(), block_size);
    if (n > 0) {
        framer_->feed({block_.get(), static_cast<std::size_t>(n)});
        read_ += static_cast<std::uint64_t>(n);
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

void input_reader::stop() {
    if (std::exchange(stopped_, true))
        return;
    auto const first_unopened = current_ + (framer_ ? 1 : 0);
    for (auto i = first_unopened; i < paths_.size(); ++i)
        leave_unread(i);
    paths_.resize(first_unopened);
    if (framer_)
        has_frames_ = true; // `next` settles the current one
}

void input_reader::leave_unread(std::size_t input) {
    auto const& path = paths_[input];
    struct stat about {};
    bool const found =
        path == "-" ? ::fstat(STDIN_FILENO, &about) == 0 : ::stat(path.c_str(), &about) == 0;
    if (found && S_ISREG(about.st_mode) && about.st_size > 0)
        unread_.push_back({path, static_cast<std::uint64_t>(about.st_size)});
}

/// After a stop, once all whole values are taken. True where that gives further frames.
bool input_reader::settle_stop() {
    ended_ = true;
    auto const size = size_of(file_.get());
    if (!size) {
        framer_->cut("the input was stopped within this payload");
        return true;
    }
    auto const at = ::lseek(file_.get(), 0, SEEK_CUR); // standard input may not begin at 0
    auto const read = at < 0 ? read_ : static_cast<std::uint64_t>(at);
    if (read >= *size) {
        framer_->finish(); // that was all of it
        return true;
    }
    unread_.push_back({paths_[current_], *size - read + framer_->unfinished()});
    return false;
}

} // namespace common
