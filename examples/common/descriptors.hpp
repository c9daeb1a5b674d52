//
// descriptors.hpp: what the main thread waits for: signals, wake-ups, and room on standard output.
//
#ifndef CAIRN_EXAMPLES_COMMON_DESCRIPTORS_HPP
#define CAIRN_EXAMPLES_COMMON_DESCRIPTORS_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace common {

/// A file descriptor that is closed with its owner.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor&& other) noexcept;
    descriptor& operator=(descriptor&& other) noexcept;
    ~descriptor();

    int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Readable after `notify`, which may be called on any thread and in signal handlers.
class wake_up {
public:
    wake_up();

    int get() const noexcept { return event_.get(); }
    void notify() const noexcept;
    void clear() const noexcept;

private:
    descriptor event_;
};

/// From now on the first SIGTERM or SIGINT notifies `w` and is told by `stop_requested`; the second
/// ends the process at once, with exit code 1. SIGPIPE and SIGXFSZ are
/// ignored: the write that caused them fails.
void handle_signals(wake_up const& w);
bool stop_requested() noexcept;

/// Text on its way to a descriptor, written in pieces that do not block where poll says so.
class text_writer {
public:
    explicit text_writer(int descriptor);

    int get() const noexcept { return descriptor_; }
    std::string& buffer() noexcept { return buffer_; }
    std::size_t pending() const noexcept { return buffer_.size() - written_; }
    /// Whether nobody reads any more; the text is then dropped.
    bool broken() const noexcept { return broken_; }
    /// Writes one piece.
    void write_piece();

private:
    int descriptor_;
    std::size_t piece_;
    std::string buffer_;
    std::size_t written_ = 0;
    bool broken_ = false;
};

} // namespace common

#endif
