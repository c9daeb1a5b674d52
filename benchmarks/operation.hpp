//
// operation.hpp: things whose time, instructions and allocations are measured, alone or in pairs.
//
#ifndef CAIRN_BENCHMARKS_OPERATION_HPP
#define CAIRN_BENCHMARKS_OPERATION_HPP

#include "allocations.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <time.h>

namespace benchmarks {

/// One line of the output.
struct operation {
    std::string name;
    void (*measure)(benchmark::State& state);
    bool (*repeat)(int count); ///< null for a ratio
};

// What is measured is a class: default-made, its `operator()` does the thing once and returns
// whether that worked; it has a `name`, and perhaps `bytes`, which it works through each time.

template <class Case>
void measure(benchmark::State& state) {
    Case run;
    bool good = run(); // the first is not counted: it makes what the others find made
    long const before = allocations;
    for (auto _ : state)
        good &= run();
    long const made = allocations - before;
    if (!good)
        return state.SkipWithError("it failed");
    state.counters["allocations"] =
        benchmark::Counter(static_cast<double>(made), benchmark::Counter::kAvgIterations);
    if constexpr (requires { Case::bytes; })
        state.counters["per_byte"] = benchmark::Counter(
            static_cast<double>(Case::bytes),
            benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class Case>
bool repeat(int count) {
    Case run;
    bool good = true;
    for (int i = 0; i < count; ++i)
        good &= run();
    return good;
}

template <class Case>
operation operation_of() {
    return {Case::name, measure<Case>, repeat<Case>};
}

/// CPU time of `count` runs, in nanoseconds.
template <class Case>
double time_of(Case& run, int count, bool& good) {
    timespec start, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    for (int i = 0; i < count; ++i)
        good &= run();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return 1e9 * static_cast<double>(end.tv_sec - start.tv_sec) +
           static_cast<double>(end.tv_nsec - start.tv_nsec);
}

/// The value that `part` of all the others lie below.
inline double quantile(std::vector<double>& values, double part) {
    auto const at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size()));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

/// How many of each are run at a time: long against the clock's own time, short against what else
/// happens on the machine.
template <class Case>
constexpr int batch() {
    if constexpr (requires { Case::bytes; })
        return 1;
    return 100;
}

/// Run the two by turns, and report the ratio of their times: the median over all turns, and the
/// quartiles, which say how much the machine disturbed them.
template <class Case, class Floor>
void measure_ratio(benchmark::State& state) {
    Case run;
    Floor floor;
    std::vector<double> times, floors, ratios;
    for (auto* list : {&times, &floors, &ratios})
        list->reserve(static_cast<std::size_t>(state.max_iterations));
    bool good = run() && floor();
    for (auto _ : state) { // in this order, so that neither is always the one that comes first
        double below = time_of(floor, batch<Floor>(), good);
        double above = time_of(run, batch<Case>(), good);
        above += time_of(run, batch<Case>(), good);
        below += time_of(floor, batch<Floor>(), good);
        times.push_back(above / (2 * batch<Case>()));
        floors.push_back(below / (2 * batch<Floor>()));
        ratios.push_back(times.back() / floors.back());
    }
    if (!good)
        return state.SkipWithError("it failed");
    state.counters["ratio"] = quantile(ratios, 0.5);
    state.counters["ratio_q1"] = quantile(ratios, 0.25);
    state.counters["ratio_q3"] = quantile(ratios, 0.75);
    state.counters["first_ns"] = quantile(times, 0.5);
    state.counters["second_ns"] = quantile(floors, 0.5);
}

template <class Case, class Floor>
operation ratio_of() {
    return {std::string("ratio/") + Case::name + "/" + Floor::name, measure_ratio<Case, Floor>,
            nullptr};
}

} // namespace benchmarks

#endif
