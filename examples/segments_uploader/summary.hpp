//
// summary.hpp: what became of the run, in numbers.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SUMMARY_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SUMMARY_HPP

#include "common/outcomes.hpp"
#include "settings.hpp"

#include <cairn/merge/config.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace uploader {

/// What is known at the end of a run.
struct ending {
    cairn::merge::merger_statistics merger;
    cairn::storage::conditions conditions; ///< `probe`: not found out
    bool stopped = false;                  ///< by a signal
};

/// Counts outcomes. Bounded: distinct profiles are counted up to a million.
class summary {
public:
    explicit summary(settings const& s) : settings_(s) {}

    void count(common::outcome const& o);
    /// Notes where a commit went.
    void committed(std::string where);
    std::uint64_t failures() const noexcept { return failures_; }

    /// The progress line.
    std::string progress(std::uint64_t accepted, std::size_t in_flight) const;
    std::string text(ending const& e) const;
    /// One line of JSON, with its newline.
    std::string json(ending const& e) const;

private:
    using clock = std::chrono::steady_clock;

    std::string seconds() const;

    settings const& settings_;
    clock::time_point begun_ = clock::now();
    std::uint64_t successes_ = 0;
    std::uint64_t failures_ = 0;
    boost::unordered_flat_set<std::uint64_t> profiles_; // hashes of identities
    std::set<std::string> places_;
    bool more_places_ = false;
};

} // namespace uploader

#endif
