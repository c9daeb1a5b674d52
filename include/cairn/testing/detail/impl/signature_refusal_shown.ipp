#ifndef CAIRN_TESTING_DETAIL_IMPL_SIGNATURE_REFUSAL_SHOWN_IPP
#define CAIRN_TESTING_DETAIL_IMPL_SIGNATURE_REFUSAL_SHOWN_IPP

#include <cairn/testing/detail/multipart_form.hpp>
#include <cairn/testing/detail/signature_refusal.hpp>

#include <algorithm>

namespace cairn::testing::detail {

CAIRN_DECL std::vector<std::string> split_list(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(separator, begin), text.size());
        auto part = text.substr(begin, end - begin);
        part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
        part = part.substr(0, part.find_last_not_of(" \t") + 1);
        parts.emplace_back(part);
        begin = end + 1;
    }
    return parts;
}

// The region of a credential, `key/20130524/us-east-1/s3/aws4_request`.
inline std::string region_of(std::string_view credential) {
    auto const parts = split_list(credential, '/');
    return parts.size() < 5 ? std::string() : parts[parts.size() - 3];
}

inline std::string find_unsigned_headers(request_head const& head, std::string_view names) {
    auto const signed_names = split_list(names, ';');
    std::string missing;
    for (auto const& [field, value] : head.headers) {
        auto const name = to_lower(field);
        if ((name == "host" || name.starts_with("x-amz-")) &&
            std::find(signed_names.begin(), signed_names.end(), name) == signed_names.end())
            missing += (missing.empty() ? "" : ", ") + name;
    }
    return missing;
}

CAIRN_DECL bool claims_query_signature(request_head const& head) {
    return head.parameter("X-Amz-Algorithm") || head.parameter("X-Amz-Signature");
}

CAIRN_DECL shown_signature show_header_signature(request_head const& head) {
    shown_signature shown;
    auto const field = head.header("authorization").value_or("");
    std::string names;
    for (auto const& part :
         split_list(field.substr(std::min(field.find(' '), field.size())), ',')) {
        auto const equals = std::min(part.find('='), part.size());
        auto const name = part.substr(0, equals);
        auto const value = part.substr(std::min(equals + 1, part.size()));
        if (name == "Credential")
            shown.credential = value;
        else if (name == "SignedHeaders")
            names = value;
        else if (name == "Signature")
            shown.signature = value;
    }
    shown.region = head.header("x-amz-region-set").value_or(region_of(shown.credential));
    shown.date = head.header("x-amz-date").value_or("");
    shown.headers_unsigned = find_unsigned_headers(head, names);
    shown.has_token = head.header("x-amz-security-token") || head.header("x-amz-s3session-token");
    return shown;
}

CAIRN_DECL shown_signature show_query_signature(request_head const& head) {
    shown_signature shown;
    auto const value = [&head](char const* name) { return head.parameter(name).value_or(""); };
    shown.where = shown_signature::place::query;
    shown.credential = value("X-Amz-Credential");
    shown.region = head.parameter("X-Amz-Region-Set").value_or(region_of(shown.credential));
    shown.date = value("X-Amz-Date");
    shown.expires = value("X-Amz-Expires");
    shown.signature = value("X-Amz-Signature");
    shown.headers_unsigned = find_unsigned_headers(head, value("X-Amz-SignedHeaders"));
    shown.has_token =
        head.parameter("X-Amz-Security-Token") || head.parameter("X-Amz-S3session-Token");
    return shown;
}

CAIRN_DECL shown_signature show_form_signature(sigv4::form_fields const& fields) {
    shown_signature shown;
    auto const value = [&fields](char const* name) {
        return form_field(fields, name).value_or("");
    };
    shown.where = shown_signature::place::form;
    shown.credential = value("x-amz-credential");
    shown.region = region_of(shown.credential);
    shown.date = value("x-amz-date");
    shown.signature = value("x-amz-signature");
    shown.has_token = form_field(fields, "x-amz-security-token").has_value() ||
                      form_field(fields, "x-amz-s3session-token").has_value();
    return shown;
}

} // namespace cairn::testing::detail

#endif
