#ifndef CAIRN_TESTS_SUPPORT_COUNTER_POLICY_HPP
#define CAIRN_TESTS_SUPPORT_COUNTER_POLICY_HPP

#include "support/counter.hpp"

#include <utility>

namespace counter {

struct add {
    using record = std::pair<std::string, long>;
    using group = std::map<std::string, long>;
    static constexpr bool idempotent = false;

    void fold(group& g, record r) { g[r.first] += r.second; }

    cairn::result<void> apply(document& d, group const& g) {
        for (auto const& [name, amount] : g) {
            if (name == "forbidden")
                return cairn::error(cairn::errc::invalid_argument, "this counter is not for you");
            d.values[name] += amount;
        }
        return {};
    }
};
static_assert(cairn::merge::policy<add, document>);

} // namespace counter

#endif
