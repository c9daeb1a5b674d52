#include "allocations.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

#include <openssl/crypto.h>

namespace benchmarks {

constinit thread_local long allocations = 0;

namespace {

void* counted_malloc(std::size_t size, char const*, int) {
    ++allocations;
    return std::malloc(size);
}

void* counted_realloc(void* old, std::size_t size, char const*, int) {
    ++allocations;
    return std::realloc(old, size);
}

void plain_free(void* memory, char const*, int) {
    std::free(memory);
}

} // namespace

void count_libcrypto_allocations() {
    CRYPTO_set_mem_functions(counted_malloc, counted_realloc, plain_free);
}

} // namespace benchmarks

// Not inlined, or g++ takes the pair for mismatched.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++benchmarks::allocations;
    if (void* const memory = std::malloc(size))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
