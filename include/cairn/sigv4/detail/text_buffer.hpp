//
// cairn/sigv4/detail/text_buffer.hpp: where a signature's texts are written.
//
#ifndef CAIRN_SIGV4_DETAIL_TEXT_BUFFER_HPP
#define CAIRN_SIGV4_DETAIL_TEXT_BUFFER_HPP

#include <cairn/sigv4/detail/scratch_array.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace cairn::sigv4::detail {

// A part of a text_buffer, by offset: it survives a move of the buffer.
struct text_range {
    std::size_t begin = 0, end = 0;
};

// Raw memory of a size known before anything is written, so that writers need no checks.
// Requests of usual size fit into the object itself.
class text_buffer {
public:
    text_buffer() noexcept {} // leaves the inline bytes uninitialised
    text_buffer(text_buffer&& other) noexcept { *this = std::move(other); }
    text_buffer& operator=(text_buffer&& other) noexcept {
        if (this == &other)
            return *this;
        delete[] heap_;
        heap_ = std::exchange(other.heap_, nullptr);
        heap_size_ = std::exchange(other.heap_size_, 0);
        if (!heap_)
            std::memcpy(inline_, other.inline_, sizeof inline_);
        return *this;
    }
    ~text_buffer() { delete[] heap_; }

    // Make room for `size` bytes; what was there is lost.
    void prepare(std::size_t size) {
        if (size <= most_inline && (size <= sizeof inline_ || size <= heap_size_))
            return;
        delete[] std::exchange(heap_, nullptr);
        heap_size_ = 0;
        heap_ = new char[size];
        heap_size_ = size;
    }

    char* data() noexcept { return heap_ ? heap_ : inline_; }
    char const* data() const noexcept { return heap_ ? heap_ : inline_; }

    std::string_view view(text_range r) const noexcept {
        return {data() + r.begin, r.end - r.begin};
    }

    // Where the text from `begin` to `end` stands.
    text_range range(char const* begin, char const* end) const noexcept {
        return {static_cast<std::size_t>(begin - data()), static_cast<std::size_t>(end - data())};
    }
    text_range range(std::string_view text) const noexcept {
        return range(text.data(), text.data() + text.size());
    }

private:
    char* heap_ = nullptr;
    std::size_t heap_size_ = 0;
    char inline_[4096];
};

// Copies N bytes as one or two moves, from the begin and, overlapping, to the end.
template <std::size_t N>
void copy_ends(char* out, char const* text, std::size_t size) noexcept {
    std::array<char, N> first, last;
    std::memcpy(first.data(), text, N);
    std::memcpy(last.data(), text + size - N, N);
    std::memcpy(out, first.data(), N);
    std::memcpy(out + size - N, last.data(), N);
}

// Appends a text where there is room for it. Most are short, or constants: no call for those.
#if defined(__GNUC__)
[[gnu::always_inline]]
#endif
inline char*
put(char* out, std::string_view text) noexcept {
    std::size_t const size = text.size();
    if (size >= 8 && size <= 16)
        copy_ends<8>(out, text.data(), size);
    else if (size > 16 && size <= 32)
        copy_ends<16>(out, text.data(), size);
    else if (size != 0)
        std::memcpy(out, text.data(), size);
    return out + size;
}

} // namespace cairn::sigv4::detail

#endif
