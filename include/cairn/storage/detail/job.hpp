//
// cairn/storage/detail/job.hpp: an operation that is carried out in one go, somewhere else.
//
#ifndef CAIRN_STORAGE_DETAIL_JOB_HPP
#define CAIRN_STORAGE_DETAIL_JOB_HPP

#include <cairn/core/completion.hpp>
#include <cairn/storage/handle.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace cairn::storage::detail {

/// Holds the handler until the operation is done, and says whether it was cancelled meanwhile.
template <class T>
class job {
public:
    /// To be made by the initiating function: the cancellation slot belongs to its thread.
    job(erased_handler<T> handler, asio::any_io_executor const& fallback)
        : completion_(std::move(handler), fallback) {
        auto slot = asio::get_associated_cancellation_slot(completion_.handler());
        if (!slot.is_connected())
            return;
        cancelled_ = std::make_shared<std::atomic<bool>>(false);
        slot.assign([flag = cancelled_](asio::cancellation_type type) {
            if ((type & asio::cancellation_type::terminal) != asio::cancellation_type::none)
                *flag = true;
        });
    }

    bool cancelled() const noexcept { return cancelled_ && *cancelled_; }

    /// Does the work, unless the operation was cancelled before it began.
    template <class Work>
    result<T> run(Work&& work) const {
        if (cancelled())
            return error(asio::error::operation_aborted, "cancelled before it began");
        return std::forward<Work>(work)();
    }

    /// Not to be called from within the initiating function.
    void complete(result<T> outcome) { completion_.complete(std::move(outcome)); }

private:
    cairn::detail::completion<T> completion_;
    std::shared_ptr<std::atomic<bool>> cancelled_; // null where nobody can cancel
};

} // namespace cairn::storage::detail

#endif
