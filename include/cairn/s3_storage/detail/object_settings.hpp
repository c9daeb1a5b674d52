//
// cairn/s3_storage/detail/object_settings.hpp: what a rewrite of an object would lose, were it not
// sent again.
//
#ifndef CAIRN_S3_STORAGE_DETAIL_OBJECT_SETTINGS_HPP
#define CAIRN_S3_STORAGE_DETAIL_OBJECT_SETTINGS_HPP

#include <cairn/s3/operations.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cairn::storage::detail {

/// The settings of a state of an object, in the words of a PutObject.
struct object_settings {
    std::string content_type;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<s3::object_tag> tags;
};

/// Those that the answer to a GetObject tells, which are all but the tags.
CAIRN_DECL object_settings settings_of(s3::header_block const& answer);

/// Whether the object has tags, by the same answer.
CAIRN_DECL bool has_tags(s3::header_block const& answer);

} // namespace cairn::storage::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3_storage/detail/impl/object_settings.ipp>
#endif

#endif
