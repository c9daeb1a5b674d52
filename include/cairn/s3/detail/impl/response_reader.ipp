#ifndef CAIRN_S3_DETAIL_IMPL_RESPONSE_READER_IPP
#define CAIRN_S3_DETAIL_IMPL_RESPONSE_READER_IPP

#include <cairn/s3/detail/response_reader.hpp>

#include <cairn/core/text.hpp>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>

namespace cairn::s3::detail {

/// Beast parses; this only keeps what it finds.
class response_reader::parser final : public boost::beast::http::basic_parser<false> {
    using base = boost::beast::http::basic_parser<false>;
    using beast_view = boost::beast::string_view;

public:
    parser(bool head, std::size_t body_limit) : body_limit_(body_limit) {
        base::header_limit(std::uint32_t{response_reader::header_limit});
        base::body_limit(boost::none);
        base::eager(true);
        base::skip(head);
    }

    s3::response response;
    bool too_large = false;

private:
    static std::string_view view(beast_view s) { return {s.data(), s.size()}; }

    void on_request_impl(boost::beast::http::verb, beast_view, beast_view, int,
                         error_code&) override {}

    void on_response_impl(int code, beast_view, int, error_code&) override {
        response.status = code;
        response.headers.clear();
    }

    void on_field_impl(boost::beast::http::field field, beast_view name, beast_view value,
                       error_code&) override {
        if (field == boost::beast::http::field::content_length)
            length_ = cairn::detail::to_uint(view(value)).value_or(0);
        response.headers.add(view(name), view(value));
    }

    void on_header_impl(error_code&) override {}

    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}

    std::size_t on_body_impl(beast_view body, error_code& ec) override { return keep(body, ec); }

    void on_chunk_header_impl(std::uint64_t, beast_view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, beast_view body, error_code& ec) override {
        return keep(body, ec);
    }

    void on_finish_impl(error_code&) override {}

    std::size_t keep(beast_view body, error_code& ec) {
        if (body.size() > limit() - std::min(limit(), response.body.size())) {
            too_large = true;
            ec = make_error_code(errc::too_large);
            return 0;
        }
        response.body.append(body.data(), body.size());
        return body.size();
    }

public:
    std::size_t body_limit() const noexcept { return body_limit_; }
    std::size_t limit() const noexcept {
        return response.status / 100 == 2 ? body_limit_ : std::size_t{refusal_limit};
    }

    /// Bytes of a body of known length that did not come yet.
    std::uint64_t body_left() const noexcept {
        return is_header_done() && !is_done() && length_ > response.body.size()
                   ? length_ - response.body.size()
                   : 0;
    }

private:
    std::size_t body_limit_;
    std::uint64_t length_ = 0;
};

inline constexpr std::size_t staging_size = 16 * 1024;
inline constexpr std::size_t direct_threshold = 4 * 1024;
/// A body that claims to be larger than this gets its memory as its bytes come.
inline constexpr std::size_t trusted_size = 64 * 1024 * 1024;

CAIRN_DECL response_reader::response_reader(bool head, std::size_t body_limit)
    : parser_(std::make_unique<parser>(head, body_limit)),
      staging_(new char[detail::staging_size]) {}

CAIRN_DECL response_reader::~response_reader() = default;

CAIRN_DECL asio::mutable_buffer response_reader::prepare() {
    if (direct_) {
        std::string& body = parser_->response.body;
        if (body_size_ == body.size())
            body.resize(body_size_ +
                        std::min(direct_left_, std::max(body_size_, detail::trusted_size)));
        return {body.data() + body_size_, body.size() - body_size_};
    }
    return {staging_.get() + staged_, detail::staging_size - staged_};
}

CAIRN_DECL result<void> response_reader::commit(std::size_t n) {
    started_ = started_ || n != 0;
    if (direct_) {
        body_size_ += n;
        direct_left_ -= n;
        return {};
    }
    staged_ += n;
    return parse_staged();
}

CAIRN_DECL result<void> response_reader::parse_staged() {
    std::size_t used = 0;
    while (!parser_->is_done() && used != staged_) {
        error_code ec;
        std::size_t const parsed =
            parser_->put(asio::const_buffer(staging_.get() + used, staged_ - used), ec);
        used += parsed;
        if (ec == boost::beast::http::error::need_more)
            break;
        if (parser_->too_large)
            return error(errc::too_large, "the response's body is above the limit of " +
                                              std::to_string(parser_->limit()) + " bytes");
        if (ec)
            return error(errc::bad_response, "not an HTTP response: " + ec.message());
        if (parser_->is_done() && parser_->response.status / 100 == 1) {
            // An interim response; the real one follows.
            if (++interims_ > interim_limit)
                return error(errc::bad_response, "interim responses do not end");
            auto fresh = std::make_unique<parser>(parser_->skip(), parser_->body_limit());
            parser_.swap(fresh);
        }
    }
    std::memmove(staging_.get(), staging_.get() + used, staged_ - used);
    staged_ -= used;
    surplus_ = parser_->is_done() && staged_ != 0;
    if (!parser_->is_done() && staged_ == detail::staging_size)
        return error(errc::bad_response, "a line of the response's header is too long");
    // The rest of a long body of known length needs no parser.
    std::uint64_t const left = parser_->body_left();
    if (left >= detail::direct_threshold && staged_ == 0) {
        std::string& body = parser_->response.body;
        if (left > parser_->limit() - std::min(parser_->limit(), body.size()))
            return error(errc::too_large, "the response's body is above the limit of " +
                                              std::to_string(parser_->limit()) + " bytes");
        body_size_ = body.size();
        direct_left_ = static_cast<std::size_t>(left);
        direct_ = true;
    }
    return {};
}

CAIRN_DECL result<void> response_reader::commit_eof() {
    if (!direct_ && started_ && parser_->is_header_done()) {
        error_code ec;
        parser_->put_eof(ec);
        if (!ec && parser_->is_done())
            return {};
    }
    return error(errc::connection_closed, "before the answer was whole");
}

CAIRN_DECL bool response_reader::complete() const noexcept {
    return direct_ ? direct_left_ == 0 : parser_->is_done();
}

CAIRN_DECL bool response_reader::keep_alive() const {
    return complete() && !surplus_ && parser_->keep_alive();
}

CAIRN_DECL response& response_reader::get() noexcept {
    return parser_->response;
}

} // namespace cairn::s3::detail

#endif
