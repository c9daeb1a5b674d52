//
// cairn/testing/detail/fault_plan.hpp: the injected faults, and whose turn it is.
//
#ifndef CAIRN_TESTING_DETAIL_FAULT_PLAN_HPP
#define CAIRN_TESTING_DETAIL_FAULT_PLAN_HPP

#include <cairn/testing/fault.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace cairn::testing::detail {

// Each fault counts the requests that match it. The first one that is due takes the request;
// another that is due at the same request takes the next one that matches. Not thread-safe.
class fault_plan {
public:
    CAIRN_DECL std::size_t add(fault f);
    CAIRN_DECL void clear();
    CAIRN_DECL std::optional<fault_action> next(std::string_view method, std::string_view bucket,
                                                std::string_view key);
    CAIRN_DECL std::size_t fired(std::size_t id) const;
    CAIRN_DECL std::size_t pending() const; // faults that still wait for their last request

private:
    struct entry {
        fault what;
        std::size_t seen = 0;
        std::size_t fired = 0;
        bool withdrawn = false;
    };

    static bool spent(entry const& e);

    std::vector<entry> entries_;
};

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/fault_plan.ipp>
#endif

#endif
