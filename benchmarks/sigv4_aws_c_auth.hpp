//
// sigv4_aws_c_auth.hpp: aws-c-auth, the signer of AWS's C++ and Python runtimes, as a peer.
//
#ifndef CAIRN_BENCHMARKS_SIGV4_AWS_C_AUTH_HPP
#define CAIRN_BENCHMARKS_SIGV4_AWS_C_AUTH_HPP

#include "operation.hpp"

#include <vector>

namespace benchmarks {

#if defined(CAIRN_BENCHMARK_AWS_C_AUTH)

/// What it is measured at, and its ratios to ours.
std::vector<operation> aws_c_auth_operations();

/// Stop the program unless it signs as we do.
void check_aws_c_auth();

#else // CMake did not find it

inline std::vector<operation> aws_c_auth_operations() {
    return {};
}
inline void check_aws_c_auth() {}

#endif

} // namespace benchmarks

#endif
