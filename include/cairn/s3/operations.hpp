//
// cairn/s3/operations.hpp: the typed operations' requests and results.
//
// Request structs are aggregates of views and plain values: write them with designated
// initialisers at the call. What they refer to needs to live until the initiating call returns,
// no longer.
//
#ifndef CAIRN_S3_OPERATIONS_HPP
#define CAIRN_S3_OPERATIONS_HPP

#include <cairn/core/byte_range.hpp>
#include <cairn/core/error.hpp>
#include <cairn/s3/request.hpp>
#include <cairn/s3/response.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::s3 {

/// One entry of user metadata; the name without `x-amz-meta-`.
struct metadata_entry {
    std::string_view name = {};
    std::string_view value = {};
};

/// Keys and values are UTF-8, not encoded.
struct object_tag {
    std::string key;
    std::string value;
};

/// Source: Amazon S3 API Reference, "GetObject".
struct get_object_request {
    std::string_view bucket = {};
    std::string_view key = {};
    std::optional<byte_range> range = {}; ///< of at least one byte
    std::string_view if_match = {};       ///< an ETag as S3 gave it; empty: no condition
    std::string_view if_none_match = {};  ///< likewise
    std::string_view version_id = {};     ///< empty: the current version
};

struct get_object_result {
    std::string body;
    std::string etag;       ///< verbatim, quotes included
    std::uint64_t size = 0; ///< of the whole object, in bytes
    std::string version_id; ///< empty where the bucket is not versioned
    header_block headers;
};

/// Source: Amazon S3 API Reference, "HeadObject".
struct head_object_request {
    std::string_view bucket = {};
    std::string_view key = {};
    std::string_view if_match = {};
    std::string_view if_none_match = {};
    std::string_view version_id = {};
};

struct head_object_result {
    std::string etag;
    std::uint64_t size = 0; ///< bytes
    std::string version_id;
    header_block headers;
};

/// Source: Amazon S3 API Reference, "PutObject"; "How to prevent object overwrites with
/// conditional writes".
struct put_object_request {
    std::string_view bucket = {};
    std::string_view key = {};
    std::string_view if_match = {};      ///< sent verbatim; empty: no condition
    std::string_view if_none_match = {}; ///< S3 takes only `*`
    std::string_view content_type = {};  ///< empty: `application/octet-stream`
    std::span<metadata_entry const> metadata = {};

    std::span<object_tag const> tags = {};

    /// Further headers as they are sent, such as `Cache-Control` or `x-amz-storage-class`.
    std::span<std::pair<std::string, std::string> const> headers = {};
};

struct put_object_result {
    std::string etag; ///< verbatim, quotes included
    std::string version_id;
};

/// Source: Amazon S3 API Reference, "GetObjectTagging".
struct get_object_tagging_request {
    std::string_view bucket = {};
    std::string_view key = {};
    std::string_view version_id = {};
};

struct get_object_tagging_result {
    std::vector<object_tag> tags;
};

/// Source: Amazon S3 API Reference, "DeleteObject".
struct delete_object_request {
    std::string_view bucket = {};
    std::string_view key = {};
    std::string_view version_id = {};
};

/// Source: Amazon S3 API Reference, "ListObjectsV2".
struct list_objects_request {
    std::string_view bucket = {};
    std::string_view prefix = {};
    std::string_view delimiter = {};
    std::string_view start_after = {};
    std::string_view continuation_token = {}; ///< the last page's `next_continuation_token`
    std::uint32_t max_keys = 0;               ///< 0: the server's default, 1,000 at most
};

struct listed_object {
    std::string key;
    std::string etag;       ///< verbatim
    std::uint64_t size = 0; ///< bytes
};

struct list_objects_result {
    std::vector<listed_object> objects;
    std::vector<std::string> common_prefixes;
    std::string next_continuation_token; ///< empty: this is the last page
};

/// Source: Amazon S3 API Reference, "CreateBucket".
struct create_bucket_request {
    std::string_view bucket = {};
    std::string_view location_constraint = {}; ///< empty: the server's default region
};

/// Source: Amazon S3 API Reference, "HeadBucket".
struct head_bucket_request {
    std::string_view bucket = {};
};

struct head_bucket_result {
    std::string region; ///< empty where the server does not tell
};

} // namespace cairn::s3

#endif
