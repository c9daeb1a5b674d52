//
// allocations.hpp: counts how often memory is asked for.
//
#ifndef CAIRN_BENCHMARKS_ALLOCATIONS_HPP
#define CAIRN_BENCHMARKS_ALLOCATIONS_HPP

namespace benchmarks {

/// Allocations of this thread so far: those of operator new and of libcrypto; and those of whoever
/// else counts them here.
extern constinit thread_local long allocations;

/// Let libcrypto's be counted: to be called before anything else uses it.
void count_libcrypto_allocations();

} // namespace benchmarks

#endif
