//
// cairn/json/detail/plain_run.hpp: how far a string goes on with nothing to look at.
//
#ifndef CAIRN_JSON_DETAIL_PLAIN_RUN_HPP
#define CAIRN_JSON_DETAIL_PLAIN_RUN_HPP

#include <bit>
#include <cstdint>
#include <cstring>

namespace cairn::json::detail {

/// A character of a string that is neither its end, an escape, a control, nor beyond ASCII.
constexpr bool is_plain(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// Whether all eight characters are plain; independent of the byte order.
inline bool all_plain(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101U, tops = ones << 7;
    auto const zero_in = [](std::uint64_t w) { return (w - ones) & ~w; };
    std::uint64_t const bad =
        word | (word - ones * 0x20) | zero_in(word ^ (ones * '"')) | zero_in(word ^ (ones * '\\'));
    return (bad & tops) == 0; // a borrow may accuse a plain one: the caller looks again
}

#if defined(__GNUC__) && defined(__SSE2__)
// GCC's and Clang's own vectors: <emmintrin.h> takes long to compile.
using sixteen_bytes = signed char __attribute__((vector_size(16)));
using sixteen_chars = char __attribute__((vector_size(16)));

/// Which of sixteen characters are not plain: a bit for each.
inline unsigned not_plain(char const* text) {
    sixteen_bytes block;
    std::memcpy(&block, text, sizeof block);
    // A signed comparison: what is beyond ASCII is negative, hence "less" too.
    auto const found = (block < 0x20) | (block == '"') | (block == '\\');
    sixteen_chars mask;
    std::memcpy(&mask, &found, sizeof mask);
    return static_cast<unsigned>(__builtin_ia32_pmovmskb128(mask));
}
#endif

/// The first character from `at` on that is not plain, or `end`.
inline char const* skip_plain(char const* at, char const* end) {
#if defined(__GNUC__) && defined(__SSE2__)
    for (; end - at >= 16; at += 16)
        if (unsigned const found = not_plain(at); found != 0)
            return at + std::countr_zero(found);
#endif
    while (end - at >= 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        if (!all_plain(word))
            break;
        at += 8;
    }
    while (at != end && is_plain(*at))
        ++at;
    return at;
}

} // namespace cairn::json::detail

#endif
