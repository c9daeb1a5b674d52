#ifndef CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_BUCKET_IPP
#define CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_BUCKET_IPP

#include <cairn/sigv4/uri.hpp>
#include <cairn/testing/detail/digest.hpp>
#include <cairn/testing/detail/s3_service.hpp>

#include <algorithm>

namespace cairn::testing::detail {

inline constexpr char const* s3_namespace = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

inline bool is_bucket_name(std::string_view name) {
    return name.size() >= 3 && name.size() <= 63 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == name.npos;
}

inline std::string location_constraint(std::string_view body) {
    constexpr std::string_view open = "<LocationConstraint>";
    auto const at = body.find(open);
    if (at == body.npos)
        return {};
    auto const text = body.substr(at + open.size());
    return std::string(text.substr(0, text.find('<')));
}

CAIRN_DECL reply s3_service::create_bucket(call const& c, refusal& no) {
    auto const wanted = location_constraint(c.body);
    auto const here = config_.region == "us-east-1" ? std::string() : config_.region;
    if (!is_bucket_name(c.where.bucket))
        no = {400, "InvalidBucketName", "The bucket's name is not valid", {}};
    else if (wanted == "us-east-1") // the one region that must not be named
        no = {400, "InvalidLocationConstraint", "The location constraint is not valid", {}};
    else if (wanted != here)
        no = {400,
              "IllegalLocationConstraintException",
              "The location constraint is not this endpoint's region",
              {}};
    else if (store_.has_bucket(c.where.bucket) && !here.empty())
        no = {409, "BucketAlreadyOwnedByYou", "The bucket exists and is yours", {}};
    if (no.status != 0)
        return {};
    reply answer;
    answer.applied = store_.create_bucket(c.where.bucket);
    answer.headers = {{"Location", "/" + c.where.bucket}};
    return answer;
}

CAIRN_DECL reply s3_service::delete_bucket(call const& c, refusal& no) {
    reply answer;
    answer.status = 204;
    if (auto const refused = store_.remove_bucket(c.where.bucket))
        no = *refused;
    else
        answer.applied = true;
    return answer;
}

CAIRN_DECL reply s3_service::bucket_location() const {
    reply answer;
    auto const text = config_.region == "us-east-1" ? std::string() : config_.region;
    answer.headers = {{"Content-Type", "application/xml"}};
    answer.body = std::string(xml_head) + "<LocationConstraint" + s3_namespace + ">" +
                  escape_xml(text) + "</LocationConstraint>";
    return answer;
}

// A continuation token is the last key or common prefix of the page before, and which it is.
// It is in hexadecimal so that nobody takes it for a key.
inline std::string make_token(list_result const& page) {
    return page.last_group.empty() ? "k" + to_hex(page.last) : "g" + to_hex(page.last_group);
}

inline bool read_token(std::string const& token, list_query& query) {
    bool const valid = token.size() > 1 && token.size() % 2 == 1 &&
                       (token[0] == 'k' || token[0] == 'g') &&
                       token.find_first_not_of("0123456789abcdef", 1) == token.npos;
    if (!valid)
        return false;
    std::string escaped;
    for (std::size_t i = 1; i < token.size(); i += 2)
        escaped += "%" + token.substr(i, 2);
    query.after = percent_decode(escaped, false);
    if (token[0] == 'g')
        query.after_group = query.after;
    return true;
}

inline std::optional<refusal> read_list_query(request_head const& head, std::size_t cap,
                                              list_query& query) {
    query.prefix = head.parameter("prefix").value_or("");
    query.delimiter = head.parameter("delimiter").value_or("");
    query.after = head.parameter("start-after").value_or("");
    query.max_keys = cap;
    if (auto const wanted = head.parameter("max-keys")) {
        if (wanted->empty() || wanted->size() > 9 ||
            wanted->find_first_not_of("0123456789") != wanted->npos)
            return refusal{400, "InvalidArgument", "max-keys is not a number", {}};
        query.max_keys = std::min<std::size_t>(cap, std::stoul(*wanted));
    }
    auto const encoding = head.parameter("encoding-type");
    if (encoding && *encoding != "url")
        return refusal{400, "InvalidArgument", "encoding-type takes only url", {}};
    if (auto const token = head.parameter("continuation-token");
        token && !read_token(*token, query))
        return refusal{400, "InvalidArgument", "The continuation token is not valid", {}};
    return std::nullopt;
}

inline std::string shown_key(std::string_view key, bool url) {
    return url ? sigv4::percent_encoded(key, true) : std::string(key);
}

inline void append_entries(std::string& xml, list_result const& page, bool url) {
    for (auto const& [key, object] : page.objects) {
        xml += "<Contents><Key>" + escape_xml(shown_key(key, url)) + "</Key>";
        xml += "<LastModified>" + iso_date(object->last_modified) + "</LastModified>";
        xml += "<ETag>" + escape_xml(object->etag) + "</ETag>";
        xml += "<Size>" + std::to_string(object->bytes.size()) + "</Size>";
        xml += "<StorageClass>STANDARD</StorageClass></Contents>";
    }
    for (auto const& group : page.common_prefixes)
        xml += "<CommonPrefixes><Prefix>" + escape_xml(shown_key(group, url)) +
               "</Prefix></CommonPrefixes>";
}

CAIRN_DECL reply s3_service::list_objects(call const& c, refusal& no) const {
    list_query query;
    if (auto const refused = read_list_query(c.head, config_.max_keys, query)) {
        no = *refused;
        return {};
    }
    bool const url = c.head.parameter("encoding-type").has_value();
    std::string xml = std::string(xml_head) + "<ListBucketResult" + s3_namespace + ">";
    auto const add = [&xml](std::string const& name, std::string_view text) {
        xml += "<" + name + ">" + escape_xml(text) + "</" + name + ">";
    };
    auto const shown = [url](std::string_view key) { return shown_key(key, url); };
    auto const page = store_.list(c.where.bucket, query);
    add("Name", c.where.bucket);
    add("Prefix", shown(query.prefix));
    if (!query.delimiter.empty())
        add("Delimiter", shown(query.delimiter));
    if (auto const after = c.head.parameter("start-after"))
        add("StartAfter", shown(*after));
    if (auto const token = c.head.parameter("continuation-token"))
        add("ContinuationToken", *token);
    add("KeyCount", std::to_string(page.objects.size() + page.common_prefixes.size()));
    add("MaxKeys", std::to_string(query.max_keys));
    if (url)
        add("EncodingType", "url");
    add("IsTruncated", page.truncated ? "true" : "false");
    if (page.truncated)
        add("NextContinuationToken", make_token(page));
    append_entries(xml, page, url);
    reply answer;
    answer.headers = {{"Content-Type", "application/xml"}};
    answer.body = xml + "</ListBucketResult>";
    return answer;
}

} // namespace cairn::testing::detail

#endif
