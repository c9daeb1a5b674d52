#ifndef CAIRN_S3_STORAGE_DETAIL_IMPL_OBJECT_SETTINGS_IPP
#define CAIRN_S3_STORAGE_DETAIL_IMPL_OBJECT_SETTINGS_IPP

#include <cairn/s3_storage/detail/object_settings.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace cairn::storage::detail {

inline bool is_setting(std::string_view name) {
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
    return name.starts_with("x-amz-meta-") ||
           std::find(names.begin(), names.end(), name) != names.end();
}

CAIRN_DECL object_settings settings_of(s3::header_block const& answer) {
    object_settings found;
    found.content_type = answer.find("content-type");
    for (std::size_t i = 0; i != answer.size(); ++i) {
        auto const [name, value] = answer[i];
        std::string lower(name);
        std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (is_setting(lower) && !value.empty())
            found.headers.emplace_back(std::move(lower), value);
    }
    return found;
}

CAIRN_DECL bool has_tags(s3::header_block const& answer) {
    auto const count = answer.find("x-amz-tagging-count");
    return !count.empty() && count != "0";
}

} // namespace cairn::storage::detail

#endif
