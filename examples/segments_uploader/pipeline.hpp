//
// pipeline.hpp: the thread that commits.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_PIPELINE_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_PIPELINE_HPP

#include "common/outcomes.hpp"
#include "settings.hpp"

#include <cairn/merge/config.hpp>
#include <cairn/segments/update.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace uploader {

/// What is handed over at once: updates of one day.
struct batch {
    struct item {
        std::uint64_t index = 0; ///< of the payload, ascending
        cairn::segments::update update;
    };

    std::string key;
    std::vector<item> items;
};

/// The end of one group of payloads, which shared a commit.
struct group_end {
    struct range {
        std::uint64_t first = 0;
        std::uint64_t count = 0;
    };

    std::string key;
    std::vector<range> payloads;
    common::error_text error; ///< null: committed

    std::uint64_t size() const;
};

/// What the pipeline tells since it was last asked.
struct news {
    std::vector<group_end> ended;
    std::vector<std::string> warnings;
};

/// What is known when all is done.
struct pipeline_end {
    cairn::merge::merger_statistics merger;
    cairn::storage::conditions conditions; ///< that the server wants; `probe`: not found out
};

/// The storage and the merger, on a thread of their own. Payloads go in by batches and come back
/// by groups. All functions are called by one thread, the owner's.
class pipeline {
public:
    /// Starts the thread. `wake` is called on it when there are news.
    pipeline(settings const& s, std::function<void()> wake);
    /// Gives up what was not committed, and waits for the thread.
    ~pipeline();
    pipeline(pipeline const&) = delete;
    pipeline& operator=(pipeline const&) = delete;

    void submit(batch b);
    /// Ends the gathering: what was submitted is committed as soon as possible.
    void flush();
    /// What happened since the last call.
    news take();
    /// Waits until nothing is under way, and ends the thread.
    pipeline_end finish();

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace uploader

#endif
