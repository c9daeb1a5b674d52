#include <cairn/merge.hpp>
#include <cairn/storage/any_storage.hpp>
#include <cairn/storage/memory.hpp>

#include "support/catch.hpp"
#include "support/counter_policy.hpp"
#include "support/scripted_storage.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace cairn;
using scripted::fault;
using std::chrono::milliseconds;

namespace {

namespace asio = boost::asio;
using merger = merge::merger<storage::any_storage, counter::codec, counter::add>;
using outcome = std::optional<result<merge::receipt>>;

struct fixture {
    asio::io_context io;
    std::shared_ptr<scripted::server> server =
        std::make_shared<scripted::server>(io.get_executor());
    storage::any_storage storage = scripted::storage(server);

    void run() {
        io.run();
        io.restart();
    }
    auto into(outcome& o) {
        return [&o](result<merge::receipt> r) { o = std::move(r); };
    }
    long value(std::string const& name, std::string const& key = "k") {
        return counter::codec().decode(server->objects[key])->values[name];
    }
};

struct bound { // the same objects, by way of a strand of its own
    storage::memory_storage inner;
    asio::strand<asio::any_io_executor> strand;
    auto get_executor() { return asio::any_io_executor(strand); }
    template <class T>
    auto async_get(std::string k, T&& t) {
        return inner.async_get(k, std::forward<T>(t));
    }
    template <class T>
    auto async_get_range(std::string k, byte_range r, T&& t) {
        return inner.async_get_range(k, r, std::forward<T>(t));
    }
    template <class T>
    auto async_list(std::string p, std::string a, T&& t) {
        return inner.async_list(p, a, std::forward<T>(t));
    }
    template <class T>
    auto async_put(std::string k, storage::const_buffers b, T&& t) {
        return inner.async_put(k, b, std::forward<T>(t));
    }
    template <class T>
    auto async_remove(std::string k, T&& t) {
        return inner.async_remove(k, std::forward<T>(t));
    }
    template <class T>
    auto async_create(std::string k, storage::const_buffers b, T&& t) {
        return inner.async_create(k, b, std::forward<T>(t));
    }
    template <class T>
    auto async_replace(std::string k, storage::version v, storage::const_buffers b, T&& t) {
        return inner.async_replace(k, v, b, std::forward<T>(t));
    }
};

} // namespace

TEST_CASE("merger: records folded in one turn share one commit") {
    fixture f;
    merger m(f.storage);
    CHECK(m.writer().size() == 32);
    auto const a = m.fold("k", {"a", 1});
    auto const b = m.fold("k", {"b", 2});
    auto const other = m.fold("elsewhere", {"a", 1});
    CHECK(a == b);
    CHECK(a != other);
    CHECK(a.group() == 1);
    outcome first, second;
    m.async_wait(a, f.into(first));
    m.async_wait(b, f.into(second));
    CHECK_FALSE(first);
    f.run();
    REQUIRE(first->has_value());
    CHECK((*first)->records == 2);
    CHECK((*first)->sequence == 1);
    CHECK((*first)->attempts == 2);
    CHECK(second->has_value());
    CHECK(f.value("a") == 1);
    CHECK(f.value("b") == 2);
    CHECK(m.stats().records == 3);
    CHECK(m.stats().commits == 2);

    SECTION("the next commit needs one request") {
        outcome next;
        m.async_merge("k", {"a", 1}, f.into(next));
        f.run();
        CHECK((*next)->attempts == 1);
        CHECK(f.value("a") == 2);
    }
    SECTION("who waits after the end is told, too") {
        outcome late;
        m.async_wait(a, f.into(late));
        CHECK_FALSE(late);
        f.run();
        CHECK((*late)->version == (*first)->version);
    }
    SECTION("no ticket, no group") {
        outcome none;
        m.async_wait({}, f.into(none));
        f.run();
        CHECK(none->error().code == errc::invalid_argument);
    }
}

TEST_CASE("merger: what arrives during a commit is the next group") {
    fixture f;
    merger m(f.storage);
    std::vector<merge::ticket> tickets;
    f.server->before = [&](auto&, unsigned number) {
        if (number <= 2)
            for (int i = 0; i < 10; ++i)
                tickets.push_back(m.fold("k", {"a", 1}));
    };
    m.fold("k", {"a", 1});
    f.run();
    CHECK(tickets.front() == tickets.back());
    CHECK(f.value("a") == 21);
    CHECK(m.stats().commits == 2);
    CHECK(f.server->requests == 3);
}

TEST_CASE("merger: a group gathers for max_delay, unless flushed or drained") {
    fixture f;
    bool const gathers = GENERATE(true, false);
    // An hour, which this test does not last, where nothing is to be waited for.
    merge::merger_config config;
    config.max_delay = gathers ? milliseconds(60) : std::chrono::hours(1);
    config.deadline = std::chrono::hours(2);
    merger m(f.storage, {}, {}, config);
    auto const begin = std::chrono::steady_clock::now();
    outcome o;
    m.async_merge("k", {"a", 1}, f.into(o));
    bool drained = false;
    if (gathers) {
        f.run();
        CHECK(std::chrono::steady_clock::now() - begin >= milliseconds(60));
        CHECK(o->has_value());
        return;
    }
    SECTION("flush") {
        asio::post(f.io, [&] { m.flush(); });
        f.run();
    }
    SECTION("drain") {
        m.fold("another", {"a", 1});
        m.async_drain([&](result<void> r) {
            drained = r.has_value() && o.has_value() && f.server->objects.count("another");
        });
        f.run();
        CHECK(drained);
    }
    CHECK(o->has_value());
}

TEST_CASE("merger: draining an idle merger completes later, not at once") {
    fixture f;
    merger m(f.storage);
    bool drained = false;
    m.async_drain([&](result<void>) { drained = true; });
    CHECK_FALSE(drained);
    f.run();
    CHECK(drained);
}

TEST_CASE("merger: cancelling a wait ends the wait, not the commit") {
    fixture f;
    merger m(f.storage);
    asio::cancellation_signal signal;
    outcome left, stayed;
    auto const t = m.fold("k", {"a", 1});
    m.async_wait(t, asio::bind_cancellation_slot(signal.slot(), f.into(left)));
    m.async_wait(t, f.into(stayed));
    signal.emit(asio::cancellation_type::terminal);
    f.run();
    CHECK(left->error().code == asio::error::operation_aborted);
    CHECK(left->error().effect == remote_effect::possible);
    CHECK(stayed->has_value());
    CHECK(f.value("a") == 1);
}

TEST_CASE("merger: what cannot be read or changed is left untouched, and told") {
    fixture f;
    merger m(f.storage);
    f.server->interfere("k", "a 1\nnonsense\n");
    outcome o;
    SECTION("not a document") {
        m.async_merge("k", {"a", 1}, f.into(o));
        f.run();
        CHECK(o->error().code == errc::invalid_document);
        CHECK(o->error().message == "nonsense has no number");
        CHECK(f.server->objects["k"] == "a 1\nnonsense\n");
    }
    SECTION("the policy refuses, and the next group is tried afresh") {
        m.async_merge("other", {"forbidden", 1}, f.into(o));
        f.run();
        CHECK(o->error().code == errc::invalid_argument);
        m.async_merge("other", {"a", 1}, f.into(o));
        f.run();
        CHECK(o->has_value());
        CHECK(f.value("a", "other") == 1);
    }
}

TEST_CASE("merger: a group behind a long commit has its own deadline") {
    fixture f;
    merger m(f.storage, {}, {}, {.deadline = milliseconds(80)});
    f.server->script = {{1, fault::hangs}};
    outcome first, second;
    m.async_merge("k", {"a", 1}, f.into(first));
    f.server->before = [&](auto&, unsigned number) {
        if (number == 1)
            m.async_merge("k", {"a", 2}, f.into(second));
    };
    f.run();
    CHECK(first->error().code == errc::timed_out);
    CHECK(first->error().effect == remote_effect::none);
    REQUIRE(second);
    if (second->has_error())
        CHECK(second->error().effect == remote_effect::none);
    CHECK(m.stats().not_applied + m.stats().commits == 2);
}

TEST_CASE("merger: destroyed, it ends what gathers and finishes what is under way") {
    fixture f;
    std::optional<merger> m(std::in_place, f.storage);
    outcome first, second;
    SECTION("gathering") {
        m->async_merge("k", {"a", 1}, f.into(first));
        m.reset();
        f.run();
        CHECK(first->error().code == asio::error::operation_aborted);
        CHECK(first->error().effect == remote_effect::none);
        CHECK(f.server->requests == 0);
    }
    SECTION("a write under way") {
        m->async_merge("k", {"a", 1}, f.into(first));
        f.server->before = [&](auto&, unsigned number) {
            if (number == 2) {
                m->async_merge("k", {"a", 2}, f.into(second));
                asio::post(f.io, [&] { m.reset(); });
            }
        };
        f.run();
        CHECK(first->has_value());
        CHECK(second->error().code == asio::error::operation_aborted);
        CHECK(f.value("a") == 1);
    }
    SECTION("a lost write") {
        f.server->script = {{2, fault::lost_before}};
        m->async_merge("k", {"a", 1}, f.into(first));
        f.server->before = [&](auto&, unsigned number) {
            if (number == 2)
                asio::post(f.io, [&] { m.reset(); });
        };
        f.run();
        REQUIRE(first->has_error());
        CHECK(first->error().code == errc::unresolved);
        CHECK(f.server->requests == 2);
    }
    SECTION("the context goes first") {
        m->async_merge("k", {"a", 1}, f.into(first));
    }
}

TEST_CASE("merger: the documents least recently written are forgotten") {
    fixture f;
    merger m(f.storage, {}, {}, {.max_remembered = 2});
    for (auto const* key : {"1", "2", "3", "2", "3", "1"}) {
        m.fold(key, {"a", 1});
        f.run();
    }
    CHECK(m.stats().reads == 4); // the first time each, and 1 again
    CHECK(m.stats().writes == 6);
}

TEST_CASE("merger: a writer name that the document knows goes on from its number") {
    fixture f;
    f.server->interfere("k", "a 5\n@me 41\n");
    merger m(f.storage, {}, {}, {.writer = "me"});
    int seen = 0;
    m.on_decoded([&](std::string_view key, counter::document const& d) {
        seen += key == "k" && d.values.at("a") == 5;
    });
    outcome o;
    m.async_merge("k", {"a", 1}, f.into(o));
    f.run();
    CHECK((*o)->sequence == 42);
    CHECK(f.value("a") == 6);
    CHECK(seen == 1);
}

TEST_CASE("merger: many mergers on many threads over one storage lose nothing") {
    asio::thread_pool threads(4);
    storage::memory_storage shared(threads.get_executor());
    constexpr int mergers = 8, records = 300;
    std::atomic<int> applied = 0, failed = 0;
    std::vector<merger> all;
    for (int i = 0; i < mergers; ++i)
        all.emplace_back(storage::any_storage(bound{
                             shared, asio::make_strand(asio::any_io_executor(threads.executor()))}),
                         counter::codec{}, counter::add{},
                         merge::merger_config{.backoff_base = milliseconds(1)});
    std::vector<std::thread> callers;
    for (auto& m : all)
        callers.emplace_back([&] {
            for (int i = 0; i < records; ++i) {
                m.async_merge(i % 2 ? "odd" : "even", {"n", 1}, [&](result<merge::receipt> r) {
                    ++(r.has_value() ? applied : failed);
                });
                if (i % 16 == 0)
                    std::this_thread::yield();
            }
        });
    for (auto& c : callers)
        c.join();
    while (applied + failed < mergers * records)
        std::this_thread::sleep_for(milliseconds(1));
    CHECK(failed == 0);
    std::atomic<long> total = 0;
    for (auto const* key : {"odd", "even"})
        shared.async_get(key, [&](result<storage::object> o) {
            total += counter::codec().decode(std::move(o->bytes))->values["n"];
        });
    all.clear();
    threads.join();
    CHECK(total == mergers * records);
}
