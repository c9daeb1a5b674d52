#ifndef CAIRN_S3_DETAIL_IMPL_CONNECTION_HPP
#define CAIRN_S3_DETAIL_IMPL_CONNECTION_HPP

#include <cairn/s3/detail/connection.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>

namespace cairn::s3::detail {

template <class Handler>
void connection::async_connect(tcp::resolver::results_type const& where, Handler handler) {
    asio::async_connect(socket_, where,
                        [this, handler](error_code ec, tcp::endpoint const&) mutable {
                            error_code ignored;
                            if (!ec)
                                socket_.set_option(tcp::no_delay(true), ignored);
                            handler(ec, 0);
                        });
}

template <class Handler>
void connection::async_handshake(asio::ssl::context& context, bool verify, Handler handler) {
    tls_.emplace(socket_, context);
    error_code ec;
    asio::ip::make_address(origin_.host, ec);
    bool const is_address = !ec;
    // RFC 6066: an address is not a server name. SSL_set_tlsext_host_name, without its C cast.
    if (!is_address)
        SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 origin_.host.data());
    if (verify)
        tls_->set_verify_callback(asio::ssl::host_name_verification(origin_.host), ec);
    tls_->async_handshake(asio::ssl::stream_base::client,
                          [handler](error_code failure) mutable { handler(failure, 0); });
}

template <class Handler>
void connection::async_write(std::span<asio::const_buffer const> content, Handler handler) {
    if (tls_)
        asio::async_write(*tls_, content, handler);
    else
        asio::async_write(socket_, content, handler);
}

template <class Handler>
void connection::async_read_some(asio::mutable_buffer into, Handler handler) {
    if (tls_)
        tls_->async_read_some(into, handler);
    else
        socket_.async_read_some(into, handler);
}

} // namespace cairn::s3::detail

#endif
