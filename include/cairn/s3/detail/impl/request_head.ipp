#ifndef CAIRN_S3_DETAIL_IMPL_REQUEST_HEAD_IPP
#define CAIRN_S3_DETAIL_IMPL_REQUEST_HEAD_IPP

#include <cairn/s3/detail/request_head.hpp>

#include <boost/container/small_vector.hpp>

namespace cairn::s3::detail {

inline std::string_view method_name(method m) noexcept {
    switch (m) {
    case method::get: return "GET";
    case method::head: return "HEAD";
    case method::put: return "PUT";
    case method::post: return "POST";
    case method::delete_: return "DELETE";
    }
    return {};
}

inline void append_header(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

CAIRN_DECL std::string hash_payload(std::vector<asio::const_buffer> const& body) {
    if (body.empty())
        return std::string(sigv4::empty_payload_hash);
    cairn::sha256 hash;
    for (asio::const_buffer const& piece : body)
        hash.update(piece.data(), piece.size());
    return cairn::to_hex(hash.finish());
}

CAIRN_DECL result<std::string>
make_request_head(request const& r, address const& where, std::string_view payload_hash,
                  std::string_view user_agent, sigv4::credentials const& credentials,
                  sigv4::signer const& signer, std::chrono::system_clock::time_point now,
                  sigv4::signature& scratch) {
    if (detail::has_control_character(user_agent)) // it is not signed, so nobody else looks
        return error(errc::invalid_argument, "user_agent has a control character");
    boost::container::small_vector<sigv4::header, 16> headers;
    headers.push_back({"host", where.host});
    for (auto const& [name, value] : r.headers) {
        if (detail::has_control_character(value)) // the signer folds line ends, the wire does not
            return error(errc::invalid_argument, "a header's value has a control character");
        headers.push_back({name, value});
    }
    sigv4::request_view view;
    view.method = detail::method_name(r.method);
    view.path = where.path;
    view.query = where.query;
    view.headers = {headers.data(), headers.size()};
    view.payload_hash = payload_hash;
    result<void> const signed_ = signer.sign(credentials, view, now, scratch);
    if (!signed_)
        return signed_.error();

    std::string head;
    head.reserve(1024);
    head += view.method;
    head += ' ';
    head += where.path;
    if (!where.query.empty()) {
        head += '?';
        head += where.query;
    }
    head += " HTTP/1.1\r\n";
    for (sigv4::header const& h : headers)
        detail::append_header(head, h.name, h.value);
    for (sigv4::header const& h : scratch.headers())
        detail::append_header(head, h.name, h.value);
    detail::append_header(head, "user-agent", user_agent);
    std::size_t const size = asio::buffer_size(r.body);
    if (size != 0 || r.method == method::put || r.method == method::post)
        detail::append_header(head, "content-length", std::to_string(size));
    head += "\r\n";
    return head;
}

} // namespace cairn::s3::detail

#endif
