//
// cairn/segments/detail/identity_index.hpp: from an identity to its number.
//
#ifndef CAIRN_SEGMENTS_DETAIL_IDENTITY_INDEX_HPP
#define CAIRN_SEGMENTS_DETAIL_IDENTITY_INDEX_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::segments::detail {

/// A hash table of numbers. It keeps no identity, only its hash: whoever owns the identities
/// compares them, so that their bytes may move. Open addressing, at most half full.
class identity_index {
public:
    using number = std::uint32_t;
    static constexpr number none = UINT32_MAX;

    /// `same(number)` tells whether that number's identity is the one in question.
    template <class Same>
    number find(std::string_view identity, Same same) const {
        return slots_.empty() ? none : slots_[probe(hash(identity), same)].entry;
    }

    /// Finds the identity's number, or gives it `fresh`. Returns the number, and whether it is new.
    template <class Same>
    std::pair<number, bool> insert(std::string_view identity, number fresh, Same same) {
        if (size_ * 2 >= slots_.size())
            grow(slots_.empty() ? 16 : slots_.size() * 2);
        std::uint32_t const h = hash(identity);
        slot& s = slots_[probe(h, same)];
        if (s.entry != none)
            return {s.entry, false};
        s = {h, fresh};
        ++size_;
        return {fresh, true};
    }

    void reserve(std::size_t count) {
        std::size_t wanted = 16;
        while (wanted < count * 2 + 2)
            wanted *= 2;
        if (wanted > slots_.size())
            grow(wanted);
    }

    void clear() {
        slots_.clear();
        size_ = 0;
    }

private:
    struct slot {
        std::uint32_t hash = 0;
        number entry = none;
    };

    static std::uint32_t hash(std::string_view identity) {
        auto const h = static_cast<std::uint64_t>(std::hash<std::string_view>{}(identity));
        return static_cast<std::uint32_t>(h ^ (h >> 32));
    }

    template <class Same>
    std::size_t probe(std::uint32_t h, Same& same) const {
        std::size_t const mask = slots_.size() - 1;
        std::size_t at = h & mask;
        while (slots_[at].entry != none && !(slots_[at].hash == h && same(slots_[at].entry)))
            at = (at + 1) & mask;
        return at;
    }

    void grow(std::size_t capacity) {
        std::vector<slot> const old = std::exchange(slots_, std::vector<slot>(capacity));
        auto const never = [](number) { return false; };
        for (slot const& s : old) {
            if (s.entry != none)
                slots_[probe(s.hash, never)] = s;
        }
    }

    std::vector<slot> slots_;
    std::size_t size_ = 0;
};

} // namespace cairn::segments::detail

#endif
