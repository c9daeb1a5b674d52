//
// cairn/s3/request.hpp: any S3 request, before it is addressed and signed.
//
#ifndef CAIRN_S3_REQUEST_HPP
#define CAIRN_S3_REQUEST_HPP

#include <boost/asio/buffer.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::s3 {

namespace asio = boost::asio;

enum class method { get, head, put, post, delete_ };

/// What sending a request twice would do; it decides which failures are retried.
enum class repeatability {
    safe,        ///< it changes nothing: retried after any transient failure
    idempotent,  ///< the second has no further effect: likewise
    conditional, ///< a conditional write: not retried once it may have been applied
};

/// What a request is about. An object's request with an empty key would be one of its bucket:
/// removing "" must not remove the bucket.
enum class subject {
    any,    ///< bucket and key may be empty
    bucket, ///< the bucket may not
    object, ///< neither may
};

/// One S3 request: what the typed operations are made into, and the way to send what they do not
/// cover. The client adds the address, `Host`, `Content-Length`, the `x-amz-date`,
/// `x-amz-content-sha256`, `x-amz-security-token` and `Authorization` headers.
struct request {
    s3::method method;
    std::string bucket; ///< empty for requests of the service itself
    std::string key;    ///< UTF-8, not encoded; empty for requests of a bucket

    /// Names and values, not encoded, in any order; an empty value is sent as `name=`.
    std::vector<std::pair<std::string, std::string>> query;

    /// Further headers, all of them signed.
    std::vector<std::pair<std::string, std::string>> headers;

    /// The content. It refers to memory that stays alive and unchanged until the operation
    /// completes; `body_owner`, where it is set, is what keeps it alive.
    std::vector<asio::const_buffer> body;
    std::shared_ptr<void const> body_owner;

    s3::repeatability repeatability;
    subject about = subject::any; ///< checked before anything is sent

    request(s3::method m, std::string_view bucket_name, std::string_view object_key,
            s3::repeatability r)
        : method(m), bucket(bucket_name), key(object_key), repeatability(r) {}
};

} // namespace cairn::s3

#endif
