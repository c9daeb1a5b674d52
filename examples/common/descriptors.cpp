#include "descriptors.hpp"

#include "console.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace common {

namespace {

// Signal handlers reach nothing else.
volatile std::sig_atomic_t signals_seen = 0;
volatile std::sig_atomic_t signal_event = -1;

void notify_event(int event) noexcept {
    std::uint64_t const one = 1;
    // A full counter wakes up just as well.
    [[maybe_unused]] auto const n = ::write(event, &one, sizeof one);
}

extern "C" void on_signal(int) {
    if (signals_seen != 0) {
        console::clear_progress();
        ::_exit(1);
    }
    signals_seen = 1;
    int const saved = errno;
    notify_event(signal_event);
    errno = saved;
}

} // namespace

descriptor::descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

descriptor& descriptor::operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

descriptor::~descriptor() {
    if (number_ > STDERR_FILENO)
        ::close(number_);
}

wake_up::wake_up() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_)
        throw std::system_error(errno, std::generic_category(), "eventfd");
}

void wake_up::notify() const noexcept {
    notify_event(event_.get());
}

void wake_up::clear() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] auto const n = ::read(event_.get(), &count, sizeof count);
}

void handle_signals(wake_up const& w) {
    signal_event = w.get();
    struct sigaction action {};
    action.sa_handler = &on_signal;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
    ::sigaction(SIGXFSZ, &action, nullptr); // writing fails instead, and is told
}

bool stop_requested() noexcept {
    return signals_seen != 0;
}

text_writer::text_writer(int descriptor) : descriptor_(descriptor), piece_(PIPE_BUF) {
    struct stat about {};
    if (::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode))
        piece_ = std::size_t{64} << 10;
}

void text_writer::write_piece() {
    if (!broken_ && pending() != 0) {
        auto const n = ::write(descriptor_, buffer_.data() + written_, std::min(pending(), piece_));
        if (n >= 0)
            written_ += static_cast<std::size_t>(n);
        else if (errno != EINTR && errno != EAGAIN)
            broken_ = true;
    }
    if (broken_ || pending() == 0) {
        buffer_.clear();
        written_ = 0;
    } else if (written_ > (std::size_t{256} << 10)) {
        buffer_.erase(0, written_);
        written_ = 0;
    }
}

} // namespace common
