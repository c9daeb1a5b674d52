//
// cairn/merge/merger.hpp: folds records into documents on a shared storage, and loses none.
//
#ifndef CAIRN_MERGE_MERGER_HPP
#define CAIRN_MERGE_MERGER_HPP

#include <cairn/merge/concepts.hpp>
#include <cairn/merge/config.hpp>
#include <cairn/merge/detail/group.hpp>
#include <cairn/merge/detail/merger_impl.hpp>
#include <cairn/storage/concepts.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace cairn::merge {

/// Names the group that a record was folded into. Cheap to copy; records of one group have equal
/// tickets, so one wait serves them all. May outlive the merger.
class ticket {
public:
    ticket() = default; ///< names no group

    explicit operator bool() const noexcept { return state_ != nullptr; }
    std::uint64_t group() const noexcept { return state_ ? state_->id() : 0; } ///< from 1 on
    friend bool operator==(ticket const&, ticket const&) = default;

private:
    template <class, class, class>
    friend class merger;
    explicit ticket(std::shared_ptr<detail::group_state> state) : state_(std::move(state)) {}

    std::shared_ptr<detail::group_state> state_;
};

/// Reads, merges and writes back documents that other writers change at the same time.
///
/// Records for a key gather in a group, folded as they arrive. One commit per key is under way at
/// a time; what arrives meanwhile is the next group. A group is committed by compare-and-swap under
/// this merger's name and a sequence number that the document's ledger carries, so that a commit
/// whose answer was lost is recognised. The outcome is told as it is: a receipt, or an error with
/// `remote_effect::none` (not applied, and will not be) or `possible` (`errc::unresolved`:
/// unknown).
///
/// *Executor, thread safety*: everything happens on the storage's executor, which must not run two
/// handlers at once (a strand, or a context with one thread). All functions are called there,
/// except `async_merge`, which may be called from any thread. *Cancellation* of a wait ends the
/// wait alone (`operation_aborted`, effect possible): a commit is never aborted by its caller.
/// *Lifetime*: when the merger is destroyed, on any thread, what only gathers ends with
/// `operation_aborted`, effect none; a write under way is finished and its outcome told; nothing
/// new is begun. It must not outlive the executor's context.
/// *Cost*: one request per commit while nobody else writes, two for an object met first; one timer
/// per group, none per record. Up to `max_remembered` documents stay in memory.
template <class Storage, class Codec, class Policy>
class merger : detail::merger_requirements<Storage, Codec, Policy> {
    using impl = detail::merger_impl<Storage, Codec, Policy>;

public:
    using document = typename Codec::document;
    using record = typename Policy::record;
    using executor_type = asio::any_io_executor;

    explicit merger(Storage storage, Codec codec = {}, Policy policy = {},
                    merger_config config = {})
        : impl_(std::make_shared<impl>(std::move(storage), std::move(codec), std::move(policy),
                                       std::move(config))) {}

    merger(merger&&) noexcept = default;
    merger& operator=(merger&&) = delete;

    ~merger() {
        if (impl_)
            asio::dispatch(impl_->executor(), [impl = impl_] { impl->abandon(); });
    }

    executor_type get_executor() const { return impl_->executor(); }

    /// The name under which this merger's commits stand in the ledgers.
    std::string const& writer() const noexcept { return impl_->writer(); }

    /// Calls `f` with each document that was read, before it is changed; for its warnings, say.
    /// `f` must not call the merger.
    void on_decoded(std::function<void(std::string_view key, document const&)> f) {
        impl_->on_decoded(std::move(f));
    }

    /// Folds a record into the group that gathers for `key`, and sees to it that it is committed.
    ticket fold(std::string_view key, record r) { return ticket(impl_->fold(key, std::move(r))); }

    /// Waits for the end of a group; any number may wait, before and after. Completes with
    /// `void(result<receipt>)`.
    template <class Token>
    auto async_wait(ticket t, Token&& token) {
        return asio::async_initiate<Token, void(result<receipt>)>(
            [](auto handler, std::shared_ptr<impl> self, ticket awaited) {
                using erased = detail::waiter<receipt>::handler_type;
                self->wait(awaited.state_, detail::waiter<receipt>::make(erased(std::move(handler)),
                                                                         self->executor()));
            },
            token, impl_, std::move(t));
    }

    /// Folds a record and waits for its group. From any thread. Completes with
    /// `void(result<receipt>)`.
    template <class Token>
    auto async_merge(std::string key, record r, Token&& token) {
        return asio::async_initiate<Token, void(result<receipt>)>(
            [](auto handler, std::shared_ptr<impl> self, std::string k, record value) {
                using erased = detail::waiter<receipt>::handler_type;
                auto w =
                    detail::waiter<receipt>::make(erased(std::move(handler)), self->executor());
                asio::dispatch(self->executor(),
                               [self, w, k = std::move(k), v = std::move(value)]() mutable {
                                   self->wait(self->fold(k, std::move(v)), std::move(w));
                               });
            },
            token, impl_, std::move(key), std::move(r));
    }

    /// Commits what gathers as soon as possible, whatever `max_delay` says.
    void flush() { impl_->flush(); }

    /// Flushes, and completes when nothing gathers and nothing is under way. Completes with
    /// `void(result<void>)`; each group's own outcome is told to who waits for it.
    template <class Token>
    auto async_drain(Token&& token) {
        return asio::async_initiate<Token, void(result<void>)>(
            [](auto handler, std::shared_ptr<impl> self) {
                using erased = detail::waiter<void>::handler_type;
                self->drain(
                    detail::waiter<void>::make(erased(std::move(handler)), self->executor()));
            },
            token, impl_);
    }

    merger_statistics const& stats() const noexcept { return impl_->stats(); }

private:
    std::shared_ptr<impl> impl_;
};

} // namespace cairn::merge

#endif
