#ifndef CAIRN_TESTING_DETAIL_IMPL_SERVER_CORE_IPP
#define CAIRN_TESTING_DETAIL_IMPL_SERVER_CORE_IPP

#include <cairn/testing/detail/connection.hpp>
#include <cairn/testing/detail/server_core.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace cairn::testing::detail {

CAIRN_DECL server_core::server_core(s3_server_config config)
    : config_(std::move(config)), service_(config_) {
    if (config_.tls) {
        tls_.emplace(boost::asio::ssl::context::tls_server);
        tls_->use_certificate_chain(boost::asio::buffer(config_.tls->certificate_pem));
        tls_->use_private_key(boost::asio::buffer(config_.tls->private_key_pem),
                              boost::asio::ssl::context::pem);
    }
    listen();
    thread_ = std::thread([this] { io_.run(); });
}

CAIRN_DECL server_core::~server_core() {
    io_.stop();
    thread_.join();
}

CAIRN_DECL void server_core::listen() {
    using boost::asio::ip::tcp;
    tcp::endpoint const any_port(boost::asio::ip::address_v4::loopback(), 0);
    acceptor_.open(any_port.protocol());
    acceptor_.bind(any_port);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    accept();
}

CAIRN_DECL void server_core::reject_connections(std::size_t count) {
    std::lock_guard const lock(mutex_);
    to_reject_ = count;
}

CAIRN_DECL void server_core::accept() {
    acceptor_.async_accept([this](boost::system::error_code ec, boost::asio::ip::tcp::socket s) {
        if (ec == boost::asio::error::operation_aborted)
            return;
        if (!ec)
            admit(std::move(s));
        accept();
    });
}

CAIRN_DECL void server_core::admit(boost::asio::ip::tcp::socket socket) {
    std::size_t id = 0;
    bool rejected = false;
    {
        std::lock_guard const lock(mutex_);
        id = ++counters_.connections_accepted;
        rejected = to_reject_ != 0;
        rejected ? --to_reject_ : ++counters_.connections_open;
    }
    changed_.notify_all();
    if (rejected)
        return;
    auto const made =
        std::make_shared<connection>(*this, id, std::move(socket), tls_ ? &*tls_ : nullptr);
    live_.emplace(id, made);
    made->start();
}

CAIRN_DECL void server_core::close_connections(bool only_idle) {
    boost::asio::post(io_, [this, only_idle] {
        auto const all = live_; // closing one takes it off the list
        for (auto const& [id, weak] : all)
            if (auto const c = weak.lock())
                only_idle ? c->close_if_idle() : c->close();
    });
}

CAIRN_DECL std::vector<request_record> server_core::requests() const {
    std::lock_guard const lock(mutex_);
    return {log_.begin(), log_.end()};
}

CAIRN_DECL void server_core::clear_requests() {
    std::lock_guard const lock(mutex_);
    log_.clear();
}

CAIRN_DECL server_counters server_core::counters_locked() const {
    auto counters = counters_;
    counters.faults_pending = faults_.pending();
    return counters;
}

CAIRN_DECL server_counters server_core::counters() const {
    std::lock_guard const lock(mutex_);
    return counters_locked();
}

CAIRN_DECL bool server_core::wait_for(std::function<bool(server_counters const&)> const& done,
                                      std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return done(counters_locked()); });
}

CAIRN_DECL std::chrono::system_clock::time_point server_core::now() const {
    return config_.clock ? config_.clock() : std::chrono::system_clock::now();
}

CAIRN_DECL request_record* server_core::record(std::size_t number) {
    if (log_.empty() || number < log_.front().number)
        return nullptr; // the log was emptied meanwhile
    return &log_[number - log_.front().number];
}

CAIRN_DECL exchange server_core::begin(std::size_t connection, request_head head) {
    exchange ex;
    auto const where = resolve_address(config_, head);
    {
        std::lock_guard const lock(mutex_);
        ex.number = ++counters_.requests;
        if (auto due = faults_.next(head.method, where.bucket, where.key))
            ex.action = *std::move(due);
        request_record entry;
        entry.number = ex.number;
        entry.connection = connection;
        entry.head = head;
        entry.bucket = where.bucket;
        entry.key = where.key;
        entry.fault = ex.action.name;
        log_.push_back(std::move(entry));
    }
    changed_.notify_all();
    ex.head = std::move(head);
    return ex;
}

CAIRN_DECL std::optional<reply> server_core::refuse_early(exchange const& ex) {
    auto const time = now();
    std::lock_guard const lock(mutex_);
    return service_.refuse_early(ex.head, ex.number, time);
}

CAIRN_DECL reply server_core::apply(exchange const& ex, std::string const& body) {
    auto const time = now();
    reply answer;
    {
        std::lock_guard const lock(mutex_);
        answer = service_.handle(ex.head, body, ex.number, time);
        if (answer.applied) {
            ++counters_.applied;
            if (auto* const entry = record(ex.number))
                entry->applied = true;
        }
    }
    changed_.notify_all();
    return answer;
}

CAIRN_DECL void server_core::apply_late(exchange ex, std::string body) {
    {
        std::lock_guard const lock(mutex_);
        ++counters_.late_pending;
    }
    auto const timer = std::make_shared<boost::asio::steady_timer>(io_, ex.action.delay_before);
    timer->async_wait(
        [this, timer, ex = std::move(ex), body = std::move(body)](boost::system::error_code) {
            apply(ex, body);
            {
                std::lock_guard const lock(mutex_);
                --counters_.late_pending;
            }
            changed_.notify_all();
        });
}

CAIRN_DECL void server_core::answered(std::size_t number, int status, std::string const& code) {
    {
        std::lock_guard const lock(mutex_);
        if (auto* const entry = record(number)) {
            entry->status = status;
            entry->code = code;
        }
    }
    changed_.notify_all();
}

CAIRN_DECL void server_core::continue_sent() {
    std::lock_guard const lock(mutex_);
    ++counters_.continues_sent;
}

CAIRN_DECL void server_core::closed(std::size_t connection) {
    live_.erase(connection);
    {
        std::lock_guard const lock(mutex_);
        --counters_.connections_open;
    }
    changed_.notify_all();
}

} // namespace cairn::testing::detail

#endif
