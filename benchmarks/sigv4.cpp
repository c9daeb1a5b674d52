// How long signing takes, with the key of the day at hand.
//
// Allocations are counted in operator new and in libcrypto. Instructions, without those of the
// hashes where the processor has SHA instructions (valgrind has not):
//     valgrind --tool=callgrind bin/benchmark_sigv4 --once sign_small_put 10000

#include <cairn/sigv4.hpp>

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <openssl/crypto.h>

using namespace cairn::sigv4;

namespace {

std::atomic<long> allocations{0};

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

// A conditional PUT of a small object, as the merger sends it.
struct small_put {
    credentials who{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
    signer sign{"us-east-1", "s3", preset::s3};
    header headers[4] = {{"Host", "examplebucket.s3.us-east-1.amazonaws.com"},
                         {"Content-Length", "1024"},
                         {"Content-Type", "application/json"},
                         {"If-Match", "\"9b2cf535f27731c974343645a3985328\""}};
    std::string hash = sha256_hex("a small object");
    request_view request{"PUT", "/data/2026-11-21_segments.json", "", headers, hash};
    std::chrono::system_clock::time_point now = timestamp::parse("20261121T123456Z").value().time();
    signature out;
};

void sign_small_put(benchmark::State& state) {
    small_put s;
    benchmark::DoNotOptimize(s.sign.sign(s.who, s.request, s.now, s.out).has_value());
    long const before = allocations;
    for (auto _ : state)
        benchmark::DoNotOptimize(s.sign.sign(s.who, s.request, s.now, s.out).has_value());
    state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                       benchmark::Counter::kAvgIterations);
}
BENCHMARK(sign_small_put);

// The floor: the three hashes of that request, and nothing else.
void hashes_of_small_put(benchmark::State& state) {
    small_put s;
    benchmark::DoNotOptimize(s.sign.sign(s.who, s.request, s.now, s.out).has_value());
    hmac_key const key = hmac_key::from({});
    for (auto _ : state) {
        benchmark::DoNotOptimize(sha256_of(s.out.canonical_request()));
        benchmark::DoNotOptimize(key.sign(s.out.string_to_sign()));
    }
    state.counters["canonical_bytes"] = static_cast<double>(s.out.canonical_request().size());
    state.counters["to_sign_bytes"] = static_cast<double>(s.out.string_to_sign().size());
}
BENCHMARK(hashes_of_small_put);

void first_signature_of_a_day(benchmark::State& state) {
    small_put s;
    for (auto _ : state) {
        signer const fresh("us-east-1", "s3", preset::s3);
        benchmark::DoNotOptimize(fresh.sign(s.who, s.request, s.now, s.out).has_value());
    }
}
BENCHMARK(first_signature_of_a_day);

void presign_get(benchmark::State& state) {
    small_put s;
    request_view const get{"GET", s.request.path, "", {s.headers, 1}};
    benchmark::DoNotOptimize(
        s.sign.presign(s.who, get, s.now, std::chrono::hours(1), s.out).has_value());
    long const before = allocations;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            s.sign.presign(s.who, get, s.now, std::chrono::hours(1), s.out).has_value());
    state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                       benchmark::Counter::kAvgIterations);
}
BENCHMARK(presign_get);

void sign_on_threads(benchmark::State& state) {
    static small_put const shared;
    signature out;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            shared.sign.sign(shared.who, shared.request, shared.now, out).has_value());
}
BENCHMARK(sign_on_threads)->Threads(2)->UseRealTime();

int run_once(std::string_view name, int count) {
    if (name != "sign_small_put")
        return std::fputs("unknown name\n", stderr), 2;
    small_put s;
    for (int i = 0; i < count; ++i)
        if (!s.sign.sign(s.who, s.request, s.now, s.out))
            return 1;
    return 0;
}

} // namespace

// Not inlined, or g++ takes the pair for mismatched.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
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

int main(int argc, char** argv) {
    CRYPTO_set_mem_functions(counted_malloc, counted_realloc, plain_free);
    if (argc == 4 && std::string_view(argv[1]) == "--once")
        return run_once(argv[2], std::atoi(argv[3]));
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
}
