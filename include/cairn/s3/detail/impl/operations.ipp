#ifndef CAIRN_S3_DETAIL_IMPL_OPERATIONS_IPP
#define CAIRN_S3_DETAIL_IMPL_OPERATIONS_IPP

#include <cairn/s3/detail/operations.hpp>

#include <cairn/core/text.hpp>
#include <cairn/sigv4/uri.hpp>

#include <pugixml.hpp>

#include <algorithm>
#include <limits>
#include <memory>

namespace cairn::s3::detail {

inline request object_request(method m, std::string_view bucket, std::string_view key,
                              repeatability r) {
    request out(m, bucket, key, r);
    out.about = subject::object;
    return out;
}

inline request bucket_request(method m, std::string_view bucket, repeatability r) {
    request out(m, bucket, {}, r);
    out.about = subject::bucket;
    return out;
}

/// RFC 9110, 14.1.2. Servers read the numbers as signed: what is past that is left open.
inline std::string range_of(byte_range range) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    std::uint64_t const length = std::max<std::uint64_t>(range.length, 1);
    std::string text = "bytes=" + std::to_string(range.offset) + "-";
    if (range.offset <= most && length - 1 <= most - range.offset)
        text += std::to_string(range.offset + length - 1);
    return text;
}

inline void add_header(request& r, char const* name, std::string_view value) {
    if (!value.empty())
        r.headers.emplace_back(name, value);
}

inline void add_parameter(request& r, char const* name, std::string_view value) {
    if (!value.empty())
        r.query.emplace_back(name, value);
}

/// A query string, as S3 wants tags in a header.
inline std::string tagging_of(std::span<object_tag const> tags) {
    std::string all;
    for (auto const& [key, value] : tags) {
        if (!all.empty())
            all += '&';
        sigv4::append_percent_encoded(all, key, false);
        all += '=';
        sigv4::append_percent_encoded(all, value, false);
    }
    return all;
}

inline error lacks(response const& r, char const* what, remote_effect effect) {
    error e(errc::bad_response, std::string("a success without ") + what, effect);
    e.status = r.status;
    e.request_id = cairn::detail::printable(r.headers.find("x-amz-request-id"), 64);
    return e;
}

/// The whole object's size: after the slash of `Content-Range`, else `Content-Length`.
inline std::uint64_t object_size(response const& r) {
    std::string_view const range = r.headers.find("content-range");
    if (auto const slash = range.find('/'); slash != std::string_view::npos)
        if (auto const size = cairn::detail::to_uint(range.substr(slash + 1)))
            return *size;
    return cairn::detail::to_uint(r.headers.find("content-length")).value_or(r.body.size());
}

/// Undoes `encoding-type=url`, where S3 writes a space as '+'.
inline std::string url_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i != text.size(); ++i) {
        int const byte = text[i] == '%' ? cairn::detail::hex_byte(text.substr(i + 1)) : -1;
        if (byte >= 0) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

CAIRN_DECL request make_request(get_object_request const& r) {
    request out = detail::object_request(method::get, r.bucket, r.key, repeatability::safe);
    if (r.range)
        out.headers.emplace_back("range", detail::range_of(*r.range));
    detail::add_header(out, "if-match", r.if_match);
    detail::add_header(out, "if-none-match", r.if_none_match);
    detail::add_parameter(out, "versionId", r.version_id);
    return out;
}

CAIRN_DECL request make_request(head_object_request const& r) {
    request out = detail::object_request(method::head, r.bucket, r.key, repeatability::safe);
    detail::add_header(out, "if-match", r.if_match);
    detail::add_header(out, "if-none-match", r.if_none_match);
    detail::add_parameter(out, "versionId", r.version_id);
    return out;
}

CAIRN_DECL request make_request(put_object_request const& r, std::vector<asio::const_buffer> body) {
    bool const conditional = !r.if_match.empty() || !r.if_none_match.empty();
    request out = detail::object_request(method::put, r.bucket, r.key,
                                         conditional ? repeatability::conditional
                                                     : repeatability::idempotent);
    out.body = std::move(body);
    detail::add_header(out, "content-type",
                       r.content_type.empty() ? "application/octet-stream" : r.content_type);
    detail::add_header(out, "if-match", r.if_match);
    detail::add_header(out, "if-none-match", r.if_none_match);
    for (metadata_entry const& m : r.metadata)
        out.headers.emplace_back("x-amz-meta-" + std::string(m.name), m.value);
    if (!r.tags.empty())
        out.headers.emplace_back("x-amz-tagging", detail::tagging_of(r.tags));
    out.headers.insert(out.headers.end(), r.headers.begin(), r.headers.end());
    return out;
}

CAIRN_DECL request make_request(get_object_tagging_request const& r) {
    request out = detail::object_request(method::get, r.bucket, r.key, repeatability::safe);
    out.query.emplace_back("tagging", "");
    detail::add_parameter(out, "versionId", r.version_id);
    return out;
}

CAIRN_DECL request make_request(delete_object_request const& r) {
    request out =
        detail::object_request(method::delete_, r.bucket, r.key, repeatability::idempotent);
    detail::add_parameter(out, "versionId", r.version_id);
    return out;
}

CAIRN_DECL request make_request(list_objects_request const& r) {
    request out = detail::bucket_request(method::get, r.bucket, repeatability::safe);
    out.query.emplace_back("list-type", "2");
    out.query.emplace_back("encoding-type", "url");
    detail::add_parameter(out, "prefix", r.prefix);
    detail::add_parameter(out, "delimiter", r.delimiter);
    detail::add_parameter(out, "start-after", r.start_after);
    detail::add_parameter(out, "continuation-token", r.continuation_token);
    if (r.max_keys != 0)
        out.query.emplace_back("max-keys", std::to_string(r.max_keys));
    return out;
}

CAIRN_DECL request make_request(head_bucket_request const& r) {
    return detail::bucket_request(method::head, r.bucket, repeatability::safe);
}

CAIRN_DECL request make_request(create_bucket_request const& r) {
    request out = detail::bucket_request(method::put, r.bucket, repeatability::idempotent);
    if (r.location_constraint.empty())
        return out;
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("CreateBucketConfiguration");
    root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
    std::string const location(r.location_constraint);
    root.append_child("LocationConstraint").text().set(location.c_str());
    struct string_writer final : pugi::xml_writer {
        std::string text;
        void write(void const* data, std::size_t size) override {
            text.append(static_cast<char const*>(data), size);
        }
    } writer;
    document.save(writer, "", pugi::format_raw);
    auto const text = std::make_shared<std::string const>(std::move(writer.text));
    out.body = {asio::buffer(*text)};
    out.body_owner = text;
    return out;
}

CAIRN_DECL result<get_object_result> parse_get_object(response&& r) {
    get_object_result out;
    out.etag = r.headers.find("etag");
    if (out.etag.empty())
        return detail::lacks(r, "an ETag", remote_effect::none);
    out.size = detail::object_size(r);
    out.version_id = r.headers.find("x-amz-version-id");
    out.body = std::move(r.body);
    out.headers = std::move(r.headers);
    return out;
}

CAIRN_DECL result<get_object_result> parse_get_range(response&& r) {
    if (r.status != 206)
        return detail::lacks(r, "the range that was asked for", remote_effect::none);
    return parse_get_object(std::move(r));
}

CAIRN_DECL result<head_object_result> parse_head_object(response&& r) {
    head_object_result out;
    out.etag = r.headers.find("etag");
    if (out.etag.empty())
        return detail::lacks(r, "an ETag", remote_effect::none);
    out.size = detail::object_size(r);
    out.version_id = r.headers.find("x-amz-version-id");
    out.headers = std::move(r.headers);
    return out;
}

CAIRN_DECL result<put_object_result> parse_put_object(response&& r) {
    put_object_result out;
    out.etag = r.headers.find("etag");
    if (out.etag.empty())
        return detail::lacks(r, "an ETag", remote_effect::possible);
    out.version_id = r.headers.find("x-amz-version-id");
    return out;
}

CAIRN_DECL result<get_object_tagging_result> parse_get_object_tagging(response&& r) {
    pugi::xml_document document;
    pugi::xml_node root;
    if (document.load_buffer(r.body.data(), r.body.size(),
                             pugi::parse_default | pugi::parse_ws_pcdata_single))
        root = document.child("Tagging");
    if (!root)
        return detail::lacks(r, "a Tagging", remote_effect::none);
    get_object_tagging_result out;
    for (pugi::xml_node const node : root.child("TagSet").children("Tag"))
        out.tags.push_back({node.child_value("Key"), node.child_value("Value")});
    return out;
}

CAIRN_DECL result<void> parse_nothing(response&& r) {
    // A proxy's page with status 200 is not S3's word.
    if (!r.body.empty())
        return detail::lacks(r, "S3's answer, which has no body", remote_effect::possible);
    return {};
}

CAIRN_DECL result<list_objects_result> parse_list_objects(response&& r) {
    pugi::xml_document document;
    pugi::xml_node root;
    if (document.load_buffer(r.body.data(), r.body.size()))
        root = document.child("ListBucketResult");
    if (!root)
        return detail::lacks(r, "a ListBucketResult", remote_effect::none);
    bool const encoded = std::string_view(root.child_value("EncodingType")) == "url";
    auto const decode = [encoded](char const* text) {
        return encoded ? detail::url_decode(text) : std::string(text);
    };
    list_objects_result out;
    for (pugi::xml_node const node : root.children("Contents")) {
        auto const size = cairn::detail::to_uint(node.child_value("Size"));
        if (!node.child("Key") || !size)
            return detail::lacks(r, "each object's key and size", remote_effect::none);
        out.objects.push_back({decode(node.child_value("Key")), node.child_value("ETag"), *size});
    }
    for (pugi::xml_node const node : root.children("CommonPrefixes"))
        out.common_prefixes.push_back(decode(node.child_value("Prefix")));
    if (std::string_view(root.child_value("IsTruncated")) == "true") {
        out.next_continuation_token = root.child_value("NextContinuationToken");
        if (out.next_continuation_token.empty())
            return detail::lacks(r, "the token of the next page", remote_effect::none);
    }
    return out;
}

CAIRN_DECL result<head_bucket_result> parse_head_bucket(response&& r) {
    return head_bucket_result{std::string(r.headers.find("x-amz-bucket-region"))};
}

} // namespace cairn::s3::detail

#endif
