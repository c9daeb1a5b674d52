#ifndef CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_OBJECT_IPP
#define CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_OBJECT_IPP

#include <cairn/core/base64.hpp>
#include <cairn/core/text.hpp>
#include <cairn/testing/detail/digest.hpp>
#include <cairn/testing/detail/s3_service.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace cairn::testing::detail {

struct byte_span {
    std::uint64_t first = 0;
    std::uint64_t size = 0;
};

// Reads a Range field. Nothing: there is none that counts, and the whole object is meant.
// An empty span: none of the object's bytes is in the range.
inline std::optional<byte_span> read_range(std::string_view field, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    auto const dash = field.find('-');
    if (!field.starts_with(unit) || dash == field.npos || field.find(',') != field.npos)
        return std::nullopt;
    auto const from = field.substr(unit.size(), dash - unit.size());
    auto const to = field.substr(dash + 1);
    auto const last = cairn::detail::to_uint(to);
    if (from.empty()) { // the last so many
        if (!last)
            return std::nullopt;
        auto const count = std::min(*last, size);
        return byte_span{size - count, count};
    }
    auto const first = cairn::detail::to_uint(from);
    if (!first || (!to.empty() && (!last || *last < *first)))
        return std::nullopt;
    if (*first >= size)
        return byte_span{};
    auto const end = last ? std::min(*last + 1, size) : size;
    return byte_span{*first, end - *first};
}

// Whether a header of a PUT is given back by each GET.
inline bool is_kept_header(std::string_view lower) {
    constexpr std::array<std::string_view, 10> names = {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "expires",
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-server-side-encryption-bucket-key-enabled",
        "x-amz-storage-class",
        "x-amz-website-redirect-location"};
    return lower.starts_with("x-amz-meta-") ||
           std::find(names.begin(), names.end(), lower) != names.end();
}

inline header_list read_tags(std::string_view field) {
    header_list tags;
    while (!field.empty()) {
        auto const pair = field.substr(0, field.find('&'));
        field.remove_prefix(std::min(pair.size() + 1, field.size()));
        auto const equals = std::min(pair.find('='), pair.size());
        tags.emplace_back(percent_decode(pair.substr(0, equals), true),
                          percent_decode(pair.substr(std::min(equals + 1, pair.size())), true));
    }
    return tags;
}

inline header_list object_headers(stored_object const& object) {
    header_list headers = {{"ETag", object.etag},
                           {"Last-Modified", http_date(object.last_modified)},
                           {"Accept-Ranges", "bytes"},
                           {"Content-Type", object.content_type.empty() ? "binary/octet-stream"
                                                                        : object.content_type}};
    headers.insert(headers.end(), object.metadata.begin(), object.metadata.end());
    if (!object.tags.empty())
        headers.emplace_back("x-amz-tagging-count", std::to_string(object.tags.size()));
    return headers;
}

CAIRN_DECL reply s3_service::get_object(call const& c, refusal& no) const {
    auto const* const object = store_.find(c.where.bucket, c.where.key);
    if (object == nullptr) {
        no = {404, "NoSuchKey", "There is no such key", {{"Key", c.where.key}}};
        return {};
    }
    auto const if_match = c.head.header("if-match");
    if (if_match && !etag_matches(*if_match, object->etag)) {
        no = {412, "PreconditionFailed", "A condition did not hold", {{"Condition", "If-Match"}}};
        return {};
    }
    reply answer;
    answer.headers = object_headers(*object);
    auto const if_none_match = c.head.header("if-none-match");
    if (if_none_match && etag_matches(*if_none_match, object->etag)) {
        answer.status = 304;
        return answer;
    }
    auto const size = object->bytes.size();
    auto const range = read_range(c.head.header("range").value_or(""), size);
    if (!range) {
        answer.body = object->bytes;
        return answer;
    }
    if (range->size == 0) {
        no = {416,
              "InvalidRange",
              "None of the object's bytes is in the range",
              {{"ActualObjectSize", std::to_string(size)}}};
        return {};
    }
    answer.status = 206;
    answer.body = object->bytes.substr(range->first, range->size);
    answer.headers.emplace_back("Content-Range",
                                "bytes " + std::to_string(range->first) + "-" +
                                    std::to_string(range->first + range->size - 1) + "/" +
                                    std::to_string(size));
    return answer;
}

CAIRN_DECL reply s3_service::get_tags(call const& c, refusal& no) const {
    auto const* const object = store_.find(c.where.bucket, c.where.key);
    if (object == nullptr) {
        no = {404, "NoSuchKey", "There is no such key", {{"Key", c.where.key}}};
        return {};
    }
    reply answer;
    answer.headers = {{"Content-Type", "application/xml"}};
    answer.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Tagging><TagSet>";
    for (auto const& [key, value] : object->tags)
        answer.body +=
            "<Tag><Key>" + escape_xml(key) + "</Key><Value>" + escape_xml(value) + "</Value></Tag>";
    answer.body += "</TagSet></Tagging>";
    return answer;
}

// How large an object a body of that length holds, as far as its head tells.
inline std::uint64_t object_size(request_head const& head, std::uint64_t length) {
    if (has_chunked_body(head))
        return cairn::detail::to_uint(head.header("x-amz-decoded-content-length").value_or(""))
            .value_or(length);
    if (head.method == "POST" && is_multipart_form(head)) // which has its fields besides
        return length - std::min<std::uint64_t>(length, longest_form_fields);
    return length;
}

CAIRN_DECL std::optional<refusal> check_length(request_head const& head,
                                               std::optional<std::uint64_t> length,
                                               std::uint64_t longest_object) {
    // What comes in S3's own chunks says how much it holds, and may come in HTTP's besides.
    bool const announced = has_chunked_body(head) && head.header("x-amz-decoded-content-length");
    bool const in_pieces = head.header("transfer-encoding").has_value();
    if (in_pieces && !announced)
        return refusal{501, "NotImplemented", "Transfer-Encoding is not implemented", {}};
    if ((head.method == "PUT" || head.method == "POST") && !length && !in_pieces)
        return refusal{411, "MissingContentLength", "Content-Length is missing", {}};
    if (object_size(head, length.value_or(0)) > longest_object)
        return refusal{400, "EntityTooLarge", "The body is larger than an object may be", {}};
    return std::nullopt;
}

CAIRN_DECL std::optional<refusal> check_md5(std::optional<std::string> const& promised,
                                            std::string_view body) {
    if (!promised)
        return std::nullopt;
    if (promised->size() != 24)
        return refusal{400, "InvalidDigest", "Content-MD5 is not a digest", {}};
    if (*promised != to_base64(md5(body)))
        return refusal{400, "BadDigest", "Content-MD5 is not the digest of the body", {}};
    return std::nullopt;
}

CAIRN_DECL reply s3_service::put_object(call const& c, refusal& no) {
    auto refused = check_md5(c.head.header("content-md5"), c.body);
    if (!refused)
        refused = check_conditions({c.head.header("if-match"), c.head.header("if-none-match")},
                                   store_.find(c.where.bucket, c.where.key), config_.conditions,
                                   config_.missing_if_match_status);
    if (refused) {
        no = *refused;
        return {};
    }
    stored_object object;
    object.bytes = c.body;
    object.content_type = c.head.header("content-type").value_or("");
    object.last_modified = c.now;
    for (auto const& [name, value] : c.head.headers)
        if (auto const lower = to_lower(name);
            is_kept_header(lower) &&
            !value.starts_with("aws-chunked")) // how it came, not what it is
            object.metadata.emplace_back(lower, value);
    object.tags = read_tags(c.head.header("x-amz-tagging").value_or(""));
    reply answer;
    answer.applied = true;
    answer.headers = {{"ETag", store_.put(c.where.bucket, c.where.key, std::move(object)).etag}};
    return answer;
}

CAIRN_DECL reply s3_service::delete_object(call const& c, refusal& no) {
    // RGW has conditions for PUT alone.
    bool const honours = config_.conditions != condition_behaviour::unquoted_only &&
                         config_.conditions != condition_behaviour::versioned_rgw;
    auto const refused = check_conditions({c.head.header("if-match"), std::nullopt},
                                          store_.find(c.where.bucket, c.where.key),
                                          config_.conditions, config_.missing_if_match_status);
    if (honours && refused) {
        no = *refused;
        return {};
    }
    reply answer;
    answer.status = 204;
    answer.applied = store_.remove(c.where.bucket, c.where.key);
    return answer;
}

} // namespace cairn::testing::detail

#endif
