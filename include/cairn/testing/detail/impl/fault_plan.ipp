#ifndef CAIRN_TESTING_DETAIL_IMPL_FAULT_PLAN_IPP
#define CAIRN_TESTING_DETAIL_IMPL_FAULT_PLAN_IPP

#include <cairn/testing/detail/fault_plan.hpp>

#include <utility>

namespace cairn::testing::detail {

inline bool matches(fault_matcher const& m, std::string_view method, std::string_view bucket,
                    std::string_view key) {
    return (m.method.empty() || m.method == method) && (m.bucket.empty() || m.bucket == bucket) &&
           (m.key.empty() || m.key == key) && (!m.key_predicate || m.key_predicate(key));
}

CAIRN_DECL bool fault_plan::spent(entry const& e) {
    return e.withdrawn || (e.what.matcher.count != 0 && e.fired == e.what.matcher.count);
}

CAIRN_DECL std::size_t fault_plan::add(fault f) {
    entry e;
    e.what = std::move(f);
    entries_.push_back(std::move(e));
    return entries_.size() - 1;
}

CAIRN_DECL void fault_plan::clear() {
    for (auto& e : entries_)
        e.withdrawn = true;
}

CAIRN_DECL std::optional<fault_action>
fault_plan::next(std::string_view method, std::string_view bucket, std::string_view key) {
    std::optional<fault_action> due;
    for (auto& e : entries_) {
        if (spent(e) || !matches(e.what.matcher, method, bucket, key))
            continue;
        ++e.seen;
        if (due || e.seen < e.what.matcher.nth)
            continue;
        ++e.fired;
        due = e.what.action;
    }
    return due;
}

CAIRN_DECL std::size_t fault_plan::fired(std::size_t id) const {
    return id < entries_.size() ? entries_[id].fired : 0;
}

CAIRN_DECL std::size_t fault_plan::pending() const {
    std::size_t waiting = 0;
    for (auto const& e : entries_)
        if (!spent(e) && e.what.matcher.count != 0)
            ++waiting;
    return waiting;
}

} // namespace cairn::testing::detail

#endif
