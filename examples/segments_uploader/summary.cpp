#include "summary.hpp"

#include <unistd.h>

#include <cstdio>

namespace uploader {

namespace {

constexpr std::size_t max_profiles = 1'000'000;
constexpr std::size_t max_places = 100;

} // namespace

summary::summary() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void summary::count(common::outcome const& o) {
    if (o.error) {
        ++failures_;
        return;
    }
    ++successes_;
    if (profiles_.size() <= max_profiles)
        profiles_.insert(o.tag);
}

void summary::committed(std::string where) {
    if (places_.size() < max_places)
        places_.insert(std::move(where));
    else if (!places_.contains(where))
        more_places_ = true;
}

void summary::show_progress(std::uint64_t accepted, std::size_t in_flight) {
    if (!terminal_ || clock::now() < next_progress_)
        return;
    next_progress_ = clock::now() + std::chrono::milliseconds(500);
    std::fprintf(stderr, "\r\033[K%llu payloads read, %llu uploaded, %llu failed, %zu under way",
                 static_cast<unsigned long long>(accepted),
                 static_cast<unsigned long long>(successes_),
                 static_cast<unsigned long long>(failures_), in_flight);
    std::fflush(stderr);
    shown_ = true;
}

void summary::clear_progress() {
    if (shown_)
        std::fputs("\r\033[K", stderr);
    shown_ = false;
}

std::string summary::text(cairn::merge::merger_statistics const& stats, bool stopped) const {
    auto const seconds = std::chrono::duration<double>(clock::now() - begun_).count();
    char time[32];
    std::snprintf(time, sizeof time, "%.2f s", seconds);
    auto const line = [](char const* name, std::string const& value) {
        return "  " + std::string(name) + value + "\n";
    };
    std::string out = stopped ? "segments_uploader: stopped by a signal\n" : "segments_uploader:\n";
    out += line("payloads: ", std::to_string(successes_ + failures_) + " (" +
                                  std::to_string(successes_) + " uploaded, " +
                                  std::to_string(failures_) + " failed)");
    out += line("profiles: ", profiles_.size() > max_profiles
                                  ? "more than " + std::to_string(max_profiles)
                                  : std::to_string(profiles_.size()));
    out += line("commits:  ", std::to_string(stats.commits));
    out += line("retries:  ", std::to_string(stats.conflicts + stats.transients + stats.ambiguous));
    out += line("time:     ", time);
    for (auto const& place : places_)
        out += line("file:     ", place);
    if (more_places_)
        out += line("file:     ", "and more");
    return out;
}

} // namespace uploader
