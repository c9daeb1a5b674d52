//
// cairn/json/detail/plain_run.hpp: how far a string goes on with nothing to look at.
//
#ifndef CAIRN_JSON_DETAIL_PLAIN_RUN_HPP
#define CAIRN_JSON_DETAIL_PLAIN_RUN_HPP

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/// The first character from `at` on that is not plain, or `end`.
inline char const* skip_plain(char const* at, char const* end) {
#if defined(__SSE2__)
    while (end - at >= 16) {
        __m128i const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
        // A signed comparison: what is beyond ASCII is negative, hence "less" too.
        __m128i const low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
        __m128i const quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
        __m128i const slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
        int const mask = _mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash)));
        if (mask != 0)
            return at + std::countr_zero(static_cast<unsigned>(mask));
        at += 16;
    }
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
