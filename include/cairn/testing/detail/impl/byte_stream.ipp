#ifndef CAIRN_TESTING_DETAIL_IMPL_BYTE_STREAM_IPP
#define CAIRN_TESTING_DETAIL_IMPL_BYTE_STREAM_IPP

#include <cairn/testing/detail/byte_stream.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace cairn::testing::detail {

CAIRN_DECL byte_stream::byte_stream(socket_type socket, boost::asio::ssl::context* tls)
    : socket_(std::move(socket)) {
    error_code ignored; // a peer that is gone already shows itself at the first read
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    if (tls != nullptr)
        tls_.emplace(socket_, *tls);
}

CAIRN_DECL void byte_stream::handshake(done_handler done) {
    if (tls_)
        tls_->async_handshake(boost::asio::ssl::stream_base::server, std::move(done));
    else
        boost::asio::post(socket_.get_executor(), [done = std::move(done)] { done(error_code()); });
}

CAIRN_DECL void byte_stream::read_some(boost::asio::mutable_buffer into, size_handler done) {
    if (tls_)
        tls_->async_read_some(into, std::move(done));
    else
        socket_.async_read_some(into, std::move(done));
}

CAIRN_DECL void byte_stream::write(boost::asio::const_buffer from, size_handler done) {
    if (tls_)
        boost::asio::async_write(*tls_, from, std::move(done));
    else
        boost::asio::async_write(socket_, from, std::move(done));
}

CAIRN_DECL void byte_stream::finish(done_handler done) {
    if (tls_) {
        tls_->async_shutdown(std::move(done));
        return;
    }
    error_code ec;
    socket_.shutdown(socket_type::shutdown_send, ec);
    boost::asio::post(socket_.get_executor(), [done = std::move(done), ec] { done(ec); });
}

CAIRN_DECL void byte_stream::cancel() {
    error_code ignored;
    socket_.cancel(ignored);
}

CAIRN_DECL void byte_stream::close(bool reset) {
    error_code ignored;
    if (reset)
        socket_.set_option(socket_type::linger(true, 0), ignored);
    socket_.close(ignored);
}

} // namespace cairn::testing::detail

#endif
