//
// cairn/storage/file_config.hpp: how the file storage works.
//
#ifndef CAIRN_STORAGE_FILE_CONFIG_HPP
#define CAIRN_STORAGE_FILE_CONFIG_HPP

#include <chrono>
#include <cstddef>
#include <string>

namespace cairn::storage {

struct file_config {
    /// The root, created when first written to. A key is a path below it.
    std::string directory;

    unsigned threads = 4;         ///< that do the blocking work, at least 1
    std::size_t page_size = 1000; ///< entries in one page of a listing, at least 1

    /// Files that a crashed writer left half-written are removed at this age, by the next writer
    /// to their directory.
    std::chrono::seconds stale_after{600};
};

} // namespace cairn::storage

#endif
