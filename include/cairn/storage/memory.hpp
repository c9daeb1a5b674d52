//
// cairn/storage/memory.hpp: a storage in this process's memory, for tests and for trying things.
//
#ifndef CAIRN_STORAGE_MEMORY_HPP
#define CAIRN_STORAGE_MEMORY_HPP

#include <cairn/storage/concepts.hpp>
#include <cairn/storage/handle.hpp>

#include <cstddef>

namespace cairn::storage {

struct memory_config {
    std::size_t page_size = 1000; ///< entries in one page of a listing, at least 1
};

/// Keeps objects in memory for as long as a handle to them lives. Models
/// `compare_and_swap_storage`.
///
/// Copies share the objects. Thread safety: all functions, from any thread. The work itself is
/// done on the storage's executor, one hop after the call; cancellation before that leaves
/// nothing done. Remote effect on failure: always none. Cost: one copy of the content each way.
class memory_storage : public detail::handle {
public:
    /// Makes an empty storage. `executor`: where its work is done, and where handlers without an
    /// associated executor are invoked.
    CAIRN_DECL explicit memory_storage(asio::any_io_executor executor, memory_config config = {});
};

} // namespace cairn::storage

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/storage/impl/memory.ipp>
#endif

#endif
