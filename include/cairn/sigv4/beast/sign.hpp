//
// cairn/sigv4/beast/sign.hpp: signs requests of Boost.Beast where they are.
//
#ifndef CAIRN_SIGV4_BEAST_SIGN_HPP
#define CAIRN_SIGV4_BEAST_SIGN_HPP

#include <cairn/core/error.hpp>
#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/text.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/signature.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/type_traits.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/container/small_vector.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace cairn::sigv4 {

/// A body that can be read without being changed, so that it can be hashed and then sent: those
/// of strings, vectors, spans and buffer sequences; not `file_body`, whose position would move.
/// Source: Beast's named requirement BodyWriter.
template <class Body>
concept rereadable_body = boost::beast::http::is_body_writer<Body>::value &&
                          std::is_constructible_v < typename Body::writer,
        boost::beast::http::request_header<>
const&, typename Body::value_type const& > ;

namespace detail {

inline std::string_view view_of(boost::beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

// What signing sets, and so replaces.
inline constexpr std::string_view authentication_headers[] = {
    "authorization",   date_header,  hash_header,
    region_set_header, token_header, express_token_header};

inline bool is_authentication(std::string_view name) noexcept {
    for (std::string_view const one : authentication_headers)
        if (equal_ignoring_case(name, one))
            return true;
    return false;
}

template <class Fields>
void erase_authentication(Fields& fields) {
    for (std::string_view const one : authentication_headers)
        fields.erase(boost::beast::string_view(one.data(), one.size()));
}

// What a signer takes, of a header that lies in Beast's fields.
template <class Fields>
class beast_view {
public:
    using header_type = boost::beast::http::request_header<Fields>;

    beast_view(header_type const& message, std::string_view payload_hash) {
        for (auto const& field : message)
            if (!is_authentication(view_of(field.name_string())))
                headers_.push_back({view_of(field.name_string()), view_of(field.value())});
        std::string_view const target = view_of(message.target());
        std::size_t const question = target.find('?');
        view_.method = view_of(message.method_string());
        view_.path = target.substr(0, question);
        if (question != std::string_view::npos)
            view_.query = target.substr(question + 1);
        view_.headers = {headers_.data(), headers_.size()};
        view_.payload_hash = payload_hash;
    }

    request_view const& get() const noexcept { return view_; }

private:
    boost::container::small_vector<header, 32> headers_;
    request_view view_;
};

} // namespace detail

/// Hash the body of a request as Beast's serializer would send it, without its framing.
/// Errors: those of the body's writer.
template <rereadable_body Body, class Fields>
result<std::string> hash_body(boost::beast::http::request<Body, Fields> const& request) {
    sha256 hash;
    error_code ec;
    typename Body::writer writer(request.base(), request.body());
    writer.init(ec);
    for (bool more = !ec; more;) {
        auto const piece = writer.get(ec);
        if (ec || !piece)
            break;
        for (boost::asio::const_buffer const buffer : boost::beast::buffers_range_ref(piece->first))
            hash.update(buffer.data(), buffer.size());
        more = piece->second;
    }
    if (ec)
        return error(ec, "the body could not be read");
    return to_hex(hash.finish());
}

/// Sign a request whose payload hash is known, and set the headers that authenticate it. All such
/// headers that it has are taken away before, whether the signer sets them or not: Authorization,
/// x-amz-date, x-amz-content-sha256, x-amz-region-set and the session tokens'.
///
/// @param by a `signer` or a `signer_v4a`.
/// @param payload_hash as in `request_view`: a hash, `unsigned_payload`, …
/// @param out the signature and its stages; to be reused.
/// Everything that has to be signed has to be in the request: `Host`, and the target in its wire
/// form. Errors as for the signer's `sign`; then the request is unchanged.
template <class Signer, class Body, class Fields>
result<void> sign(Signer const& by, credentials const& who,
                  boost::beast::http::request<Body, Fields>& request, std::string_view payload_hash,
                  std::chrono::system_clock::time_point now, signature& out) {
    {
        detail::beast_view<Fields> const view(request.base(), payload_hash);
        if (auto const done = by.sign(who, view.get(), now, out); !done)
            return done.error();
    }
    detail::erase_authentication(request);
    for (header const& h : out.headers())
        request.set(boost::beast::string_view(h.name.data(), h.name.size()),
                    boost::beast::string_view(h.value.data(), h.value.size()));
    return {};
}

/// The same, with the hash of the request's body.
template <class Signer, rereadable_body Body, class Fields>
result<void> sign(Signer const& by, credentials const& who,
                  boost::beast::http::request<Body, Fields>& request,
                  std::chrono::system_clock::time_point now, signature& out) {
    auto const hash = hash_body(request);
    if (!hash)
        return hash.error();
    return sign(by, who, request, *hash, now, out);
}

/// Presign a request: its target becomes one that authenticates it for as long as `expires`, and
/// the headers of an earlier signature are taken away.
/// Headers, parameters and errors as for the signer's `presign`. S3's rules ignore `payload_hash`.
template <class Signer, class Body, class Fields>
result<void> presign(Signer const& by, credentials const& who,
                     boost::beast::http::request<Body, Fields>& request,
                     std::string_view payload_hash, std::chrono::system_clock::time_point now,
                     std::chrono::seconds expires, signature& out) {
    std::string target;
    {
        detail::beast_view<Fields> const view(request.base(), payload_hash);
        if (auto const done = by.presign(who, view.get(), now, expires, out); !done)
            return done.error();
        target.append(view.get().path).append("?").append(out.query());
    }
    detail::erase_authentication(request);
    request.target(boost::beast::string_view(target.data(), target.size()));
    return {};
}

/// The same, with the hash of the request's body.
template <class Signer, rereadable_body Body, class Fields>
result<void> presign(Signer const& by, credentials const& who,
                     boost::beast::http::request<Body, Fields>& request,
                     std::chrono::system_clock::time_point now, std::chrono::seconds expires,
                     signature& out) {
    auto const hash = hash_body(request);
    if (!hash)
        return hash.error();
    return presign(by, who, request, *hash, now, expires, out);
}

} // namespace cairn::sigv4

#endif
