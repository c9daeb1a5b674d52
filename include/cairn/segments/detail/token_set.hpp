//
// cairn/segments/detail/token_set.hpp: which segments were seen.
//
#ifndef CAIRN_SEGMENTS_DETAIL_TOKEN_SET_HPP
#define CAIRN_SEGMENTS_DETAIL_TOKEN_SET_HPP

#include <cairn/json/string.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::segments::detail {

/// A set of JSON tokens that compares strings by what they stand for. It refers to the tokens'
/// bytes. A handful is compared one by one, more are hashed.
class token_set {
public:
    /// Adds `token`; returns whether it was not there.
    bool insert(std::string_view token) {
        if (token.find('\\') != std::string_view::npos && token.front() == '"') {
            std::string_view const plain = json::canonical(token, scratch_);
            return !contains(plain) && (add(owned_.emplace_back(plain)), true);
        }
        return !contains(token) && (add(token), true);
    }

    std::size_t size() const { return few_.size() + many_.size(); }

private:
    static constexpr std::size_t limit = 16;

    bool contains(std::string_view token) const {
        if (many_.empty())
            return std::find(few_.begin(), few_.end(), token) != few_.end();
        return many_.contains(token);
    }

    void add(std::string_view token) {
        if (many_.empty() && few_.size() < limit) {
            few_.push_back(token);
            return;
        }
        many_.insert(few_.begin(), few_.end());
        few_.clear();
        many_.insert(token);
    }

    std::vector<std::string_view> few_;
    boost::unordered_flat_set<std::string_view> many_;
    std::list<std::string> owned_;
    std::string scratch_;
};

} // namespace cairn::segments::detail

#endif
