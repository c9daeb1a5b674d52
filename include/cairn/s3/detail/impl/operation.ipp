#ifndef CAIRN_S3_DETAIL_IMPL_OPERATION_IPP
#define CAIRN_S3_DETAIL_IMPL_OPERATION_IPP

#include <cairn/s3/detail/operation.hpp>

#include <cairn/s3/detail/refusal.hpp>
#include <cairn/s3/detail/request_head.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>

namespace cairn::s3::detail {

inline bool is_end_of_stream(error_code const& ec) {
    return ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
}

inline bool is_tls_failure(error_code const& ec) {
    return ec.category() == asio::error::get_ssl_category();
}

CAIRN_DECL operation::operation(std::shared_ptr<client_core> core, request r, handler_type handler)
    : core_(std::move(core)), request_(std::move(r)),
      completion_(std::move(handler), core_->strand()),
      fsm_(request_.repeatability, core_->config().retry, core_->budget()), timer_(core_->strand()),
      resolver_(core_->strand()) {}

CAIRN_DECL void operation::start() {
    auto slot = asio::get_associated_cancellation_slot(completion_.handler());
    if (slot.is_connected())
        slot.assign(
            [weak = weak_from_this(), strand = core_->strand()](asio::cancellation_type type) {
                if (type == asio::cancellation_type::none)
                    return;
                asio::post(strand, [weak] {
                    if (auto const self = weak.lock())
                        self->interrupt(asio::error::operation_aborted, true);
                });
            });
    asio::post(core_->strand(), [self = shared_from_this()] { self->begin(); });
}

CAIRN_DECL void operation::begin() {
    if (finished_)
        return;
    total_deadline_ = clock::now() + core_->config().total_timeout;
    result<void> const valid = detail::validate(request_);
    if (!valid)
        return finish(valid.error());
    if (!core_->endpoints())
        return finish(core_->endpoints().error());
    perform(fsm_.start());
}

CAIRN_DECL void operation::perform(detail::operation_fsm::action a) {
    using step = detail::operation_fsm::step;
    switch (a.step) {
    case step::attempt:
    case step::attempt_in_region:
    case step::attempt_at_time: return attempt(false);
    case step::attempt_fresh: return attempt(true);
    case step::wait:
        if (core_->config().on_retry)
            core_->config().on_retry(*fsm_.failure(), a.delay);
        return wait(a.delay);
    case step::finish:
        if (fsm_.failure())
            return finish(*fsm_.failure());
        return finish(std::move(reader_->get()));
    }
}

CAIRN_DECL void operation::attempt(bool fresh) {
    sent_ = false;
    reader_.reset();
    interruption_ = {};
    attempt_deadline_ = clock::now() + core_->config().attempt_timeout;
    region_ = core_->region_of(request_.bucket);
    address_ = core_->endpoints()->resolve(request_, region_);
    arm(std::min(attempt_deadline_, total_deadline_));
    doing_ = activity::queueing;
    auto grant = core_->pool().acquire(
        address_.origin, fresh, [weak = weak_from_this()](std::shared_ptr<connection> c) {
            // The deadline's timer keeps this alive; the queue must not, as the core holds it.
            auto const self = weak.lock();
            if (!self)
                return false;
            // From within another operation's release: let that one end first.
            self->queued_.reset();
            self->granted_ = true;
            asio::post(self->core_->strand(), [self, c = std::move(c)] { self->on_granted(c); });
            return true;
        });
    if (!grant.idle && !grant.open) {
        queued_ = grant.queued;
        return;
    }
    granted_ = true;
    on_granted(std::move(grant.idle));
}

CAIRN_DECL void operation::on_granted(std::shared_ptr<connection> c) {
    connection_ = std::move(c);
    if (interruption_)
        return settle_interruption();
    if (connection_)
        write();
    else
        open();
}

CAIRN_DECL void operation::open() {
    doing_ = activity::resolving;
    resolver_.async_resolve(
        address_.origin.host, std::to_string(address_.origin.port),
        [self = shared_from_this(),
         generation = ++generation_](error_code ec, tcp::resolver::results_type const& where) {
            if (generation == self->generation_ && self->doing_ == activity::resolving)
                self->on_resolved(ec, where);
        });
}

CAIRN_DECL void operation::on_resolved(error_code ec, tcp::resolver::results_type const& where) {
    if (ec)
        return fail(error(errc::host_not_found, address_.origin.host + ": " + ec.message()));
    doing_ = activity::connecting;
    connection_ = std::make_shared<connection>(core_->strand(), address_.origin);
    connection_->async_connect(where, then(&operation::on_connected));
}

CAIRN_DECL void operation::on_connected(error_code ec, std::size_t) {
    if (interruption_)
        return settle_interruption();
    if (ec)
        return fail(error(ec, "connect to " + address_.host));
    if (!address_.origin.tls)
        return write();
    auto const context = core_->tls_context();
    if (!context)
        return fail(context.error());
    doing_ = activity::handshaking;
    connection_->async_handshake(**context, core_->config().verify_peer,
                                 then(&operation::on_handshaken));
}

CAIRN_DECL void operation::on_handshaken(error_code ec, std::size_t) {
    if (interruption_)
        return settle_interruption();
    if (ec) {
        std::string why = "TLS handshake with " + address_.host;
        if (detail::is_end_of_stream(ec)) // closed, as a plain connection may be
            ec = errc::connection_closed;
        if (detail::is_tls_failure(ec))
            why += connection_->verification_failure();
        return fail(error(ec, std::move(why)));
    }
    write();
}

CAIRN_DECL result<std::string> operation::payload_hash(bool tls) {
    auto const choice = core_->config().payload;
    if (choice == payload_signing::never || (choice == payload_signing::automatic && tls))
        return std::string("UNSIGNED-PAYLOAD");
    if (payload_hash_.empty())
        payload_hash_ = detail::hash_payload(request_.body);
    return payload_hash_;
}

CAIRN_DECL result<void> operation::prepare() {
    auto hash = payload_hash(address_.origin.tls);
    if (!hash)
        return hash.error();
    auto head = detail::make_request_head(request_, address_, *hash, core_->config().user_agent,
                                          core_->config().credentials, core_->signer_for(region_),
                                          core_->now(), core_->signature());
    if (!head)
        return head.error();
    head_ = std::move(*head);
    wire_.assign(1, asio::buffer(head_));
    wire_.insert(wire_.end(), request_.body.begin(), request_.body.end());
    return {};
}

CAIRN_DECL void operation::write() {
    result<void> const prepared = prepare();
    if (!prepared)
        return fail(prepared.error());
    doing_ = activity::writing;
    reader_ = std::make_unique<detail::response_reader>(request_.method == method::head,
                                                        core_->config().max_response_size);
    connection_->async_write(wire_, then(&operation::on_written));
}

CAIRN_DECL void operation::on_written(error_code ec, std::size_t) {
    sent_ = !ec;
    if (interruption_)
        return settle_interruption();
    // A server that refuses early may close before it has read the body: its answer counts.
    read();
}

CAIRN_DECL void operation::read() {
    doing_ = activity::reading;
    connection_->async_read_some(reader_->prepare(), then(&operation::on_read));
}

CAIRN_DECL void operation::on_read(error_code ec, std::size_t n) {
    if (interruption_ && !(n != 0 && !ec))
        return settle_interruption();
    // TLS without close_notify: the length decides whether anything was cut off.
    bool const closed = detail::is_end_of_stream(ec);
    if (ec && !closed)
        return fail(error(ec, "reading from " + address_.host));
    result<void> const taken = closed ? reader_->commit_eof() : reader_->commit(n);
    if (!taken)
        return fail(taken.error());
    if (reader_->complete())
        return on_response();
    if (interruption_)
        return settle_interruption();
    read();
}

CAIRN_DECL void operation::on_response() {
    doing_ = activity::nothing;
    response const& r = reader_->get();
    // Whoever interrupted has closed the connection, though the answer was there already.
    leave_connection(sent_ && !interruption_ && reader_->keep_alive());
    if (r.status / 100 == 2)
        return perform(fsm_.on_success());
    detail::refusal refused = detail::interpret_refusal(r);
    learn(refused);
    // An end from outside that came too late to stop the answer still stops what would follow.
    auto const left = interruption_ && ends_operation_ ? std::chrono::milliseconds{} : time_left();
    perform(fsm_.on_refusal(std::move(refused), core_->random(), left));
}

CAIRN_DECL void operation::learn(detail::refusal const& r) {
    if (r.what.code == errc::wrong_region && !r.region.empty())
        core_->learn_region(request_.bucket, r.region);
    if (r.server_time && r.what.service_code == "RequestTimeTooSkewed")
        core_->learn_time(*r.server_time);
}

CAIRN_DECL void operation::fail(error e) {
    auto const how_far = progress();
    bool const reused = connection_ && connection_->reused();
    leave_connection(false);
    perform(fsm_.on_failure(std::move(e), how_far, reused, core_->random(), time_left()));
}

CAIRN_DECL void operation::leave_connection(bool reusable) {
    if (!granted_)
        return;
    granted_ = false;
    auto connection = std::move(connection_);
    connection_ = nullptr;
    if (!reusable)
        connection.reset();
    core_->pool().release(address_.origin, std::move(connection));
}

CAIRN_DECL void operation::wait(std::chrono::milliseconds delay) {
    doing_ = activity::waiting;
    arm(std::min(clock::now() + delay, total_deadline_));
}

CAIRN_DECL void operation::arm(clock::time_point when) {
    wake_ = when;
    timer_.expires_at(when);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
        // A wait that was replaced may have been on its way already.
        if (!ec && !self->finished_ && clock::now() >= self->wake_)
            self->on_timer();
    });
}

CAIRN_DECL void operation::on_timer() {
    bool const over = clock::now() >= total_deadline_;
    if (doing_ == activity::waiting && !over)
        return perform(fsm_.on_waited());
    interrupt(make_error_code(errc::timed_out), over);
}

CAIRN_DECL void operation::interrupt(error_code why, bool whole_operation) {
    if (finished_ || (interruption_ && !whole_operation))
        return;
    interruption_ = why;
    ends_operation_ = whole_operation;
    switch (doing_) {
    case activity::queueing:
        if (!queued_)
            return; // granted: `on_granted` is on its way
        core_->pool().withdraw(address_.origin, *queued_);
        queued_.reset();
        return settle_interruption();
    case activity::connecting:
    case activity::handshaking:
    case activity::writing:
    case activity::reading: connection_->close(); return;
    case activity::resolving: resolver_.cancel(); [[fallthrough]];
    case activity::waiting:
    case activity::nothing: return settle_interruption();
    }
}

CAIRN_DECL void operation::settle_interruption() {
    ++generation_;
    error_code const why = interruption_;
    if (!ends_operation_)
        return fail(
            error(why, "no answer from " + address_.host + " within the attempt's deadline"));
    bool const exchanging = doing_ == activity::writing || doing_ == activity::reading;
    auto const how_far = exchanging ? std::optional(progress()) : std::nullopt;
    leave_connection(false);
    perform(fsm_.on_abort(why, how_far));
}

CAIRN_DECL void operation::finish(result<response> outcome) {
    if (finished_)
        return;
    finished_ = true;
    doing_ = activity::nothing;
    timer_.cancel();
    completion_.complete(std::move(outcome));
}

inline detail::progress operation::progress() const noexcept {
    if (reader_ && reader_->started())
        return detail::progress::answering;
    return sent_ ? detail::progress::sent : detail::progress::nothing_sent;
}

inline std::chrono::milliseconds operation::time_left() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(total_deadline_ - clock::now());
}

} // namespace cairn::s3::detail

#endif
