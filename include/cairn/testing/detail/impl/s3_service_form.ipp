#ifndef CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_FORM_IPP
#define CAIRN_TESTING_DETAIL_IMPL_S3_SERVICE_FORM_IPP

#include <cairn/sigv4/uri.hpp>
#include <cairn/testing/detail/s3_service.hpp>

#include <algorithm>

namespace cairn::testing::detail {

// What is to be sent in headers later must not break out of them.
inline bool may_be_header_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

inline bool may_be_header_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

// What a form says of the object besides its bytes.
inline std::optional<refusal> read_object_fields(sigv4::form_fields const& fields,
                                                 stored_object& object) {
    for (auto const& [field, value] : fields) {
        auto const name = to_lower(field);
        bool const is_metadata = name.starts_with("x-amz-meta-");
        if (!is_metadata && name != "content-type")
            continue;
        if (!may_be_header_name(name) || !may_be_header_value(value))
            return refusal{400, "InvalidArgument", "A field cannot be sent in a header", {}};
        if (is_metadata)
            object.metadata.emplace_back(name, value);
        else
            object.content_type = value;
    }
    return std::nullopt;
}

// The object's own address, with the key encoded to the last slash, as S3 gives it.
inline std::string location_of(s3_server_config const& config, request_head const& head,
                               std::string const& key) {
    auto path = std::string(head.path());
    if (!path.ends_with('/'))
        path += '/';
    return (config.tls ? "https://" : "http://") + head.header("host").value_or("") + path +
           sigv4::percent_encoded(key, false);
}

// Where the browser is to go next; empty for a field that is no address, which S3 ignores.
inline std::string redirect_of(sigv4::form_fields const& fields, address const& where,
                               std::string const& etag) {
    auto const to = form_field(fields, "success_action_redirect").value_or("");
    bool const is_url =
        (to.starts_with("http://") || to.starts_with("https://")) && may_be_header_value(to);
    if (!is_url)
        return {};
    return to + (to.find('?') == to.npos ? '?' : '&') +
           "bucket=" + sigv4::percent_encoded(where.bucket, false) +
           "&key=" + sigv4::percent_encoded(where.key, false) +
           "&etag=" + sigv4::percent_encoded(etag, false);
}

inline reply form_reply(sigv4::form_fields const& fields, std::string const& location,
                        address const& where, std::string const& etag) {
    reply answer;
    answer.applied = true;
    answer.headers = {{"ETag", etag}};
    auto const redirect = redirect_of(fields, where, etag);
    answer.headers.emplace_back("Location", redirect.empty() ? location : redirect);
    auto const wanted = form_field(fields, "success_action_status").value_or("");
    answer.status = !redirect.empty() ? 303 : wanted == "200" ? 200 : wanted == "201" ? 201 : 204;
    if (answer.status != 201)
        return answer;
    answer.headers.emplace_back("Content-Type", "application/xml");
    answer.body = std::string(xml_head) + "<PostResponse><Location>" + escape_xml(location) +
                  "</Location><Bucket>" + escape_xml(where.bucket) + "</Bucket><Key>" +
                  escape_xml(where.key) + "</Key><ETag>" + escape_xml(etag) +
                  "</ETag></PostResponse>";
    return answer;
}

CAIRN_DECL std::optional<refusal> s3_service::post_object(call const& c, multipart_form const& form,
                                                          reply& answer) {
    stored_object object;
    if (auto no = read_object_fields(form.fields, object))
        return no;
    object.bytes = form.file;
    object.last_modified = c.now;
    auto const etag = store_.put(c.where.bucket, c.where.key, std::move(object)).etag;
    answer = form_reply(form.fields, location_of(config_, c.head, c.where.key), c.where, etag);
    return std::nullopt;
}

CAIRN_DECL reply s3_service::handle_form(call c, std::size_t number) {
    multipart_form form;
    reply answer;
    auto no = read_multipart_form(c.head, c.body, form);
    if (!no) {
        c.where.key = form_field(form.fields, "key").value_or("");
        no = check_form(c, form);
    }
    if (!no)
        no = post_object(c, form, answer);
    return no ? refuse(*no, c.head, number) : answer;
}

CAIRN_DECL std::optional<refusal> s3_service::check_form(call const& c,
                                                         multipart_form const& form) const {
    if (c.where.key.empty())
        return missing_form_field("key");
    if (auto no = verifier_.verify_form({form.fields, c.where.bucket, form.file.size()}, c.now))
        return no;
    if (auto no = check_address(c.where))
        return no;
    if (form.file.size() > config_.max_object_size)
        return refusal{400, "EntityTooLarge", "The body is larger than an object may be", {}};
    return check_md5(form_field(form.fields, "content-md5"), form.file);
}

} // namespace cairn::testing::detail

#endif
