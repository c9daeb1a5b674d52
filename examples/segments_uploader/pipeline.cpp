#include "pipeline.hpp"

#include "stores.hpp"

#include <cairn/merge/merger.hpp>
#include <cairn/segments/day_codec.hpp>
#include <cairn/segments/policies.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <cstdio>
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
    std::string text = "S3 upload error: ";
    if (e.effect == cairn::remote_effect::possible)
        text += "outcome unknown: ";
    return std::make_shared<std::string const>(text + e.to_string());
}

template <class Policy>
class policy_runner final : public runner {
    using merger = cairn::merge::merger<any_storage, segments::day_codec, reporting_policy<Policy>>;

public:
    policy_runner(any_storage storage, cairn::merge::merger_config config, on_end ended,
                  note const& report)
        : ended_(std::move(ended)), merger_(std::move(storage), segments::day_codec(),
                                            reporting_policy<Policy>(report), std::move(config)) {
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
        merger_.async_wait(ticket,
                           [this, ticket, end](cairn::result<cairn::merge::receipt> outcome) {
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
    merger merger_;
    std::map<std::string, open_group> open_;
};

/// Says on what a commit waits, once it has waited for a while. On the merger's executor.
class retry_teller {
    using clock = std::chrono::steady_clock;

public:
    explicit retry_teller(note report) : report_(std::move(report)) {}

    void operator()(std::string_view key, cairn::error const& why) {
        auto const now = clock::now();
        auto& wait = waits_[std::string(key)];
        if (now - wait.last > forgotten_after)
            wait = {now, now, now + first_told_after};
        wait.last = now;
        if (now < wait.told_next)
            return;
        wait.told_next = now + told_every;
        auto const waited = std::chrono::duration_cast<std::chrono::seconds>(now - wait.first);
        report_(std::string(key) + ": tried again for " + std::to_string(waited.count()) +
                " s: " + why.to_string());
    }

private:
    static constexpr std::chrono::seconds first_told_after{3};
    static constexpr std::chrono::seconds told_every{10};
    static constexpr std::chrono::seconds forgotten_after{10}; // the longest pause is shorter

    struct wait_state {
        clock::time_point first;
        clock::time_point last;
        clock::time_point told_next;
    };

    note report_;
    std::map<std::string, wait_state> waits_; // by day
};

std::unique_ptr<runner> make_runner(settings const& s, any_storage storage, runner::on_end ended,
                                    note const& report) {
    cairn::merge::merger_config config;
    config.max_delay = s.max_delay;
    config.deadline = s.deadline;
    auto const teller = std::make_shared<retry_teller>(report);
    config.on_retry = [teller](std::string_view key, cairn::error const& why,
                               std::chrono::milliseconds) { (*teller)(key, why); };
    switch (s.merge) {
    case merge_kind::replace:
        return std::make_unique<policy_runner<segments::replace_policy>>(
            std::move(storage), std::move(config), std::move(ended), report);
    case merge_kind::append:
        return std::make_unique<policy_runner<segments::append_policy>>(
            std::move(storage), std::move(config), std::move(ended), report);
    case merge_kind::set_union: break;
    }
    return std::make_unique<policy_runner<segments::union_policy>>(
        std::move(storage), std::move(config), std::move(ended), report);
}

} // namespace

struct pipeline::impl {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::function<void()> wake;
    std::mutex mutex;
    news unread; // guarded by the mutex
    std::unique_ptr<uploader::runner> runner;
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
    : impl_(std::make_unique<impl>()) {
    auto* const self = impl_.get();
    self->wake = std::move(wake);
    note const warn = [self](std::string text) {
        self->tell([&](news& n) { n.warnings.push_back(std::move(text)); });
    };
    self->runner = make_runner(
        s, make_storage(self->context.get_executor(), s, warn),
        [self](group_end end) { self->tell([&](news& n) { n.ended.push_back(std::move(end)); }); },
        warn);
    self->thread = std::thread([self] {
        try {
            self->context.run();
        } catch (std::exception const& e) { // no memory: what has no outcome line is not told done
            std::fprintf(stderr, "segments_uploader: %s\n", e.what());
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

cairn::merge::merger_statistics pipeline::finish() {
    std::promise<cairn::merge::merger_statistics> last;
    asio::post(impl_->runner->executor(), [self = impl_.get(), &last] {
        self->runner->drain([self, &last] { last.set_value(self->runner->stats()); });
    });
    auto const stats = last.get_future().get();
    impl_->context.stop();
    impl_->thread.join();
    return stats;
}

} // namespace uploader
