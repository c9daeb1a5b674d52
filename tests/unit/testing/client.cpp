#include "client.hpp"

#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/signer.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

#include <poll.h>

namespace client_for_tests {

namespace asio = boost::asio;
namespace http = boost::beast::http;

call signed_call(call c, identity const& who, std::string const& host) {
    namespace sigv4 = cairn::sigv4;
    auto const hash = who.payload.empty() ? cairn::sha256_hex(c.body) : who.payload;
    c.headers.emplace_back("Host", host);
    std::vector<sigv4::header> views;
    for (auto const& [name, value] : c.headers)
        views.push_back({name, value});
    std::string_view const target = c.target;
    auto const path = target.substr(0, target.find('?'));
    auto const query = target.substr(std::min(path.size() + 1, target.size()));
    sigv4::signature out;
    sigv4::signer(who.region, "s3", sigv4::preset::s3)
        .sign(sigv4::credentials(who.key_id, who.secret, who.token),
              {c.method, path, query, views, hash}, who.time, out)
        .value();
    for (auto const& h : out.headers())
        c.headers.emplace_back(std::string(h.name), std::string(h.value));
    if (c.method == "PUT" || c.method == "POST" || !c.body.empty())
        c.headers.emplace_back("Content-Length", std::to_string(c.body.size()));
    return c;
}

std::string on_wire(call const& c) {
    std::string bytes = c.method + " " + c.target + " HTTP/1.1\r\n";
    for (auto const& [name, value] : c.headers)
        bytes += name + ": " + value + "\r\n";
    return bytes + "\r\n" + c.body;
}

std::string answer::header(std::string const& name) const {
    return cairn::testing::request_head{"", "", headers}.header(name).value_or("");
}

std::string answer::code() const {
    auto const at = body.find("<Code>");
    return at == std::string::npos ? "" : body.substr(at + 6, body.find('<', at + 6) - at - 6);
}

connection::connection(std::uint16_t port, std::string const& ca_pem) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(asio::ip::tcp::no_delay(true));
    if (ca_pem.empty())
        return;
    tls_context_.add_certificate_authority(asio::buffer(ca_pem));
    tls_.emplace(socket_, tls_context_);
    tls_->set_verify_mode(asio::ssl::verify_peer);
    tls_->set_verify_callback(asio::ssl::host_name_verification("127.0.0.1"));
    tls_->handshake(asio::ssl::stream_base::client);
}

void connection::send(std::string const& bytes) {
    boost::system::error_code ignored; // what became of it shows when we read
    if (tls_)
        asio::write(*tls_, asio::buffer(bytes), ignored);
    else
        asio::write(socket_, asio::buffer(bytes), ignored);
}

std::optional<answer> connection::receive(std::string const& method) {
    http::response_parser<http::string_body> parser;
    parser.skip(method == "HEAD");
    parser.eager(true);
    boost::system::error_code ec;
    while (!parser.is_done()) {
        if (!input_.empty()) {
            input_.erase(0, parser.put(asio::buffer(input_), ec));
            if (ec && ec != http::error::need_more)
                return std::nullopt;
            if (parser.is_done())
                break;
        }
        char chunk[4096];
        auto const n = tls_ ? tls_->read_some(asio::buffer(chunk), ec)
                            : socket_.read_some(asio::buffer(chunk), ec);
        if (ec)
            return std::nullopt;
        input_.append(chunk, n);
    }
    answer got;
    got.status = static_cast<int>(parser.get().result_int());
    for (auto const& field : parser.get())
        got.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    got.body = parser.get().body();
    return got;
}

std::optional<answer> connection::exchange(call const& c) {
    send(on_wire(c));
    return receive(c.method);
}

bool connection::readable_within(std::chrono::milliseconds time) {
    pollfd wait{socket_.native_handle(), POLLIN, 0};
    return ::poll(&wait, 1, static_cast<int>(time.count())) == 1;
}

std::string connection::rest() {
    boost::system::error_code ec;
    while (!ec) {
        char chunk[4096];
        auto const n = tls_ ? tls_->read_some(asio::buffer(chunk), ec)
                            : socket_.read_some(asio::buffer(chunk), ec);
        input_.append(chunk, n);
    }
    return std::exchange(input_, {});
}

} // namespace client_for_tests
