//
// cairn/s3_storage/s3_storage.hpp: objects in an S3 bucket. The one place that joins `s3` and
// `storage`.
//
#ifndef CAIRN_S3_STORAGE_S3_STORAGE_HPP
#define CAIRN_S3_STORAGE_S3_STORAGE_HPP

#include <cairn/s3/client.hpp>
#include <cairn/storage/concepts.hpp>
#include <cairn/storage/handle.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace cairn::storage {

/// How a server is asked for conditional writes.
enum class conditions {
    probe,    ///< find out before the first conditional write
    quoted,   ///< `If-Match: "etag"`, as AWS documents it; not verified
    unquoted, ///< `If-Match: etag`, as Ceph's gateway wants it; not verified
};

struct s3_storage_config {
    std::string prefix = {}; ///< put before every key as it is
    storage::conditions conditions = storage::conditions::probe;
    std::string content_type = "application/json"; ///< of the objects that are written

    /// Called, on the client's strand, once probing has found how the server wants conditions:
    /// `quoted` or `unquoted`. May be empty.
    std::function<void(storage::conditions found)> on_probed = {};

    /// Called, on the client's strand, with a probe object that could not be removed and why: most
    /// likely the credentials may not delete. May be empty.
    std::function<void(std::string const& key, error const& why)> on_probe_left = {};
};

namespace detail {
class s3_impl;
}

/// Keeps objects in one bucket. Models `compare_and_swap_storage`; a version is the object's ETag.
///
/// Before the first conditional write it probes, once per storage, that the server honours
/// conditions: six or seven small requests to an object `<prefix>.cairn-probe-<random>`, which is
/// removed afterwards, each version of it. Where it may not be removed, an object
/// `<prefix>.cairn-probe` is made besides, which later probes use and leave where it is. Where the
/// server does not honour conditions, every conditional write fails with
/// `errc::conditions_unsupported`, and nothing of it is sent. A probe that fails for another reason
/// is repeated by the next conditional write.
///
/// A replaced object keeps what the version that was read says of it, as far as one request can
/// carry that: content headers, user metadata, storage class, encryption (not with a key of the
/// client's own), the redirect of a website, and tags, whose reading is a request more for objects
/// that have some. Lost are ACLs, locks and legal holds, and the checksum that the last writer
/// sent. Where the tags may not be read or written, the write fails. A change of these settings
/// alone, between the read and the write, is undone: it does not change the ETag.
///
/// Copies share the state. Thread safety, cancellation, deadlines: the client's; a write that waits
/// for the probe is cancelled with it. Remote effect on failure: the client's; an error of the
/// probe has none. Cost: one request an operation. Source: Amazon S3 User Guide, "How to prevent
/// object overwrites with conditional writes".
class s3_storage : public detail::handle {
public:
    CAIRN_DECL s3_storage(s3::client client, std::string bucket, s3_storage_config config = {});

    /// Requests that probing has taken so far; any thread.
    CAIRN_DECL std::uint64_t probe_requests() const noexcept;

private:
    CAIRN_DECL explicit s3_storage(std::shared_ptr<detail::s3_impl> impl);

    std::shared_ptr<detail::s3_impl> s3_;
};

} // namespace cairn::storage

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3_storage/impl/s3_storage.ipp>
#endif

#endif
