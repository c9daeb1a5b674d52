//
// console.hpp: standard error, where a progress line and messages share a terminal.
//
#ifndef CAIRN_EXAMPLES_COMMON_CONSOLE_HPP
#define CAIRN_EXAMPLES_COMMON_CONSOLE_HPP

#include <chrono>
#include <string>
#include <string_view>

namespace common {

/// The progress line is one of the process: each of these functions, of whatever object and on
/// whatever thread, removes it before it writes.
class console {
public:
    /// `program` begins every message; it must outlive this.
    explicit console(std::string_view program) : program_(program) {}

    /// Writes "PROGRAM: TEXT", a line. Allocates nothing.
    void say(std::string_view text) const noexcept;
    /// Writes text as it is.
    void write(std::string_view text) const noexcept;

    /// Whether standard error is a terminal.
    static bool is_terminal() noexcept;
    /// Shows the line, in place of the one before it.
    static void show_progress(std::string_view line) noexcept;
    /// Removes the progress line. May be called in a signal handler.
    static void clear_progress() noexcept;

private:
    std::string_view program_;
};

/// Tells when to show progress anew.
class pace {
public:
    explicit pace(std::chrono::milliseconds period) : period_(period) {}

    bool due();

private:
    std::chrono::milliseconds period_;
    std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now();
};

} // namespace common

#endif
