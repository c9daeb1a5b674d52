#ifndef CAIRN_TESTING_DETAIL_IMPL_CONNECTION_IPP
#define CAIRN_TESTING_DETAIL_IMPL_CONNECTION_IPP

#include <cairn/testing/detail/connection.hpp>
#include <cairn/testing/detail/server_core.hpp>

#include <boost/none.hpp>

#include <algorithm>
#include <utility>

namespace cairn::testing::detail {

CAIRN_DECL connection::connection(server_core& core, std::size_t id,
                                  byte_stream::socket_type socket, boost::asio::ssl::context* tls)
    : core_(core), id_(id), stream_(std::move(socket), tls), deadline_(stream_.get_executor()),
      pause_(stream_.get_executor()) {}

CAIRN_DECL connection::~connection() {
    core_.closed(id_);
}

CAIRN_DECL void connection::start() {
    arm_timer(core_.config().idle_timeout);
    stream_.handshake([self = shared_from_this()](error_code ec) {
        if (ec || self->stage_ == stage::closed)
            self->close();
        else
            self->next_request();
    });
}

CAIRN_DECL void connection::close(bool reset) {
    stage_ = stage::closed;
    ++armed_;
    deadline_.cancel();
    pause_.cancel();
    stream_.close(reset);
}

CAIRN_DECL void connection::close_if_idle() {
    if (stage_ == stage::idle)
        close();
}

// Reading.

CAIRN_DECL void connection::next_request() {
    constexpr std::uint32_t header_limit = 64 * 1024;
    exchange_ = {};
    parser_.emplace();
    parser_->header_limit(header_limit);
    parser_->body_limit(boost::none); // our own check answers as S3 does
    stage_ = stage::idle;
    parse_head();
}

CAIRN_DECL void connection::read_more() {
    constexpr std::size_t chunk = 64 * 1024;
    arm_timer(core_.config().idle_timeout);
    auto const into = input_.prepare(chunk);
    stream_.read_some({into.data(), into.size()},
                      [self = shared_from_this()](error_code ec, std::size_t bytes) {
                          self->on_read(ec, bytes);
                      });
}

CAIRN_DECL void connection::on_read(error_code ec, std::size_t bytes) {
    ++armed_;
    deadline_.cancel();
    if (timed_out_ && stage_ == stage::body)
        return send_then_leave(
            error_reply({400, "RequestTimeout", "The rest of the request did not come in time", {}},
                        exchange_.head.path(), exchange_.number));
    if (ec || stage_ == stage::closed)
        return close();
    input_.commit(bytes);
    if (stage_ == stage::body)
        parse_body();
    else
        parse_head();
}

CAIRN_DECL void connection::parse_head() {
    if (input_.size() == 0)
        return read_more();
    stage_ = stage::head;
    error_code ec;
    input_.consume(parser_->put(input_.data(), ec));
    if (ec == boost::beast::http::error::need_more)
        return read_more();
    if (ec) // cannot be logged, as nothing is known of it
        return send_then_leave(
            error_reply({400, "BadRequest", "The request is not HTTP", {}}, "/", 0));
    on_head();
}

inline request_head copy_head(boost::beast::http::request_header<> const& from) {
    request_head head;
    head.method = std::string(from.method_string());
    head.target = std::string(from.target());
    for (auto const& field : from)
        head.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return head;
}

CAIRN_DECL void connection::on_head() {
    exchange_ = core_.begin(id_, copy_head(parser_->get()));
    keep_alive_ = parser_->keep_alive();
    parser_->eager(true);
    stage_ = stage::body;
    if (exchange_.action.stop_reading == std::size_t(0))
        return close(exchange_.action.reset);
    auto const length = parser_->content_length();
    if (auto const no = check_length(exchange_.head, length ? std::optional(*length) : std::nullopt,
                                     core_.config().max_object_size))
        return send_then_leave(error_reply(*no, exchange_.head.path(), exchange_.number));
    auto const expect = exchange_.head.header("expect");
    if (!expect || !equal_ignoring_case(*expect, "100-continue") || parser_->is_done())
        return parse_body();
    if (auto const refused = core_.refuse_early(exchange_))
        return send_then_leave(*refused);
    core_.continue_sent();
    write("HTTP/1.1 100 Continue\r\n\r\n", [this] { parse_body(); });
}

CAIRN_DECL void connection::parse_body() {
    while (!parser_->is_done()) {
        if (input_.size() == 0)
            return read_more();
        error_code ec;
        input_.consume(parser_->put(input_.data(), ec));
        auto const& stop = exchange_.action.stop_reading;
        if (stop && parser_->get().body().size() >= *stop)
            return close(exchange_.action.reset);
        if (ec == boost::beast::http::error::need_more)
            return read_more();
        if (ec)
            return close();
    }
    on_request();
}

// Answering.

CAIRN_DECL void connection::on_request() {
    stage_ = stage::busy;
    auto const& action = exchange_.action;
    if (action.stop_reading)
        return close(action.reset);
    if (action.applies == application::never)
        return answer({});
    if (action.applies == application::later) {
        core_.apply_late(exchange_, std::move(parser_->get().body()));
        return answer({});
    }
    after(action.delay_before, [this] { answer(core_.apply(exchange_, parser_->get().body())); });
}

CAIRN_DECL void connection::answer(reply what) {
    auto const& canned = exchange_.action.answer;
    if (canned && canned->raw.empty())
        what = canned_reply(*canned, exchange_.head.path(), exchange_.number);
    after(exchange_.action.delay_after, [this, what = std::move(what)] { send(what); });
}

CAIRN_DECL void connection::send(reply const& what) {
    auto const& action = exchange_.action;
    if (action.answer && !action.answer->raw.empty())
        return write(action.answer->raw, [this] { leave(); });
    if (action.how == delivery::close)
        return close(action.reset);
    if (action.how == delivery::hang) {
        stage_ = stage::leaving;
        return discard();
    }
    auto shown = what;
    if (action.how == delivery::shortened)
        shown.body.resize(std::min(action.bytes, shown.body.size()));
    core_.answered(exchange_.number, shown.status, shown.code);
    bool const head = exchange_.head.method == "HEAD";
    auto wire = to_wire(shown, head, keep_alive_, exchange_.number, core_.now());
    if (action.how == delivery::cut_header) {
        wire.header.resize(std::min(action.bytes, wire.header.size() - 1));
        return write(std::move(wire.header), [this] { leave(); });
    }
    if (action.how == delivery::cut_body && action.bytes < wire.body.size()) {
        wire.body.resize(action.bytes);
        return write(wire.header + wire.body, [this] { leave(); });
    }
    if (action.how == delivery::byte_by_byte) {
        output_ = wire.header + wire.body;
        return write_bytewise(0);
    }
    write(wire.header + wire.body, [this] { sent(); });
}

CAIRN_DECL void connection::send_then_leave(reply const& what) {
    stage_ = stage::busy;
    core_.answered(exchange_.number, what.status, what.code);
    bool const head = exchange_.head.method == "HEAD";
    auto const wire = to_wire(what, head, false, exchange_.number, core_.now());
    write(wire.header + wire.body, [this] { leave(); });
}

CAIRN_DECL void connection::write(std::string bytes, std::function<void()> then) {
    output_ = std::move(bytes);
    stream_.write(boost::asio::buffer(output_),
                  [self = shared_from_this(), then = std::move(then)](error_code ec, std::size_t) {
                      if (ec || self->stage_ == stage::closed)
                          self->close();
                      else
                          then();
                  });
}

CAIRN_DECL void connection::write_bytewise(std::size_t from) {
    if (from == output_.size())
        return sent();
    stream_.write(boost::asio::buffer(output_.data() + from, 1),
                  [self = shared_from_this(), from](error_code ec, std::size_t) {
                      if (ec || self->stage_ == stage::closed)
                          self->close();
                      else
                          self->write_bytewise(from + 1);
                  });
}

CAIRN_DECL void connection::sent() {
    if (exchange_.action.close_afterwards)
        close(exchange_.action.reset);
    else if (keep_alive_)
        next_request();
    else
        leave();
}

// Leaving.

// Reads what comes and drops it, so that the peer's end of the connection is noticed, and so that
// unread input does not turn our close into a reset that takes the answer with it.
CAIRN_DECL void connection::discard() {
    input_.clear();
    auto const into = input_.prepare(4096);
    stream_.read_some({into.data(), into.size()},
                      [self = shared_from_this()](error_code ec, std::size_t) {
                          if (ec || self->stage_ == stage::closed)
                              self->close();
                          else
                              self->discard();
                      });
}

CAIRN_DECL void connection::leave() {
    stage_ = stage::leaving;
    arm_timer(std::chrono::seconds(2));
    stream_.finish([self = shared_from_this()](error_code ec) {
        if (ec || self->stream_.is_tls() || self->stage_ == stage::closed)
            self->close();
        else
            self->discard();
    });
}

CAIRN_DECL void connection::after(std::chrono::milliseconds delay, std::function<void()> then) {
    if (delay.count() == 0)
        return then();
    pause_.expires_after(delay);
    pause_.async_wait([self = shared_from_this(), then = std::move(then)](error_code) {
        if (self->stage_ != stage::closed)
            then();
    });
}

CAIRN_DECL void connection::arm_timer(std::chrono::milliseconds delay) {
    timed_out_ = false;
    deadline_.expires_after(delay);
    deadline_.async_wait([self = shared_from_this(), mine = ++armed_](error_code) {
        if (mine != self->armed_)
            return;
        self->timed_out_ = true;
        if (self->stage_ == stage::body)
            self->stream_.cancel();
        else
            self->close();
    });
}

} // namespace cairn::testing::detail

#endif
