//
// cairn/testing/s3_server.hpp: an S3 server for tests, in the process that tests.
//
#ifndef CAIRN_TESTING_S3_SERVER_HPP
#define CAIRN_TESTING_S3_SERVER_HPP

#include <cairn/core/config.hpp>
#include <cairn/testing/fault.hpp>
#include <cairn/testing/object_store.hpp>
#include <cairn/testing/request_head.hpp>
#include <cairn/testing/s3_server_config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cairn::testing {

namespace detail {
class server_core;
}

/// An S3 server on 127.0.0.1 with a port of its own, and a thread of its own, for tests of S3
/// clients. It verifies signatures, keeps objects in memory, and does what can go wrong, exactly
/// when it is told to.
///
/// Implements CreateBucket, HeadBucket, DeleteBucket, GetBucketLocation, ListObjectsV2, POST
/// Object (a form, with its policy), and GetObject, GetObjectTagging,
/// HeadObject, PutObject, DeleteObject with their
/// conditions; the rest is answered with 501 NotImplemented. One request is carried out at a
/// time, in the order of arrival.
///
/// Takes Signature Version 4 and, except for forms, 4A; in the header and in the query, with a
/// session token or without. Bodies come whole, hashed or unsigned, or, behind a signature in the
/// header, in `aws-chunked` form, signed or not, with trailers. Nothing is stored before all of
/// it was right. Not done: chunks behind a presigned query (501); HTTP's own chunks (501), unless
/// S3's are in them; checksums other than Content-MD5 and a trailing `x-amz-checksum-sha256`
/// (ignored); refusing chunks that S3 finds too small. Of a form's fields only `key`,
/// `Content-Type`, `Content-MD5`, `x-amz-meta-*`, `success_action_status` and
/// `success_action_redirect` have an effect beyond the policy's conditions on them.
///
/// Thread safety: all members may be called from any thread, but not from the predicates and the
/// clock that were given to the server.
class s3_server {
public:
    /// Listens and starts the thread.
    /// @throws boost::system::system_error where it cannot listen or the certificate is not
    /// readable.
    CAIRN_DECL explicit s3_server(s3_server_config config = {});

    /// Closes all connections, forgets late writes, joins the thread.
    CAIRN_DECL ~s3_server();

    s3_server(s3_server const&) = delete;
    s3_server& operator=(s3_server const&) = delete;

    /// `http://127.0.0.1:PORT`, or `https://`.
    CAIRN_DECL std::string endpoint() const;
    CAIRN_DECL std::uint16_t port() const;
    CAIRN_DECL s3_server_config const& config() const;

    /// Injects a fault, which counts the matching requests whose header is read from now on.
    /// @return its id, for `faults_fired`.
    CAIRN_DECL std::size_t inject(fault f);
    /// How many requests a fault has hit.
    CAIRN_DECL std::size_t faults_fired(std::size_t id) const;
    /// Withdraws all faults that were not yet due.
    CAIRN_DECL void clear_faults();
    /// Closes the next connections as soon as they are accepted, before TLS or anything else.
    CAIRN_DECL void reject_connections(std::size_t count);
    /// Changes how conditions are treated from the next request on.
    CAIRN_DECL void set_conditions(condition_behaviour behaviour);

    /// Closes the connections that wait for a request, as a server does with idle ones.
    CAIRN_DECL void close_idle_connections();
    /// Closes all connections, whatever they do.
    CAIRN_DECL void close_connections();

    /// Writes an object as another client would; creates the bucket if need be.
    /// @return its ETag, with quotes.
    CAIRN_DECL std::string put_object(std::string const& bucket, std::string const& key,
                                      std::string bytes, header_list metadata = {});
    /// @return whether there was such an object.
    CAIRN_DECL bool remove_object(std::string const& bucket, std::string const& key);
    /// Returns a copy of an object.
    CAIRN_DECL std::optional<stored_object> object(std::string const& bucket,
                                                   std::string const& key) const;
    /// Returns the keys of a bucket, in order.
    CAIRN_DECL std::vector<std::string> keys(std::string const& bucket) const;

    /// Returns a copy of the log.
    CAIRN_DECL std::vector<request_record> requests() const;
    /// Empties the log. Numbers go on.
    CAIRN_DECL void clear_requests();
    CAIRN_DECL server_counters counters() const;

    /// Waits until the counters satisfy a predicate, which is called under the server's lock.
    /// @return whether they did within `timeout`.
    CAIRN_DECL bool wait_for(std::function<bool(server_counters const&)> const& done,
                             std::chrono::milliseconds timeout) const;
    /// Waits until that many requests were read since the server began.
    CAIRN_DECL bool wait_for_requests(std::size_t count, std::chrono::milliseconds timeout) const;
    /// Waits until no write is still to be applied late.
    CAIRN_DECL bool wait_for_late_writes(std::chrono::milliseconds timeout) const;
    /// Waits until exactly that many connections are open.
    CAIRN_DECL bool wait_for_open_connections(std::size_t count,
                                              std::chrono::milliseconds timeout) const;

private:
    std::unique_ptr<detail::server_core> core_;
};

} // namespace cairn::testing

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/s3_server.ipp>
#endif

#endif
