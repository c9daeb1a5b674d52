//
// cairn/merge/detail/merger_impl.hpp: performs what `commit_fsm` decides, for many keys.
//
#ifndef CAIRN_MERGE_DETAIL_MERGER_IMPL_HPP
#define CAIRN_MERGE_DETAIL_MERGER_IMPL_HPP

#include <cairn/merge/concepts.hpp>
#include <cairn/merge/config.hpp>
#include <cairn/merge/detail/commit_fsm.hpp>
#include <cairn/merge/detail/group.hpp>
#include <cairn/storage/concepts.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace cairn::merge::detail {

/// One message per thing that is missing, instead of the compiler's account of the constraints.
template <class Storage, class Codec, class Policy>
struct merger_requirements {
    static_assert(storage::readable_storage<Storage>,
                  "cairn::merge::merger: Storage does not model cairn::storage::readable_storage "
                  "(get_executor, async_get, async_get_range, async_list)");
    static_assert(storage::writable_storage<Storage>,
                  "cairn::merge::merger: Storage does not model cairn::storage::writable_storage "
                  "(async_put, async_remove)");
    static_assert(storage::compare_and_swap_storage<Storage>,
                  "cairn::merge::merger: Storage does not model "
                  "cairn::storage::compare_and_swap_storage (async_create, async_replace): without "
                  "compare-and-swap concurrent writers would lose each other's records");
    static_assert(codec<Codec>,
                  "cairn::merge::merger: Codec does not model cairn::merge::codec (document, "
                  "empty, decode, encode, ledger)");
    static_assert(policy<Policy, typename Codec::document>,
                  "cairn::merge::merger: Policy does not model cairn::merge::policy for the "
                  "codec's document (record, group, fold, apply, idempotent)");
};

template <class Storage, class Codec, class Policy>
class merger_impl : public std::enable_shared_from_this<merger_impl<Storage, Codec, Policy>> {
    using document = typename Codec::document;
    using clock = std::chrono::steady_clock;
    using group_ptr = std::shared_ptr<group_state>;

    // Records that gather, and later the records of a commit under way.
    struct group {
        group(asio::any_io_executor const& executor, group_ptr s)
            : state(std::move(s)), timer(executor) {}

        group_ptr state;
        typename Policy::group content{};
        std::size_t records = 0;
        clock::time_point due;      // it need not gather longer
        clock::time_point deadline; // it must have ended
        asio::steady_timer timer;
    };

    struct remembered {
        document content;
        storage::version version;
    };

    struct commit_op;

    struct key_state {
        std::string key;
        std::unique_ptr<group> next;        // gathers
        std::shared_ptr<commit_op> current; // is under way
        std::optional<remembered> memory;
        typename std::list<key_state*>::iterator recent; // valid while `memory` is
    };
    using key_ptr = std::shared_ptr<key_state>;

    struct commit_op {
        commit_op(key_ptr k, std::unique_ptr<group> g, commit_fsm_config c)
            : key(std::move(k)), records(std::move(g)), fsm(std::move(c)) {}

        key_ptr key;
        std::unique_ptr<group> records;
        commit_fsm fsm;
        std::uint64_t sequence = 0; // 0: not chosen yet
        ledger base;                // of the document that it was first applied to
        std::optional<document> content;
        encoded bytes;
        asio::cancellation_signal signal;
        bool reading = false;
        bool finished = false;
        bool stopped = false;
        std::optional<clock::time_point> wait_end;
    };
    using op_ptr = std::shared_ptr<commit_op>;

public:
    merger_impl(Storage storage, Codec codec, Policy policy, merger_config config)
        : storage_(std::move(storage)), codec_(std::move(codec)), policy_(std::move(policy)),
          config_(std::move(config)), executor_(storage_.get_executor()) {
        if (config_.writer.empty())
            config_.writer = random_writer();
        if (!config_.random)
            config_.random = [engine = std::minstd_rand(std::random_device{}())]() mutable {
                return std::uniform_real_distribution<double>()(engine);
            };
    }

    // Where the executor's context went before a commit ended, keys and commits hold each other.
    ~merger_impl() {
        for (auto const& [name, k] : keys_)
            k->current.reset();
    }

    asio::any_io_executor const& executor() const noexcept { return executor_; }
    std::string const& writer() const noexcept { return config_.writer; }
    merger_statistics const& stats() const noexcept { return stats_; }

    void on_decoded(std::function<void(std::string_view, document const&)> f) {
        on_decoded_ = std::move(f);
    }

    group_ptr fold(std::string_view key, typename Policy::record record) {
        if (abandoned_) {
            auto ended = std::make_shared<group_state>(executor_, ++groups_);
            ended->finish(gone());
            return ended;
        }
        auto const& k = at(key);
        if (!k->next)
            begin_group(k);
        policy_.fold(k->next->content, std::move(record));
        ++k->next->records;
        ++stats_.records;
        return k->next->state;
    }

    void wait(group_ptr const& state, waiter<receipt>::pointer w) {
        if (state)
            return state->wait(std::move(w));
        asio::post(executor_, [w = std::move(w)] {
            w->fire(error(errc::invalid_argument, "the ticket names no group"));
        });
    }

    void flush() {
        for (auto const& [name, k] : keys_)
            if (k->next)
                hurry(k);
    }

    void drain(waiter<void>::pointer w) {
        drainers_.push_back(std::move(w));
        flush();
        check_drained();
    }

    // The merger goes. What was not begun ends; what is under way may take its last step.
    void abandon() {
        abandoned_ = true;
        auto const all = keys_;
        for (auto const& [name, k] : all) {
            if (auto const g = std::move(k->next)) {
                ++stats_.not_applied;
                end_group(*g, gone());
            }
            if (auto const op = k->current)
                stop(op, gone());
        }
        while (!recent_.empty())
            forget(*recent_.back());
    }

private:
    static error gone() {
        return error(asio::error::operation_aborted, "the merger was destroyed");
    }

    // --- groups that gather ---

    key_ptr const& at(std::string_view key) {
        auto it = keys_.find(key);
        if (it == keys_.end()) {
            auto k = std::make_shared<key_state>();
            k->key = std::string(key);
            it = keys_.emplace(k->key, std::move(k)).first;
        }
        return it->second;
    }

    void begin_group(key_ptr const& k) {
        k->next =
            std::make_unique<group>(executor_, std::make_shared<group_state>(executor_, ++groups_));
        auto const now = clock::now();
        auto const delay = std::min(config_.max_delay, config_.deadline / 2);
        k->next->due = drainers_.empty() ? now + delay : now;
        k->next->deadline = now + config_.deadline;
        ++stats_.groups;
        ++open_;
        schedule(k);
    }

    void hurry(key_ptr const& k) {
        k->next->due = clock::now();
        if (!k->current)
            schedule(k);
    }

    // Has the gathering group begun when it is due, or ended at its deadline.
    void schedule(key_ptr const& k) {
        auto& g = *k->next;
        auto const id = g.state->id();
        auto const look = [self = this->shared_from_this(), k, id] { self->look_at(k, id); };
        if (!k->current && g.due <= clock::now())
            return asio::post(executor_, look);
        g.timer.expires_at(k->current ? g.deadline : std::min(g.due, g.deadline));
        g.timer.async_wait(asio::bind_executor(executor_, [look](error_code ec) {
            if (!ec)
                look();
        }));
    }

    void look_at(key_ptr const& k, std::uint64_t id) {
        if (!k->next || k->next->state->id() != id)
            return;
        auto const now = clock::now();
        if (k->next->deadline <= now) {
            auto const g = std::move(k->next);
            ++stats_.not_applied;
            end_group(*g, error(errc::timed_out, "the deadline passed before the commit began"));
            tidy(k);
        } else if (!k->current && k->next->due <= now) {
            begin_commit(k);
        } else {
            schedule(k);
        }
    }

    void end_group(group& g, result<receipt> outcome) {
        g.timer.cancel();
        g.state->finish(std::move(outcome));
        --open_;
        check_drained();
    }

    void check_drained() {
        if (open_ != 0 || drainers_.empty())
            return;
        asio::post(executor_, [all = std::move(drainers_)] {
            for (auto const& w : all)
                w->fire(result<void>());
        });
        drainers_.clear();
    }

    // --- a commit ---

    void begin_commit(key_ptr const& k) {
        commit_fsm_config c;
        c.max_attempts = config_.max_attempts;
        c.backoff_base = config_.backoff_base;
        c.backoff_cap = config_.backoff_cap;
        c.idempotent = Policy::idempotent;
        c.random = [self = this] { return self->config_.random(); };
        auto const op = std::make_shared<commit_op>(k, std::move(k->next), std::move(c));
        k->current = op;
        // A predecessor that met its deadline has not used up this group's time as well.
        auto& deadline = op->records->deadline;
        deadline = std::max(deadline, clock::now() + config_.deadline / 4);
        std::optional<storage::version> known;
        if (k->memory) {
            op->content.emplace(std::move(k->memory->content));
            known = std::move(k->memory->version);
            forget(*k);
        }
        arm(op);
        perform(op, op->fsm.start(std::move(known)));
    }

    void perform(op_ptr const& op, commit::action what) {
        std::visit([&](auto& action) { this->step(op, action); }, what);
    }

    void step(op_ptr const& op, commit::read&) {
        ++stats_.reads;
        op->reading = true;
        storage_.async_get(op->key->key, handler<storage::object>(op, &merger_impl::on_read));
    }

    void step(op_ptr const& op, commit::write& w) {
        if (!w.same_bytes) {
            if (auto const made = make_bytes(*op); made.has_error())
                return perform(op, op->fsm.unusable(made.error()));
        }
        ++stats_.writes;
        auto done = handler<storage::version>(op, &merger_impl::on_written);
        if (w.expected)
            storage_.async_replace(op->key->key, std::move(*w.expected), op->bytes.buffers,
                                   std::move(done));
        else
            storage_.async_create(op->key->key, op->bytes.buffers, std::move(done));
    }

    void step(op_ptr const& op, commit::wait& w) {
        if (config_.on_retry)
            config_.on_retry(op->key->key, op->fsm.last_error(), w.delay);
        op->wait_end = clock::now() + w.delay;
        arm(op);
    }

    void step(op_ptr const& op, commit::cancel&) {
        // The write of a merger that goes is finished; at a deadline it is cancelled.
        if (op->reading || !abandoned_)
            op->signal.emit(asio::cancellation_type::terminal);
    }

    void step(op_ptr const& op, commit::done& d) {
        op->finished = true;
        auto const k = op->key;
        k->current.reset();
        count(op->fsm, d.what);
        if (d.what == outcome::applied) {
            remember(*k, std::move(*op->content), d.version);
            end_group(*op->records, receipt{std::move(d.version), op->sequence,
                                            op->records->records, op->fsm.requests()});
        } else {
            end_group(*op->records, std::move(d.why));
        }
        if (k->next)
            schedule(k);
        else
            tidy(k);
    }

    void on_read(op_ptr const& op, result<storage::object> r) {
        op->reading = false;
        op->content.reset();
        if (r.has_error()) {
            op->content.emplace(codec_.empty()); // what a creation begins with
            if (r.error().code != errc::not_found)
                return perform(op, op->fsm.read_failed(std::move(r).error()));
            return perform(op, op->fsm.absent());
        }
        auto decoded = codec_.decode(std::move(r->bytes));
        if (decoded.has_error())
            return perform(op, op->fsm.unusable(std::move(decoded).error()));
        op->content.emplace(std::move(*decoded));
        if (on_decoded_)
            on_decoded_(op->key->key, *op->content);
        auto own = ledger::standing::absent;
        if (op->sequence != 0)
            own = codec_.ledger(*op->content).find(config_.writer, op->sequence, op->base);
        perform(op, op->fsm.found(std::move(r->version), own));
    }

    void on_written(op_ptr const& op, result<storage::version> r) {
        if (r.has_error())
            perform(op, op->fsm.write_failed(std::move(r).error()));
        else
            perform(op, op->fsm.written(std::move(*r)));
    }

    // Applies the group to the document, and keeps its stored form for the write.
    result<void> make_bytes(commit_op& op) {
        auto& log = codec_.ledger(*op.content);
        if (op.sequence == 0) {
            for (auto const& e : log.entries())
                if (e.writer == config_.writer)
                    last_sequence_ = std::max(last_sequence_, e.sequence);
            op.sequence = ++last_sequence_;
            op.base = log;
        }
        auto applied = policy_.apply(*op.content, std::as_const(op.records->content));
        if (applied.has_error())
            return applied;
        codec_.ledger(*op.content).record(config_.writer, op.sequence);
        op.bytes = codec_.encode(*op.content);
        return {};
    }

    template <class T>
    auto handler(op_ptr const& op, void (merger_impl::*member)(op_ptr const&, result<T>)) {
        return asio::bind_cancellation_slot(
            op->signal.slot(), asio::bind_executor(executor_, [self = this->shared_from_this(), op,
                                                               member](result<T> r) {
                ((*self).*member)(op, std::move(r));
            }));
    }

    void arm(op_ptr const& op) {
        auto& g = *op->records;
        g.timer.expires_at(op->wait_end ? std::min(*op->wait_end, g.deadline) : g.deadline);
        g.timer.async_wait(
            asio::bind_executor(executor_, [self = this->shared_from_this(), op](error_code ec) {
                if (!ec)
                    self->on_timer(op);
            }));
    }

    void on_timer(op_ptr const& op) {
        auto const now = clock::now();
        if (op->finished)
            return;
        if (op->records->deadline <= now)
            return stop(op, error(errc::timed_out, "the deadline passed"));
        if (op->wait_end && *op->wait_end <= now) {
            op->wait_end.reset();
            arm(op);
            perform(op, op->fsm.wait_over());
        }
    }

    void stop(op_ptr const& op, error why) {
        if (op->stopped)
            return;
        op->stopped = true;
        perform(op, op->fsm.stop(std::move(why)));
    }

    void count(commit_fsm const& fsm, outcome what) {
        ++(what == outcome::applied       ? stats_.commits
           : what == outcome::not_applied ? stats_.not_applied
                                          : stats_.unknown);
        stats_.conflicts += fsm.conflicts();
        stats_.transients += fsm.transients();
        stats_.ambiguous += fsm.ambiguous();
    }

    // --- documents in memory, the most recent first ---

    void remember(key_state& k, document content, storage::version version) {
        if (config_.max_remembered == 0 || abandoned_)
            return;
        k.memory.emplace(remembered{std::move(content), std::move(version)});
        recent_.push_front(&k);
        k.recent = recent_.begin();
        while (recent_.size() > config_.max_remembered) {
            auto const last = keys_.find(std::string_view(recent_.back()->key))->second;
            forget(*last);
            tidy(last);
        }
    }

    void forget(key_state& k) {
        recent_.erase(k.recent);
        k.memory.reset();
    }

    void tidy(key_ptr const& k) {
        if (!k->next && !k->current && !k->memory)
            keys_.erase(k->key);
    }

    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const noexcept {
            return std::hash<std::string_view>()(s);
        }
    };

    Storage storage_;
    Codec codec_;
    Policy policy_;
    merger_config config_;
    asio::any_io_executor executor_;
    std::function<void(std::string_view, document const&)> on_decoded_;
    std::unordered_map<std::string, key_ptr, text_hash, std::equal_to<>> keys_;
    std::list<key_state*> recent_;
    std::vector<waiter<void>::pointer> drainers_;
    merger_statistics stats_;
    std::uint64_t groups_ = 0;
    std::uint64_t last_sequence_ = 0;
    std::size_t open_ = 0; // groups that gather or are under way
    bool abandoned_ = false;
};

} // namespace cairn::merge::detail

#endif
