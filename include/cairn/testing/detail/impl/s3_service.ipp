#ifndef CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_IPP
#define CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_IPP

#include <cairn/testing/detail/multipart_form.hpp>
#include <cairn/testing/detail/s3_service.hpp>

#include <algorithm>
#include <array>

namespace cairn::testing::detail {

inline std::string host_without_port(request_head const& head) {
    auto host = to_lower(head.header("host").value_or(""));
    auto const colon = host.rfind(':');
    if (colon != std::string::npos && host.find(']', colon) == std::string::npos)
        host.resize(colon);
    return host;
}

CAIRN_DECL address resolve_address(s3_server_config const& config, request_head const& head) {
    address where;
    auto const path = percent_decode(head.path(), false);
    auto const rest = path.starts_with('/') ? path.substr(1) : path;
    auto const host = host_without_port(head);
    auto const suffix = "." + config.base_domain;
    bool const is_virtual = config.addressing != addressing_style::path &&
                            !config.base_domain.empty() && host.size() > suffix.size() &&
                            host.ends_with(suffix);
    if (is_virtual) {
        where.bucket = host.substr(0, host.size() - suffix.size());
        where.key = rest;
        return where;
    }
    if (config.addressing == addressing_style::virtual_host)
        return where;
    auto const slash = rest.find('/');
    where.bucket = rest.substr(0, slash);
    if (slash != std::string::npos)
        where.key = rest.substr(slash + 1);
    return where;
}

inline verifier_config verifier_of(s3_server_config const& config) {
    verifier_config v;
    v.access_key_id = config.access_key_id;
    v.secret_access_key = config.secret_access_key;
    v.session_token = config.session_token;
    if (config.wrong_region != wrong_region_answer::accepted)
        v.region = config.region;
    return v;
}

CAIRN_DECL s3_service::s3_service(s3_server_config const& config)
    : config_(config), verifier_(verifier_of(config)) {
    for (auto const& bucket : config.buckets)
        store_.create_bucket(bucket);
}

// The parameters that ask for something else than the plain operation.
inline bool has_subresource(request_head const& head, std::string_view allowed) {
    constexpr std::array<std::string_view, 24> others = {
        "accelerate", "acl",          "attributes",        "cors",
        "delete",     "encryption",   "lifecycle",         "location",
        "logging",    "notification", "object-lock",       "ownershipControls",
        "partNumber", "policy",       "publicAccessBlock", "replication",
        "restore",    "select",       "tagging",           "uploadId",
        "uploads",    "versionId",    "versioning",        "versions"};
    for (auto const& [name, value] : head.query())
        for (auto const& other : others)
            if (name == other && name != allowed)
                return true;
    return false;
}

// Whether a request is to carry a form: the bucket's POST, if it does not ask for something else.
inline bool is_form_upload(s3_server_config const& config, request_head const& head) {
    if (head.method != "POST" || has_subresource(head, ""))
        return false;
    auto const where = resolve_address(config, head);
    return !where.bucket.empty() && where.key.empty();
}

CAIRN_DECL std::optional<refusal> s3_service::check(request_head const& head,
                                                    time_point now) const {
    if (!head.target.starts_with('/'))
        return refusal{400, "InvalidURI", "The request's target is not a path", {}};
    if (!is_form_upload(config_, head))
        return verifier_.verify(head, now);
    if (is_multipart_form(head)) // whose signature is in the body
        return std::nullopt;
    return refusal{
        412,
        "PreconditionFailed",
        "A condition did not hold",
        {{"Condition", "Bucket POST must be of the enclosure-type multipart/form-data"}}};
}

CAIRN_DECL reply s3_service::refuse(refusal no, request_head const& head,
                                    std::size_t number) const {
    bool const other_region = std::any_of(no.details.begin(), no.details.end(),
                                          [](auto const& d) { return d.first == "Region"; });
    if (other_region && config_.wrong_region == wrong_region_answer::redirect_301)
        no = refusal{301,
                     "PermanentRedirect",
                     "The bucket is at another endpoint",
                     {{"Bucket", resolve_address(config_, head).bucket},
                      {"Endpoint", "s3." + config_.region + ".amazonaws.com"}}};
    auto answer = error_reply(no, head.path(), number);
    // Where the region is wrong this is what a client learns the right one from, HEAD above all.
    if (other_region || no.code == "AuthorizationHeaderMalformed")
        answer.headers.emplace_back("x-amz-bucket-region", config_.region);
    return answer;
}

CAIRN_DECL std::optional<reply> s3_service::refuse_early(request_head const& head,
                                                         std::size_t number, time_point now) const {
    auto const no = check(head, now);
    return no ? std::optional(refuse(*no, head, number)) : std::nullopt;
}

CAIRN_DECL reply s3_service::handle(request_head const& head, std::string_view body,
                                    std::size_t number, time_point now) {
    if (auto refused = refuse_early(head, number, now))
        return *refused;
    auto const where = resolve_address(config_, head);
    if (is_form_upload(config_, head))
        return handle_form({head, body, where, now}, number);
    std::string decoded;
    if (auto const no = verifier_.verify_body(head, body, &decoded))
        return refuse(*no, head, number);
    return dispatch({head, has_chunked_body(head) ? decoded : body, where, now}, number);
}

CAIRN_DECL reply s3_service::dispatch(call const& c, std::size_t number) {
    refusal no;
    reply answer;
    if (c.where.bucket.empty())
        no = {501, "NotImplemented", "Only requests to buckets and objects are implemented", {}};
    else if (c.where.key.empty())
        answer = dispatch_bucket(c, no);
    else
        answer = dispatch_object(c, no);
    if (no.status != 0)
        answer = error_reply(no, c.head.path(), number);
    if (c.where.key.empty() && store_.has_bucket(c.where.bucket))
        answer.headers.emplace_back("x-amz-bucket-region", config_.region);
    return answer;
}

CAIRN_DECL std::optional<refusal> s3_service::check_address(address const& where) const {
    if (!store_.has_bucket(where.bucket))
        return refusal{
            404, "NoSuchBucket", "There is no such bucket", {{"BucketName", where.bucket}}};
    if (where.key.size() > 1024)
        return refusal{400, "KeyTooLongError", "The key is longer than 1,024 bytes", {}};
    return std::nullopt;
}

CAIRN_DECL reply s3_service::dispatch_bucket(call const& c, refusal& no) {
    auto const& method = c.head.method;
    if (has_subresource(c.head, method == "GET" ? "location" : "")) {
        no = {501, "NotImplemented", "This operation is not implemented", {}};
        return {};
    }
    if (method == "PUT")
        return create_bucket(c, no);
    if (auto const missing = check_address(c.where)) {
        no = *missing;
        return {};
    }
    if (method == "HEAD")
        return {};
    if (method == "DELETE")
        return delete_bucket(c, no);
    if (method == "GET" && c.head.parameter("location"))
        return bucket_location();
    if (method == "GET" && c.head.parameter("list-type") == "2")
        return list_objects(c, no);
    no = {501, "NotImplemented", "This operation is not implemented", {}};
    return {};
}

CAIRN_DECL reply s3_service::dispatch_object(call const& c, refusal& no) {
    auto const& method = c.head.method;
    bool const copies = c.head.header("x-amz-copy-source").has_value();
    if (auto const wrong = check_address(c.where))
        no = *wrong;
    else if (copies || has_subresource(c.head, method == "GET" ? "tagging" : ""))
        no = {501, "NotImplemented", "This operation is not implemented", {}};
    else if (method == "GET" && c.head.parameter("tagging"))
        return get_tags(c, no);
    else if (method == "GET" || method == "HEAD")
        return get_object(c, no);
    else if (method == "PUT")
        return put_object(c, no);
    else if (method == "DELETE")
        return delete_object(c, no);
    else
        no = {501, "NotImplemented", "This method is not implemented", {}};
    return {};
}

} // namespace cairn::testing::detail

#endif
