#include "pipeline.hpp"

#include "common/console.hpp"
#include "common/destination.hpp"

#include <cairn/merge/merger.hpp>
#include <cairn/segments/day_codec.hpp>
#include <cairn/segments/policies.hpp>
#include <cairn/storage/memory.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <future>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace uploader {

namespace {

namespace asio = boost::asio;
namespace segments = cairn::segments;
using cairn::storage::any_storage;
using note = std::function<void(std::string)>;

/// Says what a policy repaired in a document that somebody else wrote.
template <class Policy>
class reporting_policy : public Policy {
public:
    explicit reporting_policy(note report) : report_(std::move(report)) {}

    using group = typename Policy::group;

    cairn::result<void> apply(segments::day_document& d, group const& g) const {
        auto const before = d.warnings().duplicates_removed;
        auto applied = Policy::apply(d, g);
        auto const removed = d.warnings().duplicates_removed - before;
        if (removed != 0)
            report_(std::to_string(removed) +
                    " profiles of the stored day were duplicates, and are united with the first");
        return applied;
    }

private:
    note report_;
};

/// Says for how long a day waits for its commit, and why, where that takes more than moments. On
/// the merger's executor.
class wait_teller {
    using clock = std::chrono::steady_clock;
    using groups = std::multimap<clock::time_point, std::string>; // keys by their first payload

public:
    /// A group that waits no longer than `patience` is in order.
    wait_teller(asio::any_io_executor executor, note report, clock::duration patience)
        : timer_(std::move(executor)), report_(std::move(report)), patience_(patience) {}

    groups::iterator begin(std::string const& key) {
        auto const group = groups_.emplace(clock::now(), key);
        if (groups_.size() == 1)
            arm();
        return group;
    }
    void end(groups::iterator group, bool committed) {
        groups_.erase(group);
        if (committed)
            reason_.clear();
    }
    /// What was in the way of the last attempt.
    void failed(cairn::error const& why) { reason_ = why.to_string(); }

private:
    static constexpr std::chrono::seconds told_every{10};

    void arm() {
        if (groups_.empty())
            return;
        timer_.expires_at(std::max(groups_.begin()->first + patience_, next_));
        timer_.async_wait([this](boost::system::error_code const& stopped) {
            if (!stopped)
                tell();
        });
    }

    void tell() {
        auto const now = clock::now();
        if (!groups_.empty() && groups_.begin()->first + patience_ <= now) {
            auto const& [since, key] = *groups_.begin();
            auto const waited = std::chrono::duration_cast<std::chrono::seconds>(now - since);
            report_(key + ": not committed for " + std::to_string(waited.count()) +
                    " s: " + (reason_.empty() ? "the storage has not answered yet" : reason_));
            next_ = now + told_every;
        }
        arm();
    }

    asio::steady_timer timer_;
    note report_;
    clock::duration patience_;
    clock::time_point next_{};
    groups groups_;
    std::string reason_;
};

/// Commits wait this long, besides what they gather, before a person is told.
constexpr std::chrono::seconds patience{3};

/// The merger, whatever its policy.
class runner {
public:
    using on_end = std::function<void(group_end)>;

    virtual ~runner() = default;
    virtual asio::any_io_executor executor() const = 0;
    virtual void run(batch b) = 0;
    virtual void flush() = 0;
    virtual void drain(std::function<void()> done) = 0;
    virtual cairn::merge::merger_statistics stats() const = 0;
};

common::error_text describe(cairn::error const& e) {
    std::string_view const unknown =
        e.effect == cairn::remote_effect::possible ? "outcome unknown: " : "";
    return std::make_shared<std::string const>(std::string(unknown) + e.to_string());
}

template <class Policy>
class policy_runner final : public runner {
    using merger = cairn::merge::merger<any_storage, segments::day_codec, reporting_policy<Policy>>;

public:
    policy_runner(any_storage storage, cairn::merge::merger_config config, on_end ended,
                  wait_teller& waits, note const& report)
        : ended_(std::move(ended)), waits_(waits),
          merger_(std::move(storage), segments::day_codec(), reporting_policy<Policy>(report),
                  std::move(config)) {
        merger_.on_decoded([report](std::string_view key, segments::day_document const& d) {
            if (auto const n = d.warnings().nan_as_null; n != 0)
                report(std::string(key) + ": " + std::to_string(n) +
                       " NaN or Infinity, which are not JSON, are read as null");
        });
    }

    asio::any_io_executor executor() const override { return merger_.get_executor(); }

    void run(batch b) override {
        for (auto& item : b.items) {
            auto const ticket = merger_.fold(b.key, std::move(item.update));
            auto& open = open_[b.key];
            if (open.ticket != ticket)
                open = begin(b.key, ticket);
            auto& payloads = open.end->payloads;
            if (!payloads.empty() && payloads.back().first + payloads.back().count == item.index)
                ++payloads.back().count;
            else
                payloads.push_back({item.index, 1});
        }
    }

    void flush() override { merger_.flush(); }

    void drain(std::function<void()> done) override {
        merger_.async_drain([done = std::move(done)](cairn::result<void>) { done(); });
    }

    cairn::merge::merger_statistics stats() const override { return merger_.stats(); }

private:
    struct open_group {
        cairn::merge::ticket ticket;
        std::shared_ptr<group_end> end;
    };

    open_group begin(std::string const& key, cairn::merge::ticket const& ticket) {
        auto end = std::make_shared<group_end>();
        end->key = key;
        merger_.async_wait(ticket, [this, ticket, end, wait = waits_.begin(key)](
                                       cairn::result<cairn::merge::receipt> outcome) {
            waits_.end(wait, outcome.has_value());
            finish(ticket, *end, outcome);
        });
        return {ticket, std::move(end)};
    }

    void finish(cairn::merge::ticket const& ticket, group_end& end,
                cairn::result<cairn::merge::receipt> const& outcome) {
        if (outcome.has_error())
            end.error = describe(outcome.error());
        if (auto const it = open_.find(end.key); it != open_.end() && it->second.ticket == ticket)
            open_.erase(it);
        ended_(std::move(end));
    }

    on_end ended_;
    wait_teller& waits_;
    merger merger_;
    std::map<std::string, open_group> open_;
};

std::unique_ptr<runner> make_runner(settings const& s, any_storage storage, runner::on_end ended,
                                    wait_teller& waits, note const& report) {
    cairn::merge::merger_config config;
    config.max_delay = s.max_delay;
    config.deadline = s.to.deadline;
    config.on_retry = [&waits, report,
                       verbose = s.general.verbose](std::string_view key, cairn::error const& why,
                                                    std::chrono::milliseconds delay) {
        waits.failed(why);
        if (verbose)
            report(std::string(key) + ": tried again in " + std::to_string(delay.count()) +
                   " ms: " + why.to_string());
    };
    switch (s.merge) {
    case merge_kind::replace:
        return std::make_unique<policy_runner<segments::replace_policy>>(
            std::move(storage), std::move(config), std::move(ended), waits, report);
    case merge_kind::append:
        return std::make_unique<policy_runner<segments::append_policy>>(
            std::move(storage), std::move(config), std::move(ended), waits, report);
    case merge_kind::set_union: break;
    }
    return std::make_unique<policy_runner<segments::union_policy>>(
        std::move(storage), std::move(config), std::move(ended), waits, report);
}

} // namespace

struct pipeline::impl {
    impl(settings const& s, std::function<void()> wakes)
        : wake(std::move(wakes)), waits(context.get_executor(), warn(), s.max_delay + patience),
          runner(make_runner(
              s, make_storage(s),
              [this](group_end end) { tell([&](news& n) { n.ended.push_back(std::move(end)); }); },
              waits, warn())) {}

    note warn() {
        return [this](std::string text) {
            tell([&](news& n) { n.warnings.push_back(std::move(text)); });
        };
    }

    any_storage make_storage(settings const& s) {
        if (s.general.dry_run)
            return cairn::storage::memory_storage(context.get_executor());
        return common::make_storage(
            context.get_executor(), s.to,
            {.warn = warn(),
             .retried = [this](cairn::error const& why) { waits.failed(why); },
             .probed = [this](cairn::storage::conditions found) { conditions = found; }});
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::function<void()> wake;
    std::mutex mutex;
    news unread; // guarded by the mutex
    wait_teller waits;
    std::unique_ptr<uploader::runner> runner;
    cairn::storage::conditions conditions = cairn::storage::conditions::probe; // on the thread
    std::thread thread;

    template <class Change>
    void tell(Change change) {
        {
            std::lock_guard lock(mutex);
            change(unread);
        }
        wake();
    }
};

pipeline::pipeline(settings const& s, std::function<void()> wake)
    : impl_(std::make_unique<impl>(s, std::move(wake))) {
    impl_->thread = std::thread([self = impl_.get()] {
        try {
            self->context.run();
        } catch (std::exception const& e) { // no memory: what has no outcome line is not told done
            common::console(program_name).say(e.what());
            std::_Exit(1);
        }
    });
}

pipeline::~pipeline() {
    impl_->context.stop();
    if (impl_->thread.joinable())
        impl_->thread.join();
}

void pipeline::submit(batch b) {
    asio::post(impl_->runner->executor(), [self = impl_.get(), b = std::move(b)]() mutable {
        self->runner->run(std::move(b));
    });
}

void pipeline::flush() {
    asio::post(impl_->runner->executor(), [self = impl_.get()] { self->runner->flush(); });
}

news pipeline::take() {
    std::lock_guard lock(impl_->mutex);
    return std::exchange(impl_->unread, {});
}

pipeline_end pipeline::finish() {
    std::promise<pipeline_end> last;
    asio::post(impl_->runner->executor(), [self = impl_.get(), &last] {
        self->runner->drain([self, &last] {
            last.set_value({self->runner->stats(), self->conditions});
        });
    });
    auto const end = last.get_future().get();
    impl_->context.stop();
    impl_->thread.join();
    return end;
}

std::uint64_t group_end::size() const {
    std::uint64_t all = 0;
    for (auto const& r : payloads)
        all += r.count;
    return all;
}

} // namespace uploader
