//
// cairn/storage/file.hpp: a storage in a directory of the local file system.
//
#ifndef CAIRN_STORAGE_FILE_HPP
#define CAIRN_STORAGE_FILE_HPP

#include <cairn/storage/concepts.hpp>
#include <cairn/storage/file_config.hpp>
#include <cairn/storage/handle.hpp>

namespace cairn::storage {

/// Keeps each object as a plain file, which other programs may read at any time. Models
/// `compare_and_swap_storage`, safe between processes of one machine.
///
/// A key is a relative path, as `bucket/2026-01-01_segments.json`: without empty segments, `.`,
/// `..` and NUL, and without names that begin with `.cairn-`, which are the storage's own
/// (`errc::invalid_argument`). An object's version is its file's inode, size and times, so that it
/// changes with each write, whatever is written and by whom.
///
/// *Writes* go to a temporary file in the same directory, which is flushed, renamed into place, and
/// its directory flushed: after a crash the object is the old or the new one. Writers lock files
/// under `.cairn-locks`; readers and listings lock nothing. Network file systems without `flock`
/// and atomic `rename` are not safe.
/// *Executor*: the work is done on threads of the storage's own; the executor given is where
/// handlers without one are invoked.
/// *Cancellation* is heeded until the operation has begun, and while it waits for another writer;
/// nothing has been done then.
/// *Errors* name the path. What errno says becomes `not_found`, `access_denied` or
/// `invalid_argument` where that fits, else it is kept (`ENOSPC`, `EIO`). *Remote effect* on
/// failure: none, except that a write may stand whose directory could not be flushed.
/// *Lifetime*: the last handle's destruction waits for the operations that have begun; the others
/// end with `operation_aborted`. *Thread safety*: all functions, from any thread.
/// *Cost*: a read, of the bytes that it yields; a write, of those that it writes; a page of a
/// listing, of its objects and of the names in the directories between its first and its last key.
class file_storage : public detail::handle {
public:
    CAIRN_DECL explicit file_storage(asio::any_io_executor executor, file_config config);
};

} // namespace cairn::storage

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/storage/impl/file.ipp>
#endif

#endif
