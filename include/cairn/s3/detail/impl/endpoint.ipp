#ifndef CAIRN_S3_DETAIL_IMPL_ENDPOINT_IPP
#define CAIRN_S3_DETAIL_IMPL_ENDPOINT_IPP

#include <cairn/s3/detail/endpoint.hpp>

#include <cairn/core/text.hpp>
#include <cairn/sigv4/uri.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace cairn::s3::detail {

inline bool is_host_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

inline bool has_control_character(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

inline bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
    });
}

/// What `make_request_head` writes, or the connection decides.
inline bool is_own_header(std::string_view name) noexcept {
    for (std::string_view const own :
         {"host", "content-length", "transfer-encoding", "connection", "expect", "user-agent",
          "authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token"})
        if (cairn::detail::equal_ignoring_case(name, own))
            return true;
    return false;
}

inline std::string host_header(origin const& o) {
    std::string text = o.host.find(':') == std::string::npos ? o.host : "[" + o.host + "]";
    if (o.port != (o.tls ? 443 : 80))
        text += ":" + std::to_string(o.port);
    return text;
}

inline std::string aws_host(std::string_view region) {
    std::string host = "s3.";
    host += region;
    host +=
        cairn::detail::begins_ignoring_case(region, "cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return host;
}

CAIRN_DECL result<origin> parse_endpoint(std::string_view text) {
    auto const refuse = [text](char const* why) {
        // Before an '@' there may be a password.
        bool const show = text.find('@') == std::string_view::npos;
        return error(errc::invalid_argument,
                     "endpoint" + (show ? " \"" + cairn::detail::printable(text) + "\"" : "") +
                         ": " + why + "; expected http[s]://host[:port]");
    };
    origin o;
    std::string_view rest = text;
    if (cairn::detail::begins_ignoring_case(rest, "https://")) {
        rest.remove_prefix(8);
    } else if (cairn::detail::begins_ignoring_case(rest, "http://")) {
        o.tls = false;
        rest.remove_prefix(7);
    } else {
        return refuse("the scheme is missing");
    }
    if (!rest.empty() && rest.back() == '/')
        rest.remove_suffix(1);
    std::string_view port;
    if (!rest.empty() && rest.front() == '[') {
        auto const close = rest.find(']');
        if (close == std::string_view::npos)
            return refuse("the bracket is not closed");
        o.host = rest.substr(1, close - 1);
        port = rest.substr(close + 1);
        error_code ec;
        boost::asio::ip::make_address_v6(o.host, ec);
        if (ec && !o.host.empty())
            return refuse("what is in brackets is not an IPv6 address");
    } else {
        auto const colon = rest.find(':');
        o.host = rest.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon);
        if (!std::all_of(o.host.begin(), o.host.end(), detail::is_host_character))
            return refuse("the host has a character that cannot stand there");
    }
    if (o.host.empty())
        return refuse("the host is missing");
    o.port = o.tls ? 443 : 80;
    if (!port.empty()) {
        auto const number = cairn::detail::to_uint(port.substr(1));
        if (port.front() != ':' || !number || *number == 0 || *number > 65535)
            return refuse("the port is not a number from 1 to 65535");
        o.port = static_cast<std::uint16_t>(*number);
    }
    return o;
}

CAIRN_DECL bool is_virtual_hostable(std::string_view bucket, bool tls) noexcept {
    if (bucket.size() < 3 || bucket.size() > 63)
        return false;
    auto const alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    if (!alphanumeric(bucket.front()) || !alphanumeric(bucket.back()) ||
        bucket.find("..") != std::string_view::npos)
        return false;
    return std::all_of(bucket.begin(), bucket.end(),
                       [&](char c) { return alphanumeric(c) || c == '-' || (c == '.' && !tls); });
}

CAIRN_DECL result<endpoint_resolver> endpoint_resolver::make(std::string_view endpoint,
                                                             addressing_style style) {
    endpoint_resolver resolver;
    resolver.style_ = style;
    resolver.aws_ = endpoint.empty();
    if (!resolver.aws_) {
        auto parsed = parse_endpoint(endpoint);
        if (!parsed)
            return parsed.error();
        error_code no_address;
        boost::asio::ip::make_address(parsed->host, no_address);
        if (style == addressing_style::virtual_hosted && !no_address)
            return error(errc::invalid_argument,
                         "endpoint \"" + cairn::detail::printable(endpoint) +
                             "\": a bucket's name cannot stand before an address; expected a host "
                             "name, or path addressing");
        resolver.custom_ = std::move(*parsed);
    }
    return resolver;
}

CAIRN_DECL address endpoint_resolver::resolve(request const& r, std::string_view region) const {
    address a;
    a.origin = custom_;
    if (aws_)
        a.origin = {true, detail::aws_host(region), 443};
    bool const in_host =
        !r.bucket.empty() &&
        (style_ == addressing_style::virtual_hosted ||
         (style_ == addressing_style::automatic && aws_ && is_virtual_hostable(r.bucket, true)));
    if (in_host)
        a.origin.host = r.bucket + "." + a.origin.host;
    a.host = detail::host_header(a.origin);
    a.path = "/";
    if (!in_host && !r.bucket.empty()) {
        sigv4::append_percent_encoded(a.path, r.bucket, false);
        if (!r.key.empty())
            a.path += '/';
    }
    sigv4::append_percent_encoded(a.path, r.key, true);
    for (auto const& [name, value] : r.query) {
        if (!a.query.empty())
            a.query += '&';
        sigv4::append_percent_encoded(a.query, name, false);
        a.query += '=';
        sigv4::append_percent_encoded(a.query, value, false);
    }
    return a;
}

CAIRN_DECL result<void> validate(request const& r) {
    if (detail::has_control_character(r.bucket) || r.bucket.find('/') != std::string::npos)
        return error(errc::invalid_argument,
                     "the bucket's name has a character that cannot stand there");
    if (r.bucket.empty() && (!r.key.empty() || r.about != subject::any))
        return error(errc::invalid_argument, "the bucket's name is empty");
    if (r.key.empty() && r.about == subject::object)
        return error(errc::invalid_argument, "the key is empty");
    if (r.key.size() > 1024)
        return error(errc::invalid_argument, "the key is longer than 1024 bytes");
    for (auto const& [name, value] : r.headers) {
        if (!detail::is_token(name))
            return error(errc::invalid_argument,
                         "header \"" + cairn::detail::printable(name) + "\": not a header's name");
        if (detail::is_own_header(name))
            return error(errc::invalid_argument,
                         "header \"" + name + "\": the client sends it itself");
        if (detail::has_control_character(value))
            return error(errc::invalid_argument,
                         "header \"" + name + "\": the value has a control character");
    }
    return {};
}

} // namespace cairn::s3::detail

#endif
