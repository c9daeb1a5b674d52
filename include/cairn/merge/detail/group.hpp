//
// cairn/merge/detail/group.hpp: who waits for the end of a group, whatever its records are.
//
#ifndef CAIRN_MERGE_DETAIL_GROUP_HPP
#define CAIRN_MERGE_DETAIL_GROUP_HPP

#include <cairn/core/completion.hpp>
#include <cairn/merge/config.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cairn::merge::detail {

namespace asio = boost::asio;

/// A handler that waits for something in the merger, and may leave. On the merger's executor.
template <class T>
class waiter : public std::enable_shared_from_this<waiter<T>> {
public:
    using handler_type = typename cairn::detail::completion<T>::handler_type;
    using pointer = std::shared_ptr<waiter>;

    waiter(handler_type handler, asio::any_io_executor const& executor)
        : completion_(std::in_place, std::move(handler), executor) {}

    /// To be called by the initiating function: the cancellation slot belongs to its thread.
    static pointer make(handler_type handler, asio::any_io_executor const& executor) {
        auto self = std::make_shared<waiter>(std::move(handler), executor);
        auto slot = asio::get_associated_cancellation_slot(self->completion_->handler());
        if (slot.is_connected())
            slot.assign([weak = self->weak_from_this(), executor](asio::cancellation_type) {
                asio::post(executor, [weak] {
                    if (auto const left = weak.lock())
                        left->fire(error(asio::error::operation_aborted, "no longer waited for",
                                         remote_effect::possible));
                });
            });
        return self;
    }

    /// Completes, the first time. Not from within an initiating function.
    void fire(result<T> outcome) {
        if (!completion_)
            return;
        auto last = std::move(*completion_);
        completion_.reset();
        last.complete(std::move(outcome));
    }

private:
    std::optional<cairn::detail::completion<T>> completion_;
};

/// The end of one group, and those who wait for it. Used on the merger's executor only.
class group_state {
public:
    group_state(asio::any_io_executor executor, std::uint64_t id)
        : executor_(std::move(executor)), id_(id) {}

    std::uint64_t id() const noexcept { return id_; }

    /// Has `w` told the group's outcome when it is known, in a later turn.
    CAIRN_DECL void wait(waiter<receipt>::pointer w);

    /// Tells all who wait, in one later turn, and who comes after.
    CAIRN_DECL void finish(result<receipt> outcome);

private:
    asio::any_io_executor executor_;
    std::uint64_t id_;
    std::vector<waiter<receipt>::pointer> waiters_;
    std::optional<result<receipt>> outcome_;
};

/// 128 bits of the system's randomness, in hexadecimal.
CAIRN_DECL std::string random_writer();

} // namespace cairn::merge::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/merge/detail/impl/group.ipp>
#endif

#endif
