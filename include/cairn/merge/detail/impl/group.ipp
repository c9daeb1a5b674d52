#ifndef CAIRN_MERGE_DETAIL_IMPL_GROUP_IPP
#define CAIRN_MERGE_DETAIL_IMPL_GROUP_IPP

#include <cairn/merge/detail/group.hpp>

#include <random>

namespace cairn::merge::detail {

CAIRN_DECL void group_state::wait(waiter<receipt>::pointer w) {
    if (!outcome_) {
        waiters_.push_back(std::move(w));
        return;
    }
    asio::post(executor_, [w = std::move(w), r = *outcome_]() mutable { w->fire(std::move(r)); });
}

CAIRN_DECL void group_state::finish(result<receipt> outcome) {
    outcome_.emplace(std::move(outcome));
    if (waiters_.empty())
        return;
    asio::post(executor_, [all = std::move(waiters_), r = *outcome_] {
        for (auto const& w : all)
            w->fire(r);
    });
    waiters_.clear();
}

CAIRN_DECL std::string random_writer() {
    static constexpr char digits[] = "0123456789abcdef";
    std::random_device source;
    std::string name;
    for (int word = 0; word < 4; ++word) {
        auto bits = source();
        for (int i = 0; i < 8; ++i, bits >>= 4)
            name += digits[bits & 15u];
    }
    return name;
}

} // namespace cairn::merge::detail

#endif
