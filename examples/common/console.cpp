#include "console.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <initializer_list>

namespace common {

namespace {

constexpr std::string_view erase_line = "\r\033[K";

std::atomic<bool> progress_shown{false};
static_assert(std::atomic<bool>::is_always_lock_free); // signal handlers use it

// One call, so that lines of several threads and processes do not mix.
void put(std::initializer_list<std::string_view> pieces) noexcept {
    std::array<iovec, 4> vectors{};
    std::size_t count = 0;
    for (auto const piece : pieces)
        vectors[count++] = {const_cast<char*>(piece.data()), piece.size()};
    while (::writev(STDERR_FILENO, vectors.data(), static_cast<int>(count)) < 0 && errno == EINTR)
        continue;
}

} // namespace

void console::say(std::string_view text) const noexcept {
    clear_progress();
    put({program_, ": ", text, "\n"});
}

void console::write(std::string_view text) const noexcept {
    clear_progress();
    put({text});
}

bool console::is_terminal() noexcept {
    return ::isatty(STDERR_FILENO) == 1;
}

void console::show_progress(std::string_view line) noexcept {
    progress_shown = true;
    put({erase_line, line});
}

void console::clear_progress() noexcept {
    if (progress_shown.exchange(false))
        put({erase_line});
}

bool pace::due() {
    auto const now = std::chrono::steady_clock::now();
    if (now < next_)
        return false;
    next_ = now + period_;
    return true;
}

} // namespace common
