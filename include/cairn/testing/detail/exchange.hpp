//
// cairn/testing/detail/exchange.hpp: a request whose header was read, and what befalls it.
//
#ifndef CAIRN_TESTING_DETAIL_EXCHANGE_HPP
#define CAIRN_TESTING_DETAIL_EXCHANGE_HPP

#include <cairn/testing/fault.hpp>
#include <cairn/testing/request_head.hpp>

#include <cstddef>

namespace cairn::testing::detail {

struct exchange {
    std::size_t number = 0;
    request_head head;
    fault_action action; // the default one is that nothing befalls it
};

} // namespace cairn::testing::detail

#endif
