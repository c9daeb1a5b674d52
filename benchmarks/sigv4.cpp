// How long signing takes, in CPU time, and how often it allocates; against the hashing that it
// cannot do without and, where it was found, aws-c-auth.
//
//     benchmark_sigv4 [Google Benchmark's options]
//     benchmark_sigv4 --names               what --once takes
//     benchmark_sigv4 --once NAME COUNT     does it COUNT times, for callgrind: instructions.sh
//     benchmark_sigv4 --signatures          of the requests that signing_peers.py signs too

#include "allocations.hpp"
#include "operation.hpp"
#include "sigv4_aws_c_auth.hpp"
#include "sigv4_cases.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace benchmarks {
namespace {

void sign_on_threads(benchmark::State& state) {
    static small_put const shared;
    signature out;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            shared.sign.sign(shared.who, shared.request, shared.now, out).has_value());
}

double least(std::vector<double> const& values) {
    return *std::min_element(values.begin(), values.end());
}

std::vector<operation> all_operations() {
    std::vector<operation> all = {
        operation_of<sign_small_put>(),
        operation_of<hashes_of_small_put>(),
        operation_of<sign_small_put_cold_key>(),
        operation_of<presign_get>(),
        operation_of<hashes_of_presigned_get>(),
        operation_of<presign_get_cold_key>(),
        operation_of<sign_chunk>(),
        operation_of<sign_trailer>(),
        operation_of<sign_post>(),
        operation_of<sign_small_put_v4a>(),
        operation_of<verify_small_put>(),
        operation_of<chunks_64k>(),
        operation_of<hashes_64k>(),
        operation_of<chunks_8k>(),
        operation_of<hashes_8k>(),
        ratio_of<sign_small_put, hashes_of_small_put>(),
        ratio_of<presign_get, hashes_of_presigned_get>(),
        ratio_of<chunks_64k, hashes_64k>(),
        ratio_of<chunks_8k, hashes_8k>(),
    };
    for (operation const& o : aws_c_auth_operations())
        all.push_back(o);
    return all;
}

int run_once(std::string_view name, int count) {
    for (operation const& o : all_operations())
        if (o.name == name && o.repeat)
            return o.repeat(count) ? 0 : 1;
    std::fputs("unknown name\n", stderr);
    return 2;
}

int print_names() {
    for (operation const& o : all_operations())
        if (o.repeat)
            std::puts(o.name.c_str());
    return 0;
}

template <class Case>
void print_signature() {
    Case c;
    if (c())
        std::printf("%s %.*s\n", Case::name, static_cast<int>(c.out.hex().size()),
                    c.out.hex().data());
}

int print_signatures() {
    print_signature<sign_small_put>();
    print_signature<presign_get>();
    return 0;
}

int run_benchmarks(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    check_aws_c_auth();
    for (operation const& o : all_operations()) {
        auto* const registered = benchmark::RegisterBenchmark(o.name.c_str(), o.measure);
        registered->ComputeStatistics("least", least);
        if (!o.repeat)
            registered->Iterations(301);
    }
    benchmark::RegisterBenchmark("sign_on_threads", sign_on_threads)->Threads(2)->UseRealTime();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

} // namespace
} // namespace benchmarks

int main(int argc, char** argv) {
    using namespace benchmarks;
    count_libcrypto_allocations();
    std::string_view const option = argc > 1 ? argv[1] : "";
    if (option == "--once" && argc == 4)
        return run_once(argv[2], std::atoi(argv[3]));
    if (option == "--names")
        return print_names();
    if (option == "--signatures")
        return print_signatures();
    return run_benchmarks(argc, argv);
}
