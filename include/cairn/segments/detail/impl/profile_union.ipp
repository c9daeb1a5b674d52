#ifndef CAIRN_SEGMENTS_DETAIL_IMPL_PROFILE_UNION_IPP
#define CAIRN_SEGMENTS_DETAIL_IMPL_PROFILE_UNION_IPP

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>
#include <cairn/segments/detail/profile_union.hpp>
#include <cairn/segments/detail/token_set.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <utility>

namespace cairn::segments::detail {

class profile_union {
public:
    explicit profile_union(bool unite_segments) : unite_segments_(unite_segments) {}

    void add(std::string_view profile) {
        json::scanner in(profile, {.max_depth = profile.size(), .allow_lone_surrogates = true});
        std::string_view key, value;
        for (in.enter_object(); in.next_member(key);) {
            if (!in.value(value))
                return;
            std::string name(json::canonical(key, scratch_));
            if (unite_segments_ && name == "\"segments\"")
                add_segments(value);
            add_member(std::move(name), key, value);
        }
        first_ = false;
    }

    std::string text() const {
        std::string out = "{";
        for (member const& m : members_) {
            out.append(out.size() == 1 ? "" : ",").append(m.key).append(":");
            if (&m - members_.data() == segments_at_ && !segments_.empty())
                out.append("[").append(segments_).append("]");
            else
                out.append(m.value);
        }
        return out + "}";
    }

private:
    struct member {
        std::string_view key, value;
    };

    // The first profile's own members stand, even where two share a name.
    void add_member(std::string name, std::string_view key, std::string_view value) {
        auto const [it, fresh] = by_name_.try_emplace(std::move(name), members_.size());
        if (fresh || first_) {
            it->second = members_.size();
            members_.push_back({key, value});
        } else if (it->first != "\"smi_uid\"") {
            members_[it->second].value = value;
        }
        if (it->first == "\"segments\"" && unite_segments_)
            segments_at_ = static_cast<std::ptrdiff_t>(it->second);
    }

    void add_segments(std::string_view list) {
        if (list.front() != '[')
            return;
        json::for_each_element(list, [this](std::string_view token) {
            if (seen_.insert(token))
                segments_.append(segments_.empty() ? "" : ",").append(token);
        });
    }

    bool unite_segments_;
    bool first_ = true;
    std::vector<member> members_;
    boost::unordered_flat_map<std::string, std::size_t> by_name_;
    std::ptrdiff_t segments_at_ = -1;
    token_set seen_;
    std::string segments_; // united, without brackets
    std::string scratch_;
};

CAIRN_DECL std::string unite_profiles(std::vector<std::string_view> const& profiles,
                                      bool unite_segments) {
    profile_union all(unite_segments);
    for (std::string_view const profile : profiles)
        all.add(profile);
    return all.text();
}

} // namespace cairn::segments::detail

#endif
