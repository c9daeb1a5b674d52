//
// summary.hpp: what is said on standard error while the program runs, and when it is done.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SUMMARY_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SUMMARY_HPP

#include "common/outcomes.hpp"

#include <cairn/merge/config.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace uploader {

/// Counts outcomes. Bounded: distinct profiles are counted up to a million.
class summary {
public:
    summary();

    void count(common::outcome const& o);
    /// Notes where a commit went.
    void committed(std::string where);
    std::uint64_t failures() const noexcept { return failures_; }

    /// Whether standard error is a terminal.
    bool shows_progress() const noexcept { return terminal_; }
    void show_progress(std::uint64_t accepted, std::size_t in_flight);
    void clear_progress();

    std::string text(cairn::merge::merger_statistics const& stats, bool stopped) const;

private:
    using clock = std::chrono::steady_clock;

    bool terminal_;
    bool shown_ = false;
    clock::time_point begun_ = clock::now();
    clock::time_point next_progress_ = begun_;
    std::uint64_t successes_ = 0;
    std::uint64_t failures_ = 0;
    boost::unordered_flat_set<std::uint64_t> profiles_; // hashes of identities
    std::set<std::string> places_;
    bool more_places_ = false;
};

} // namespace uploader

#endif
