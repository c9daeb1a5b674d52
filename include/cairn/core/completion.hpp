//
// cairn/core/completion.hpp: a completion handler that waits for its result.
//
#ifndef CAIRN_CORE_COMPLETION_HPP
#define CAIRN_CORE_COMPLETION_HPP

#include <cairn/core/error.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>

#include <utility>

namespace cairn::detail {

namespace asio = boost::asio;

/// Keeps a handler, and work on its associated executor, until `complete`. Move-constructible
/// only: an erased handler must not be assigned.
template <class T>
class completion {
public:
    using handler_type = asio::any_completion_handler<void(result<T>)>;

    completion(handler_type handler, asio::any_io_executor const& fallback)
        : handler_(std::move(handler)),
          executor_(asio::prefer(asio::get_associated_executor(handler_, fallback),
                                 asio::execution::outstanding_work.tracked)) {}

    /// Invokes the handler on its executor, at once where that is allowed: so never from within
    /// an initiating function. Once only.
    void complete(result<T> outcome) {
        auto executor = std::move(executor_);
        asio::dispatch(executor, [h = std::move(handler_), r = std::move(outcome)]() mutable {
            // What cancels the operation goes with it: the signal may outlive the context.
            if (auto slot = asio::get_associated_cancellation_slot(h); slot.is_connected())
                slot.clear();
            std::move(h)(std::move(r));
        });
    }

    handler_type const& handler() const noexcept { return handler_; }

private:
    handler_type handler_;
    asio::any_completion_executor executor_;
};

} // namespace cairn::detail

#endif
