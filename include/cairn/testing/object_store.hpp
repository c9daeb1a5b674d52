//
// cairn/testing/object_store.hpp: the buckets and objects of the loopback server, in memory.
//
#ifndef CAIRN_TESTING_OBJECT_STORE_HPP
#define CAIRN_TESTING_OBJECT_STORE_HPP

#include <cairn/core/config.hpp>
#include <cairn/testing/request_head.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::testing {

/// How the server treats the conditions of writes.
enum class condition_behaviour {
    honoured,      ///< an ETag is taken with its quotes and without
    quoted_only,   ///< an ETag without quotes never matches
    unquoted_only, ///< an ETag with quotes never matches, as on Ceph RGW
    ignored,       ///< every write is applied
    versioned_rgw, ///< `If-Match` never holds, `If-None-Match` is ignored
};

/// An object as it is stored.
struct stored_object {
    std::string bytes;
    std::string etag; ///< with its quotes
    std::string content_type;
    header_list metadata; ///< `x-amz-meta-…` and what else a GET gives back; names in lower case
    header_list tags;
    std::chrono::system_clock::time_point last_modified;
};

/// The conditions of a write, as they came.
struct write_conditions {
    std::optional<std::string> if_match;
    std::optional<std::string> if_none_match;
};

/// Which part of a bucket to list. See "ListObjectsV2" in the Amazon S3 API Reference.
struct list_query {
    std::string prefix;
    std::string delimiter;
    std::string after;       ///< list what comes after this key
    std::string after_group; ///< and not what belongs to this common prefix
    std::size_t max_keys = 1000;
};

/// One page of a listing. The pointers are valid until the store changes.
struct list_result {
    std::vector<std::pair<std::string, stored_object const*>> objects;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string last;       ///< the last key of the page, where that was an object
    std::string last_group; ///< the last common prefix of the page, where that came last
};

/// Buckets of objects. Not thread-safe.
class object_store {
public:
    /// @return whether the bucket is new.
    CAIRN_DECL bool create_bucket(std::string const& bucket);
    CAIRN_DECL bool has_bucket(std::string const& bucket) const;
    /// @return why it was not removed: it does not exist, or is not empty.
    CAIRN_DECL std::optional<refusal> remove_bucket(std::string const& bucket);

    /// Stores an object and computes its ETag. Creates the bucket if need be.
    CAIRN_DECL stored_object const& put(std::string const& bucket, std::string const& key,
                                        stored_object object);
    CAIRN_DECL stored_object const* find(std::string const& bucket, std::string const& key) const;
    /// @return whether there was one.
    CAIRN_DECL bool remove(std::string const& bucket, std::string const& key);
    CAIRN_DECL list_result list(std::string const& bucket, list_query const& query) const;

private:
    std::map<std::string, std::map<std::string, stored_object>> buckets_;
};

/// Decides whether a write's conditions hold for the object as it is now (null: there is none).
/// @param missing_status what `If-Match` on a missing key is answered with: 404, or 412.
CAIRN_DECL std::optional<refusal> check_conditions(write_conditions const& conditions,
                                                   stored_object const* current,
                                                   condition_behaviour behaviour,
                                                   int missing_status);

namespace detail {

/// Whether one of the ETags in a conditional field is the given one, or the field is `*`.
CAIRN_DECL bool etag_matches(std::string_view field, std::string_view etag);

} // namespace detail
} // namespace cairn::testing

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/object_store.ipp>
#endif

#endif
