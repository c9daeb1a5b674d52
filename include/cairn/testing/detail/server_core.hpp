//
// cairn/testing/detail/server_core.hpp: the server's state, its thread, and what guards them.
//
#ifndef CAIRN_TESTING_DETAIL_SERVER_CORE_HPP
#define CAIRN_TESTING_DETAIL_SERVER_CORE_HPP

#include <cairn/testing/detail/exchange.hpp>
#include <cairn/testing/detail/fault_plan.hpp>
#include <cairn/testing/detail/s3_service.hpp>
#include <cairn/testing/s3_server_config.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cairn::testing::detail {

class connection;

class server_core {
public:
    CAIRN_DECL explicit server_core(s3_server_config config);
    CAIRN_DECL ~server_core();
    server_core(server_core const&) = delete;
    server_core& operator=(server_core const&) = delete;

    // For the server's users, from any thread.
    s3_server_config const& config() const { return config_; }
    std::uint16_t port() const { return port_; }
    CAIRN_DECL void close_connections(bool only_idle);
    CAIRN_DECL void reject_connections(std::size_t count);
    CAIRN_DECL std::vector<request_record> requests() const;
    CAIRN_DECL void clear_requests();
    CAIRN_DECL server_counters counters() const;
    CAIRN_DECL bool wait_for(std::function<bool(server_counters const&)> const& done,
                             std::chrono::milliseconds timeout) const;

    // Runs a function with the lock held.
    template <class F>
    auto with_service(F&& f) {
        std::lock_guard const lock(mutex_);
        return f(service_);
    }
    template <class F>
    auto with_faults(F&& f) {
        std::lock_guard const lock(mutex_);
        return f(faults_);
    }

    // For connections, from the server's thread.
    CAIRN_DECL std::chrono::system_clock::time_point now() const;
    CAIRN_DECL exchange begin(std::size_t connection, request_head head);
    CAIRN_DECL std::optional<reply> refuse_early(exchange const& ex);
    CAIRN_DECL reply apply(exchange const& ex, std::string const& body);
    CAIRN_DECL void apply_late(exchange ex, std::string body);
    CAIRN_DECL void answered(std::size_t number, int status, std::string const& code);
    CAIRN_DECL void continue_sent();
    CAIRN_DECL void closed(std::size_t connection);

private:
    void listen();
    void accept();
    void admit(boost::asio::ip::tcp::socket socket);
    request_record* record(std::size_t number);
    server_counters counters_locked() const;

    s3_server_config const config_;
    std::uint16_t port_ = 0;

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    // Guarded by the mutex:
    s3_service service_;
    fault_plan faults_;
    std::deque<request_record> log_;
    server_counters counters_;
    std::size_t to_reject_ = 0;

    // Only the server's thread uses these. The io_context goes first when all is destroyed: it
    // takes the connections with it, and they still tell that they are gone.
    std::map<std::size_t, std::weak_ptr<connection>> live_;
    std::optional<boost::asio::ssl::context> tls_;
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_{io_};
    std::thread thread_;
};

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/server_core.ipp>
#endif

#endif
