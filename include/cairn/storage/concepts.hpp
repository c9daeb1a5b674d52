//
// cairn/storage/concepts.hpp: what a storage is.
//
// A storage keeps whole objects of bytes under keys. Whether it can compare-and-swap is part of
// its type: code that needs it asks for `compare_and_swap_storage`, and a storage that cannot do
// it does not compile there.
//
#ifndef CAIRN_STORAGE_CONCEPTS_HPP
#define CAIRN_STORAGE_CONCEPTS_HPP

#include <cairn/core/byte_range.hpp>
#include <cairn/core/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cairn::storage {

namespace asio = boost::asio;

/// Names one state of one object. Opaque: compare it for equality, hand it back, nothing else.
struct version {
    std::string tag;

    /// What the storage carries over to the state that replaces this one, such as an object's
    /// metadata; of its own type, and null where there is nothing. Does not count for equality.
    std::shared_ptr<void const> settings = {};

    friend bool operator==(version const& a, version const& b) { return a.tag == b.tag; }
};

/// An object as it was read: its bytes and the version that they belong to.
struct object {
    std::string bytes;
    storage::version version;
};

/// One object in a listing.
struct list_entry {
    std::string key;
    std::uint64_t size = 0; ///< bytes
    storage::version version;
};

/// One page of a listing, in ascending order of the keys' bytes.
struct list_page {
    std::vector<list_entry> entries;
    std::string next; ///< pass it on for the next page; empty where this is the last
};

/// The pieces of one object's content, in order. They refer to memory that the caller keeps
/// alive and unchanged until the operation completes.
using const_buffers = std::vector<asio::const_buffer>;

namespace detail {

template <class T>
struct handler_archetype {
    void operator()(result<T>) {}
};

} // namespace detail

/// *Syntactic requirements*: the expressions below, with every completion token.
///
/// *Semantic requirements*:
/// - `async_get(key)`: the object's whole content; `errc::not_found` where there is none.
/// - `async_get_range(key, range)`: a part of it, with the version of the whole; no bytes where the
///   range begins at the end or past it.
/// - `async_list(prefix, after)`: the objects whose keys begin with `prefix`; `after` is empty for
///   the first page, then the last page's `next`.
///
/// Completion signature `void(result<T>)`, invoked on the handler's associated executor, never
/// from within the initiating call. Arguments are copied or moved; nothing needs to outlive the
/// call. Terminal per-operation cancellation completes with `asio::error::operation_aborted`.
template <class S>
concept readable_storage = requires(S& s, std::string key, byte_range range,
                                    detail::handler_archetype<object> got,
                                    detail::handler_archetype<list_page> listed) {
    { s.get_executor() } -> std::convertible_to<asio::any_io_executor>;
    s.async_get(key, got);
    s.async_get_range(key, range, got);
    s.async_list(key, key, listed);
};

/// Adds writes without a condition: the last one wins.
///
/// - `async_put(key, buffers)`: creates or replaces; yields the new version.
/// - `async_remove(key)`: removes; removing what does not exist succeeds.
///
/// A failure with `remote_effect::possible` may have been applied, or be applied later.
template <class S>
concept writable_storage = readable_storage<S> &&
    requires(S& s, std::string key, const_buffers content, detail::handler_archetype<version> put,
             detail::handler_archetype<void> removed) {
    s.async_put(key, content, put);
    s.async_remove(key, removed);
};

/// Adds the two conditional writes. Each is atomic against every other writer of the key, in this
/// process or another, and is sent at most once: an answer that was lost is reported as
/// `remote_effect::possible`, not retried.
///
/// - `async_create(key, buffers)`: only where the key does not exist.
/// - `async_replace(key, expected, buffers)`: only where the object's version is `expected`.
///
/// Both yield the new version. A condition that did not hold is `condition::lost_race`, or
/// `errc::not_found` where the object to replace is gone, each with `remote_effect::none`.
template <class S>
concept compare_and_swap_storage = writable_storage<S> &&
    requires(S& s, std::string key, version expected, const_buffers content,
             detail::handler_archetype<version> written) {
    s.async_create(key, content, written);
    s.async_replace(key, expected, content, written);
};

} // namespace cairn::storage

#endif
