//
// cairn/sigv4/detail/text_buffer.hpp: where all texts of signing and verifying are written.
//
#ifndef CAIRN_SIGV4_DETAIL_TEXT_BUFFER_HPP
#define CAIRN_SIGV4_DETAIL_TEXT_BUFFER_HPP

#include <cairn/core/text.hpp>
#include <cairn/sigv4/detail/characters.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace cairn::sigv4::detail {

// A part of a text_buffer, by offset: growth and moves do not change it.
struct text_range {
    std::size_t begin = 0, end = 0;
};

// The fuzz targets have no room inline: then every buffer grows, where that is noticed.
#if defined(CAIRN_SIGV4_LITTLE_ROOM)
inline constexpr std::size_t inline_room = 1;
#else
inline constexpr std::size_t inline_room = 4096;
#endif

// Text that grows at its end; every append looks whether there is room. What usual requests need
// fits into the object itself, and what a larger one allocated is kept.
class text_buffer {
public:
    text_buffer() noexcept {} // leaves the inline bytes uninitialised
    text_buffer(text_buffer&& other) noexcept { *this = std::move(other); }
    text_buffer& operator=(text_buffer&& other) noexcept {
        heap_ = std::move(other.heap_);
        room_ = std::exchange(other.room_, inline_room);
        size_ = std::exchange(other.size_, 0);
        if (!heap_)
            std::memcpy(inline_, other.inline_, size_);
        return *this;
    }

    void clear() noexcept { size_ = 0; }
    std::size_t size() const noexcept { return size_; }
    // What is written from here on is that much long, at most; it may be more.
    void reserve(std::size_t more) {
        if (more > room_ - size_)
            grow(more);
    }

    // `more` bytes at the end, to be written at once.
    std::span<char> extend(std::size_t more) {
        reserve(more);
        size_ += more;
        return {data() + size_ - more, more};
    }
    void push_back(char c) {
        reserve(1);
        data()[size_++] = c;
    }
#if defined(__GNUC__)
    [[gnu::always_inline]]
#endif
    void
    append(std::string_view text) {
        reserve(text.size());
        char* const out = data() + size_;
        size_ += text.size();
        // Most are short: two overlapping moves take less time than a call.
        if (text.size() >= 8 && text.size() <= 16)
            copy_ends<8>(out, text);
        else if (text.size() > 16 && text.size() <= 32)
            copy_ends<16>(out, text);
        else if (!text.empty())
            std::memcpy(out, text.data(), text.size());
    }
    void append_hex(std::span<unsigned char const> bytes) {
        cairn::detail::write_hex_digits(bytes, extend(2 * bytes.size()));
    }
    void append_percent_encoded(std::string_view text, bool keep_slash) {
        while (!text.empty()) {
            std::size_t const plain = unreserved_run(text);
            append(text.substr(0, plain));
            text.remove_prefix(plain);
            if (text.empty())
                break;
            if (keep_slash && text.front() == '/')
                push_back('/');
            else
                append_escaped(text.front());
            text.remove_prefix(1);
        }
    }
    void append_escaped(char c) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        auto const byte = static_cast<unsigned char>(c);
        auto const out = extend(3);
        out[0] = '%';
        out[1] = digits[byte >> 4];
        out[2] = digits[byte & 15];
    }
    void append_number(std::uint64_t number) {
        std::array<char, 20> digits;
        auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        for (char const c : std::string_view(digits.data(), end))
            push_back(c);
    }
    void replace_last(char c) noexcept {
        if (size_ != 0)
            data()[size_ - 1] = c;
    }

    // What stands here already, once more.
    void append_again(text_range r) {
        reserve(r.end - r.begin); // moves it now, and not while it is copied
        append(view(r));
    }
    // Appends, and says where it stands.
    text_range put(std::string_view text) {
        append(text);
        return {size_ - text.size(), size_};
    }
    text_range since(std::size_t begin) const noexcept {
        return {begin, size_};
    }
    std::string_view view(text_range r) const noexcept {
        return {data() + r.begin, r.end - r.begin};
    }
    std::string_view view() const noexcept {
        return {data(), size_};
    }

private:
    template <std::size_t N>
    static void copy_ends(char* out, std::string_view text) noexcept {
        char first[N], last[N];
        std::memcpy(first, text.data(), N);
        std::memcpy(last, text.data() + text.size() - N, N);
        std::memcpy(out, first, N);
        std::memcpy(out + text.size() - N, last, N);
    }

    char* data() noexcept {
        return heap_ ? heap_.get() : inline_;
    }
    char const* data() const noexcept {
        return heap_ ? heap_.get() : inline_;
    }

    void grow(std::size_t more) {
        std::size_t const room = std::max(2 * room_, size_ + more);
        std::unique_ptr<char[]> larger(new char[room]);
        std::memcpy(larger.get(), data(), size_);
        heap_ = std::move(larger);
        room_ = room;
    }

    std::unique_ptr<char[]> heap_;
    std::size_t room_ = inline_room;
    std::size_t size_ = 0;
    char inline_[inline_room];
};

} // namespace cairn::sigv4::detail

#endif
