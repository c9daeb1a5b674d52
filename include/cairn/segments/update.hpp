//
// cairn/segments/update.hpp: what one payload says about one profile.
//
#ifndef CAIRN_SEGMENTS_UPDATE_HPP
#define CAIRN_SEGMENTS_UPDATE_HPP

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

namespace cairn::segments {

/// Canonical string tokens, joined by commas, walked one by one.
class token_list {
public:
    class iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = std::string_view const*;
        using reference = std::string_view;

        iterator() = default;
        explicit iterator(std::string_view rest) : rest_(rest), length_(measure(rest)) {}

        std::string_view operator*() const { return rest_.substr(0, length_); }
        iterator& operator++() {
            rest_.remove_prefix(std::min(length_ + 1, rest_.size()));
            length_ = measure(rest_);
            return *this;
        }
        iterator operator++(int) {
            iterator const before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(iterator const& a, iterator const& b) {
            return a.rest_.size() == b.rest_.size();
        }

    private:
        // A quote ends the token unless an odd number of backslashes stands before it.
        static std::size_t measure(std::string_view rest) {
            for (std::size_t quote = 0; !rest.empty();) {
                quote = rest.find('"', quote + 1);
                std::size_t slashes = 0;
                while (rest[quote - 1 - slashes] == '\\')
                    ++slashes;
                if (slashes % 2 == 0)
                    return quote + 1;
            }
            return 0;
        }

        std::string_view rest_;
        std::size_t length_ = 0;
    };

    explicit token_list(std::string_view joined) : joined_(joined) {}

    iterator begin() const { return iterator(joined_); }
    iterator end() const { return iterator(joined_.substr(joined_.size())); }

private:
    std::string_view joined_;
};

/// A profile's identity and its segments, as canonical JSON tokens (`json::canonical`): two
/// identities are the same only if type and text match, so `1`, `1.0` and `"1"` are three.
/// One allocation whatever the number of segments. A plain value.
class update {
public:
    update() = default;

    /// `identity`: the canonical token of a non-empty string, or a number's text. `segments`:
    /// canonical string tokens.
    explicit update(std::string_view identity,
                    std::initializer_list<std::string_view> segments = {})
        : text_(identity), identity_size_(identity.size()) {
        for (std::string_view const token : segments)
            add(token);
    }

    /// Appends a segment, a canonical string token, without looking for it among the others.
    void add(std::string_view token) {
        if (text_.size() != identity_size_)
            text_ += ',';
        text_ += token;
    }

    /// Memory for so many more bytes of tokens and commas.
    void reserve(std::size_t bytes) { text_.reserve(text_.size() + bytes); }

    std::string_view identity() const { return std::string_view(text_).substr(0, identity_size_); }

    /// The segments in order.
    token_list segments() const { return token_list(joined()); }

    /// The segments as they stand in a JSON array, without its brackets.
    std::string_view joined() const { return std::string_view(text_).substr(identity_size_); }

    friend bool operator==(update const&, update const&) = default;

private:
    std::string text_;
    std::size_t identity_size_ = 0;
};

} // namespace cairn::segments

#endif
