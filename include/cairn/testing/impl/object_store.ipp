#ifndef CAIRN_TESTING_IMPL_OBJECT_STORE_IPP
#define CAIRN_TESTING_IMPL_OBJECT_STORE_IPP

#include <cairn/testing/detail/digest.hpp>
#include <cairn/testing/object_store.hpp>

#include <algorithm>

namespace cairn::testing {

CAIRN_DECL bool object_store::create_bucket(std::string const& bucket) {
    return buckets_.try_emplace(bucket).second;
}

CAIRN_DECL bool object_store::has_bucket(std::string const& bucket) const {
    return buckets_.count(bucket) != 0;
}

CAIRN_DECL std::optional<refusal> object_store::remove_bucket(std::string const& bucket) {
    auto const found = buckets_.find(bucket);
    if (found == buckets_.end())
        return refusal{404, "NoSuchBucket", "There is no such bucket", {{"BucketName", bucket}}};
    if (!found->second.empty())
        return refusal{
            409, "BucketNotEmpty", "The bucket still holds objects", {{"BucketName", bucket}}};
    buckets_.erase(found);
    return std::nullopt;
}

CAIRN_DECL stored_object const& object_store::put(std::string const& bucket, std::string const& key,
                                                  stored_object object) {
    object.etag = '"' + detail::to_hex(detail::md5(object.bytes)) + '"';
    return buckets_[bucket].insert_or_assign(key, std::move(object)).first->second;
}

CAIRN_DECL stored_object const* object_store::find(std::string const& bucket,
                                                   std::string const& key) const {
    auto const in = buckets_.find(bucket);
    if (in == buckets_.end())
        return nullptr;
    auto const found = in->second.find(key);
    return found == in->second.end() ? nullptr : &found->second;
}

CAIRN_DECL bool object_store::remove(std::string const& bucket, std::string const& key) {
    auto const in = buckets_.find(bucket);
    return in != buckets_.end() && in->second.erase(key) != 0;
}

CAIRN_DECL list_result object_store::list(std::string const& bucket,
                                          list_query const& query) const {
    list_result page;
    auto const in = buckets_.find(bucket);
    if (in == buckets_.end())
        return page;
    // std::string compares as unsigned bytes, which is S3's order of keys.
    auto at = in->second.lower_bound(std::max(query.prefix, query.after));
    std::size_t listed = 0;
    for (; at != in->second.end() && at->first.starts_with(query.prefix); ++at) {
        auto const& key = at->first;
        if (!query.after.empty() && key <= query.after)
            continue;
        if (!query.after_group.empty() && key.starts_with(query.after_group))
            continue;
        auto const cut = query.delimiter.empty() ? std::string::npos
                                                 : key.find(query.delimiter, query.prefix.size());
        std::string group;
        if (cut != std::string::npos)
            group = key.substr(0, cut + query.delimiter.size());
        if (!group.empty() && group == page.last_group)
            continue;
        if (listed == query.max_keys) {
            page.truncated = query.max_keys != 0;
            return page;
        }
        ++listed;
        page.last = group.empty() ? key : std::string();
        page.last_group = group;
        if (group.empty())
            page.objects.emplace_back(key, &at->second);
        else
            page.common_prefixes.push_back(group);
    }
    return page;
}

namespace detail {

inline std::string_view unquoted(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        return etag.substr(1, etag.size() - 2);
    return etag;
}

CAIRN_DECL bool etag_matches(std::string_view field, std::string_view etag) {
    if (field == "*")
        return true;
    while (!field.empty()) {
        auto const comma = std::min(field.find(','), field.size());
        auto item = field.substr(0, comma);
        field.remove_prefix(std::min(comma + 1, field.size()));
        while (!item.empty() && item.front() == ' ')
            item.remove_prefix(1);
        if (unquoted(item) == unquoted(etag))
            return true;
    }
    return false;
}

inline bool write_matches(std::string_view field, stored_object const& current,
                          condition_behaviour behaviour) {
    bool const quoted = field.starts_with('"');
    if (behaviour == condition_behaviour::versioned_rgw)
        return false;
    if (behaviour == condition_behaviour::quoted_only && !quoted && field != "*")
        return false;
    if (behaviour == condition_behaviour::unquoted_only && quoted)
        return false;
    return field == "*" || unquoted(field) == unquoted(current.etag);
}

} // namespace detail

CAIRN_DECL std::optional<refusal> check_conditions(write_conditions const& conditions,
                                                   stored_object const* current,
                                                   condition_behaviour behaviour,
                                                   int missing_status) {
    if (behaviour == condition_behaviour::ignored)
        return std::nullopt;
    auto const failed = [](char const* which) {
        return refusal{
            412, "PreconditionFailed", "A condition did not hold", {{"Condition", which}}};
    };
    if (conditions.if_none_match && behaviour != condition_behaviour::versioned_rgw) {
        if (*conditions.if_none_match != "*")
            return refusal{501,
                           "NotImplemented",
                           "If-None-Match of a write takes only *",
                           {{"Header", "If-None-Match"}}};
        if (current != nullptr)
            return failed("If-None-Match");
    }
    if (!conditions.if_match)
        return std::nullopt;
    if (current == nullptr && missing_status == 404)
        return refusal{404, "NoSuchKey", "There is no such key", {}};
    if (current == nullptr || !detail::write_matches(*conditions.if_match, *current, behaviour))
        return failed("If-Match");
    return std::nullopt;
}

} // namespace cairn::testing

#endif
