//
// cairn/s3/detail/operation.hpp: performs one operation. The only code that waits.
//
#ifndef CAIRN_S3_DETAIL_OPERATION_HPP
#define CAIRN_S3_DETAIL_OPERATION_HPP

#include <cairn/core/completion.hpp>
#include <cairn/s3/detail/client_core.hpp>
#include <cairn/s3/detail/operation_fsm.hpp>
#include <cairn/s3/detail/response_reader.hpp>
#include <cairn/s3/request.hpp>
#include <cairn/s3/response.hpp>

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cairn::s3::detail {

/// Carries out what `operation_fsm` decides. At any time one thing is under way (`doing_`) besides
/// the deadline's timer; whoever ends the operation early closes the connection and lets that one
/// thing come back, so that the user's memory is never touched after the completion. Only DNS
/// cannot be hurried: its late answer finds a newer `generation_`, and is dropped.
class operation : public std::enable_shared_from_this<operation> {
public:
    using handler_type = cairn::detail::completion<response>::handler_type;
    using clock = std::chrono::steady_clock;

    CAIRN_DECL operation(std::shared_ptr<client_core> core, request r, handler_type handler);

    /// Begins; call it once, from any thread.
    CAIRN_DECL void start();

private:
    enum class activity {
        nothing,
        queueing,
        resolving,
        connecting,
        handshaking,
        writing,
        reading,
        waiting,
    };
    using method_pointer = void (operation::*)(error_code, std::size_t);

    /// The one handler type of all connection operations.
    struct continuation {
        std::shared_ptr<operation> self;
        method_pointer next;

        void operator()(error_code ec, std::size_t n) { (self.get()->*next)(ec, n); }
    };

    CAIRN_DECL void begin();
    CAIRN_DECL void perform(detail::operation_fsm::action a);
    CAIRN_DECL void attempt(bool fresh);
    CAIRN_DECL result<void> prepare();
    CAIRN_DECL result<std::string> payload_hash(bool tls);
    CAIRN_DECL void on_granted(std::shared_ptr<connection> c);
    CAIRN_DECL void open();
    CAIRN_DECL void on_resolved(error_code ec, tcp::resolver::results_type const& where);
    CAIRN_DECL void on_connected(error_code ec, std::size_t);
    CAIRN_DECL void on_handshaken(error_code ec, std::size_t);
    CAIRN_DECL void write();
    CAIRN_DECL void on_written(error_code ec, std::size_t);
    CAIRN_DECL void read();
    CAIRN_DECL void on_read(error_code ec, std::size_t n);
    CAIRN_DECL void on_response();
    CAIRN_DECL void learn(detail::refusal const& r);
    CAIRN_DECL void fail(error e);
    CAIRN_DECL void leave_connection(bool reusable);
    CAIRN_DECL void wait(std::chrono::milliseconds delay);
    CAIRN_DECL void arm(clock::time_point when);
    CAIRN_DECL void on_timer();
    CAIRN_DECL void interrupt(error_code why, bool whole_operation);
    CAIRN_DECL void settle_interruption();
    CAIRN_DECL void finish(result<response> outcome);

    continuation then(method_pointer next) { return {shared_from_this(), next}; }
    detail::progress progress() const noexcept;
    std::chrono::milliseconds time_left() const;

    std::shared_ptr<client_core> core_;
    request request_;
    cairn::detail::completion<response> completion_;
    detail::operation_fsm fsm_;
    asio::steady_timer timer_;
    tcp::resolver resolver_;
    detail::address address_;
    std::string region_;
    std::string head_;
    std::string payload_hash_;
    std::vector<asio::const_buffer> wire_;
    std::shared_ptr<connection> connection_;
    std::optional<connection_pool::waiter> queued_;
    std::unique_ptr<detail::response_reader> reader_;
    clock::time_point total_deadline_{};
    clock::time_point attempt_deadline_{};
    clock::time_point wake_{};
    activity doing_ = activity::nothing;
    unsigned generation_ = 0;
    bool granted_ = false; ///< holds one of the pool's places
    bool sent_ = false;    ///< the whole request was handed over
    error_code interruption_;
    bool ends_operation_ = false; ///< the interruption does, not only the attempt
    bool finished_ = false;
};

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/operation.ipp>
#endif

#endif
