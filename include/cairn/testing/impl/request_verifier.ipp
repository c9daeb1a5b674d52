#ifndef CAIRN_TESTING_IMPL_REQUEST_VERIFIER_IPP
#define CAIRN_TESTING_IMPL_REQUEST_VERIFIER_IPP

#include <cairn/testing/detail/digest.hpp>
#include <cairn/testing/detail/multipart_form.hpp>
#include <cairn/testing/detail/signature_refusal.hpp>
#include <cairn/testing/request_verifier.hpp>

#include <cairn/core/base64.hpp>
#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/time.hpp>

#include <algorithm>

namespace cairn::testing {
namespace detail {

// A head as the library's verifier takes it: views of it, which it has to outlive.
class head_view {
public:
    explicit head_view(request_head const& head)
        : promised_(head.header("x-amz-content-sha256").value_or("")) {
        for (auto const& [name, value] : head.headers)
            headers_.push_back({name, value});
        std::string_view const target = head.target;
        auto const path = head.path();
        request_.method = head.method;
        request_.path = path;
        request_.query = target.substr(std::min(path.size() + 1, target.size()));
        request_.headers = headers_;
        request_.payload_hash = promised_; // the body's own is compared when that has come
    }
    head_view(head_view const&) = delete;
    head_view& operator=(head_view const&) = delete;

    sigv4::request_view const& get() const { return request_; }

private:
    std::string promised_;
    std::vector<sigv4::header> headers_;
    sigv4::request_view request_;
};

inline bool is_sha256(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

CAIRN_DECL bool has_chunked_body(request_head const& head) {
    auto const promised = head.header("x-amz-content-sha256");
    return promised && is_chunked(sigv4::payload_kind_of(*promised));
}

// What S3 demands of the headers before it looks at the signature in them.
inline std::optional<refusal> check_signing_headers(request_head const& head) {
    auto const hash = head.header("x-amz-content-sha256");
    if (!hash)
        return refusal{400, "InvalidRequest", "x-amz-content-sha256 is missing", {}};
    if (sigv4::payload_kind_of(*hash) == sigv4::payload_kind::hashed && !is_sha256(*hash))
        return refusal{400,
                       "InvalidArgument",
                       "x-amz-content-sha256 is neither a hash nor a constant that S3 knows",
                       {{"ArgumentName", "x-amz-content-sha256"}, {"ArgumentValue", *hash}}};
    if (!sigv4::timestamp::parse(head.header("x-amz-date").value_or("")))
        return refusal{403, "AccessDenied", "A valid x-amz-date is required", {}};
    return std::nullopt;
}

// The trailers have to be those that the head announced, and no others.
inline std::optional<refusal> check_trailers(request_head const& head, header_list const& trailers,
                                             std::string_view body) {
    auto announced = split_list(to_lower(head.header("x-amz-trailer").value_or("")), ',');
    std::erase(announced, "");
    std::vector<std::string> came;
    for (auto const& [name, value] : trailers)
        came.push_back(name);
    std::sort(announced.begin(), announced.end());
    std::sort(came.begin(), came.end());
    if (announced != came)
        return refusal{400,
                       "MalformedTrailerError",
                       "The trailers are not those that x-amz-trailer announced",
                       {}};
    auto const digest = cairn::sha256_of(body);
    std::string_view const bytes(reinterpret_cast<char const*>(digest.data()), digest.size());
    for (auto const& [name, value] : trailers)
        if (name == "x-amz-checksum-sha256" && value != to_base64(bytes))
            return refusal{400, "BadDigest", "The trailer's SHA-256 is not that of the body", {}};
    return std::nullopt;
}

// The fields that authenticate a form: all of them have to be there, or none.
inline std::optional<refusal> check_form_fields(sigv4::form_fields const& fields) {
    constexpr char const* names[] = {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date",
                                     "X-Amz-Signature"};
    if (std::none_of(std::begin(names), std::end(names),
                     [&](char const* name) { return form_field(fields, name).has_value(); }))
        return refusal{403, "AccessDenied", "The form carries no signature", {}};
    for (std::string const name : {names[0], names[1], names[2], names[3], "policy"})
        if (!form_field(fields, name))
            return missing_form_field(name);
    return std::nullopt;
}

// Whether the region is all that is wrong with a scope: then it is right for a verifier of any.
inline bool is_elsewhere(sigv4::verification const& here, sigv4::verification const& anywhere) {
    return here.found == sigv4::verdict::wrong_scope &&
           anywhere.found != sigv4::verdict::wrong_scope;
}

} // namespace detail

CAIRN_DECL request_verifier::request_verifier(verifier_config config)
    : config_(std::move(config)),
      who_(config_.access_key_id, config_.secret_access_key, config_.session_token.value_or("")),
      verifier_(config_.region.empty() ? sigv4::any_region : config_.region, "s3",
                sigv4::preset::s3, config_.max_skew),
      anywhere_(sigv4::any_region, "s3", sigv4::preset::s3, config_.max_skew) {}

CAIRN_DECL sigv4::credentials request_verifier::find(std::string_view access_key_id) const {
    return access_key_id == config_.access_key_id ? who_ : sigv4::credentials();
}

CAIRN_DECL std::optional<refusal> request_verifier::verify(request_head const& head,
                                                           time_point now) const {
    bool const in_header = head.header("authorization").has_value();
    bool const in_query = detail::claims_query_signature(head);
    if (!in_header && !in_query)
        return refusal{403, "AccessDenied", "The request carries no signature", {}};
    if (in_header && in_query)
        return refusal{
            400, "InvalidArgument", "There are signatures in the header and in the query", {}};
    if (in_query && detail::has_chunked_body(head))
        return refusal{
            501, "NotImplemented", "Chunks behind a presigned query are not implemented", {}};
    if (in_header)
        if (auto no = detail::check_signing_headers(head))
            return no;
    auto const lookup = [this](std::string_view id) { return find(id); };
    detail::head_view const view(head);
    auto const found = verifier_.verify(view.get(), lookup, now);
    if (found.valid())
        return std::nullopt;
    auto shown =
        in_header ? detail::show_header_signature(head) : detail::show_query_signature(head);
    shown.lacks_token = config_.session_token && !shown.has_token;
    if (detail::is_elsewhere(found, anywhere_.verify(view.get(), lookup, now)))
        shown.right_region = config_.region;
    return detail::refuse_signature(found, shown, now);
}

CAIRN_DECL std::optional<refusal> request_verifier::verify_form(sigv4::post_upload const& upload,
                                                                time_point now) const {
    if (auto no = detail::check_form_fields(upload.fields))
        return no;
    auto const lookup = [this](std::string_view id) { return find(id); };
    auto const found = verifier_.verify_post(upload, lookup, now);
    if (found.valid())
        return std::nullopt;
    auto shown = detail::show_form_signature(upload.fields);
    shown.file_size = upload.file_size;
    shown.lacks_token = config_.session_token && !shown.has_token;
    if (detail::is_elsewhere(found, anywhere_.verify_post(upload, lookup, now)))
        shown.right_region = config_.region;
    return detail::refuse_signature(found, shown, now);
}

CAIRN_DECL std::optional<refusal> request_verifier::verify_body(request_head const& head,
                                                                std::string_view body,
                                                                std::string* decoded) const {
    if (detail::has_chunked_body(head)) {
        std::string unused;
        return read_chunks(head, body, decoded != nullptr ? *decoded : unused);
    }
    auto const promised = head.header("x-amz-content-sha256");
    if (!promised || !detail::is_sha256(*promised))
        return std::nullopt;
    auto const computed = cairn::sha256_hex(body);
    if (computed == *promised)
        return std::nullopt;
    return refusal{
        400,
        "XAmzContentSHA256Mismatch",
        "x-amz-content-sha256 is not the hash of the body",
        {{"ClientComputedContentSHA256", *promised}, {"S3ComputedContentSHA256", computed}}};
}

CAIRN_DECL std::optional<refusal> request_verifier::read_chunks(request_head const& head,
                                                                std::string_view body,
                                                                std::string& decoded) const {
    detail::head_view const view(head);
    sigv4::verification verified; // which `verify` has done
    verified.found = sigv4::verdict::valid;
    verified.who = who_;
    verified.payload = sigv4::payload_kind_of(view.get().payload_hash);
    auto decoder = verifier_.chunks(view.get(), verified);
    std::string_view nothing;
    if (auto const early = decoder.read(nothing); !early)
        return refusal{411, "MissingContentLength", early.error().message, {}};
    decoded.clear();
    while (!body.empty() && !decoder.done()) {
        auto const data = decoder.read(body);
        if (!data && data.error().code == errc::bad_credentials)
            return refusal{403,
                           "SignatureDoesNotMatch",
                           data.error().message,
                           {{"AWSAccessKeyId", config_.access_key_id}}};
        if (!data)
            return refusal{400,
                           decoder.lacks_trailer() ? "MalformedTrailerError" : "IncompleteBody",
                           data.error().message,
                           {}};
        decoded += *data;
    }
    if (!decoder.done() || !body.empty())
        return refusal{400,
                       "IncompleteBody",
                       decoder.done() ? "The body goes on behind its end"
                                      : "The body ends before its last chunk",
                       {}};
    return detail::check_trailers(head, decoder.trailers(), decoded);
}

} // namespace cairn::testing

#endif
