#include "client.hpp"

#include <cairn/testing/detail/digest.hpp>
#include <cairn/testing/request_verifier.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <ctime>

#include <poll.h>

namespace client_for_tests {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace detail = cairn::testing::detail;

call signed_call(call c, identity const& who, std::string const& host) {
    std::time_t const seconds = std::chrono::system_clock::to_time_t(who.time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::string const date(text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts));
    auto const hash = who.payload.empty() ? detail::to_hex(detail::sha256(c.body)) : who.payload;
    c.headers.emplace_back("Host", host);
    c.headers.emplace_back("x-amz-date", date);
    c.headers.emplace_back("x-amz-content-sha256", hash);
    if (!who.token.empty())
        c.headers.emplace_back("x-amz-security-token", who.token);
    std::vector<std::string> names;
    for (auto const& [name, value] : c.headers)
        names.push_back(detail::to_lower(name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string list;
    for (auto const& name : names)
        list += (list.empty() ? "" : ";") + name;

    cairn::testing::request_head const head{c.method, c.target, c.headers};
    auto const scope = date.substr(0, 8) + "/" + who.region + "/s3/aws4_request";
    auto const to_sign =
        "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" +
        detail::to_hex(detail::sha256(detail::canonical_request(head, names, hash)));
    auto key = detail::hmac_sha256("AWS4" + who.secret, date.substr(0, 8));
    for (std::string const step : {who.region.c_str(), "s3", "aws4_request"})
        key = detail::hmac_sha256(key, step);
    c.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + who.key_id + "/" +
                                                scope + ", SignedHeaders=" + list + ", Signature=" +
                                                detail::to_hex(detail::hmac_sha256(key, to_sign)));
    if (c.method == "PUT" || !c.body.empty())
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
