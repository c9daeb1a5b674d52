// What every compare-and-swap storage must do, written once.
//
// A fixture, default-constructible and made anew for each test case, stands for one empty storage:
//
//     struct fixture {
//         using storage_type = …;          // models compare_and_swap_storage
//         boost::asio::io_context io;      // its executor
//         storage_type make();             // another handle, or another client, of the same
//         storage std::string prefix() const;      // put before every key; may be empty
//     };
//
// A test program has, per storage:  TEMPLATE_TEST_CASE("…", "", fixture_a, fixture_b)
// { conformance::run_all<TestType>(); }
#ifndef CAIRN_TESTS_CONFORMANCE_STORAGE_HPP
#define CAIRN_TESTS_CONFORMANCE_STORAGE_HPP

#include <cairn/storage/concepts.hpp>

#include "support/catch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace conformance {

namespace asio = boost::asio;
using namespace cairn;
using storage::version;

inline storage::const_buffers bytes(std::string const& s) {
    return {asio::buffer(s)};
}

template <class Fixture>
struct suite {
    Fixture fixture;
    typename Fixture::storage_type s = fixture.make();

    std::string key(std::string const& name) const { return fixture.prefix() + name; }

    // Runs one operation to its end.
    template <class T, class Start>
    result<T> run(Start&& start) {
        std::optional<result<T>> outcome;
        start([&](result<T> r) { outcome.emplace(std::move(r)); });
        CHECK_FALSE(outcome.has_value()); // never from within the initiating function
        fixture.io.restart();
        fixture.io.run();
        REQUIRE(outcome.has_value());
        return std::move(*outcome);
    }

    result<storage::object> get(std::string k) {
        return run<storage::object>([&](auto h) { s.async_get(k, h); });
    }
    result<storage::object> range(std::string k, byte_range r) {
        return run<storage::object>([&](auto h) { s.async_get_range(k, r, h); });
    }
    result<version> put(std::string k, std::string const& content) {
        return run<version>([&](auto h) { s.async_put(k, bytes(content), h); });
    }
    result<version> create(std::string k, std::string const& content) {
        return run<version>([&](auto h) { s.async_create(k, bytes(content), h); });
    }
    result<version> replace(std::string k, version v, std::string const& content) {
        return run<version>([&](auto h) { s.async_replace(k, v, bytes(content), h); });
    }
    result<void> remove(std::string k) {
        return run<void>([&](auto h) { s.async_remove(k, h); });
    }
    std::vector<storage::list_entry> list(std::string prefix) {
        std::vector<storage::list_entry> all;
        std::string after;
        do {
            auto page = run<storage::list_page>([&](auto h) { s.async_list(prefix, after, h); });
            REQUIRE(page.has_value());
            all.insert(all.end(), page->entries.begin(), page->entries.end());
            after = page->next;
        } while (!after.empty());
        return all;
    }

    void absent_objects() {
        auto const k = key("nothing");
        CHECK(get(k).error().code == errc::not_found);
        CHECK(get(k).error().effect == remote_effect::none);
        CHECK(range(k, {0, 5}).error().code == errc::not_found);
        CHECK(remove(k).has_value());
        auto const gone = replace(k, version{"0123456789abcdef0123456789abcdef"}, "x");
        REQUIRE(gone.has_error());
        bool const said =
            gone.error().code == errc::not_found || gone.error().code == condition::lost_race;
        CHECK(said);
        CHECK(gone.error().effect == remote_effect::none);
        CHECK(get(k).error().code == errc::not_found);
    }

    void content_comes_back() {
        std::string binary;
        for (int i = 0; i < 256; ++i)
            binary += static_cast<char>(i);
        auto const v = put(key("binary"), binary);
        REQUIRE(v.has_value());
        auto const read = get(key("binary"));
        REQUIRE(read.has_value());
        CHECK(read->bytes == binary);
        CHECK(read->version == *v);
        auto const second = put(key("binary"), "other");
        REQUIRE(second.has_value());
        CHECK(*second != *v);
        CHECK(get(key("binary"))->bytes == "other");
        CHECK(remove(key("binary")).has_value());
        CHECK(get(key("binary")).error().code == errc::not_found);
    }

    void zero_bytes() {
        auto const v = create(key("empty"), "");
        REQUIRE(v.has_value());
        CHECK(get(key("empty"))->bytes.empty());
        auto const full = replace(key("empty"), *v, "no longer");
        REQUIRE(full.has_value());
        auto const none = run<version>(
            [&](auto h) { s.async_replace(key("empty"), *full, storage::const_buffers{}, h); });
        CHECK(none.has_value());
        CHECK(get(key("empty"))->bytes.empty());
    }

    void ranges() {
        auto const v = put(key("digits"), "0123456789");
        auto const part = [&](std::uint64_t offset, std::uint64_t length) {
            auto const r = range(key("digits"), {offset, length});
            REQUIRE(r.has_value());
            CHECK(r->version == *v);
            return r->bytes;
        };
        CHECK(part(0, 4) == "0123");
        CHECK(part(3, 4) == "3456");
        CHECK(part(8, 100) == "89");
        CHECK(part(9, 1) == "9");
        CHECK(part(10, 5).empty());
        CHECK(part(1000, 5).empty());
        CHECK(part(2, 0).empty());
        CHECK(part(0, ~std::uint64_t(0)) == "0123456789");
        put(key("no digits"), "");
        CHECK(range(key("no digits"), {0, 5})->bytes.empty());
    }

    void conditions() {
        auto const k = key("conditional");
        auto const first = create(k, "one");
        REQUIRE(first.has_value());
        auto const again = create(k, "two");
        REQUIRE(again.has_error());
        CHECK(again.error().code == condition::lost_race);
        CHECK(again.error().effect == remote_effect::none);
        CHECK(get(k)->bytes == "one");
        auto const second = replace(k, *first, "two");
        REQUIRE(second.has_value());
        CHECK(*second != *first);
        CHECK(get(k)->bytes == "two");
        CHECK(get(k)->version == *second);
        auto const stale = replace(k, *first, "three");
        REQUIRE(stale.has_error());
        CHECK(stale.error().code == condition::lost_race);
        CHECK(stale.error().effect == remote_effect::none);
        CHECK(get(k)->bytes == "two");
        CHECK(replace(k, *second, "three").has_value());
    }

    void names() {
        for (auto const* name :
             {"a b", "dir/with space/x", "ключ/日本語.json", "a+b=c&d@e", "100%/%20", "q?x#y",
              "~tilde'(paren)*", "\"quoted\"", "2026-01-01_segments.json"}) {
            CAPTURE(name);
            auto const v = create(key(name), name);
            REQUIRE(v.has_value());
            CHECK(get(key(name))->bytes == name);
            CHECK(replace(key(name), *v, "changed").has_value());
            auto const listed = list(key(name));
            REQUIRE(listed.size() == 1);
            CHECK(listed[0].key == key(name));
            CHECK(remove(key(name)).has_value());
        }
    }

    void large_bodies_in_pieces() {
        std::vector<std::string> pieces;
        std::string whole;
        for (int i = 0; i < 40; ++i) {
            pieces.emplace_back(static_cast<std::size_t>(i) * 5000,
                                static_cast<char>('a' + i % 26));
            whole += pieces.back();
        }
        storage::const_buffers content;
        for (auto const& p : pieces)
            content.push_back(asio::buffer(p));
        auto const v = run<version>([&](auto h) { s.async_create(key("large"), content, h); });
        REQUIRE(v.has_value());
        auto const read = get(key("large"));
        REQUIRE(read.has_value());
        CHECK((read->bytes == whole)); // not printed
        CHECK((range(key("large"), {100'000, 70'000})->bytes == whole.substr(100'000, 70'000)));
    }

    void listings() {
        std::vector<std::string> keys;
        for (int i = 0; i < 12; ++i)
            keys.push_back(key("list/" + std::to_string(i * 7 % 12) + (i % 3 ? "" : "/deep")));
        keys.push_back(key("list-not"));
        keys.push_back(key("lisa"));
        for (auto const& k : keys)
            REQUIRE(put(k, k).has_value());
        std::sort(keys.begin(), keys.end());
        auto const expect = [&](std::string const& prefix) {
            auto const listed = list(prefix);
            std::vector<std::string> names, expected;
            for (auto const& e : listed) {
                names.push_back(e.key);
                CHECK(e.size == e.key.size());
                CHECK(e.version == get(e.key)->version);
            }
            for (auto const& k : keys)
                if (k.compare(0, prefix.size(), prefix) == 0)
                    expected.push_back(k);
            CHECK(names == expected);
        };
        expect(key(""));
        expect(key("list"));
        expect(key("list/"));
        expect(key("list/1"));
        expect(key("list/0/deep"));
        expect(key("nothing"));
    }

    // Writers of one object, each with a handle of its own, all at once. What each adds has a name,
    // so that one who was left in doubt finds out: some servers answer a lost race with a 500.
    void race() {
        constexpr int writers = 6, increments = 15;
        struct writer {
            typename Fixture::storage_type s;
            std::string k;
            int id;
            int left = increments;
            int refused = 0;
            bool in_doubt = false;
            std::string content = {};
            std::optional<error> failed = {};

            std::string name() const {
                return "<" + std::to_string(id) + "." + std::to_string(left) + ">";
            }
            void next() {
                if (left == 0)
                    return;
                s.async_get(k, [this](result<storage::object> r) {
                    if (r.has_error() && r.error().code != errc::not_found) {
                        failed = r.error();
                        return;
                    }
                    content = r.has_value() ? r->bytes : "";
                    if (in_doubt && content.find(name()) != std::string::npos) {
                        in_doubt = false;
                        --left;
                        return next();
                    }
                    content += name();
                    auto written = [this](result<version> w) { done(w); };
                    if (r.has_value())
                        s.async_replace(k, r->version, bytes(content), written);
                    else
                        s.async_create(k, bytes(content), written);
                });
            }
            void done(result<version> const& w) {
                if (w.has_value()) {
                    in_doubt = false;
                    --left;
                } else if (++refused < 5000 && (w.error().code == condition::lost_race ||
                                                w.error().code == condition::transient)) {
                    in_doubt = in_doubt || w.error().effect == remote_effect::possible;
                } else {
                    failed = w.error();
                    return;
                }
                next();
            }
        };
        std::vector<std::unique_ptr<writer>> all;
        for (int i = 0; i < writers; ++i)
            all.push_back(std::make_unique<writer>(writer{fixture.make(), key("race"), i}));
        for (auto& w : all)
            w->next();
        fixture.io.restart();
        fixture.io.run();
        int refused = 0;
        for (auto const& w : all) {
            CAPTURE(w->failed ? w->failed->to_string() : "");
            CHECK(w->left == 0);
            refused += w->refused;
        }
        CHECK(refused > 0);
        auto const bytes_now = get(key("race"))->bytes;
        CHECK(std::count(bytes_now.begin(), bytes_now.end(), '<') == writers * increments);
        for (int i = 0; i < writers; ++i)
            for (int n = 1; n <= increments; ++n)
                CHECK(bytes_now.find("<" + std::to_string(i) + "." + std::to_string(n) + ">") !=
                      std::string::npos);
    }

    void tokens() {
        std::string const content = "content";
        auto const k = key("tokens");
        auto creation = s.async_create(k, bytes(content), asio::deferred);
        auto const made = run<version>([&](auto h) { std::move(creation)(h); });
        REQUIRE(made.has_value());

        fixture.io.restart();
        auto future = s.async_get(k, asio::use_future);
        std::thread other([&] { fixture.io.run(); });
        CHECK(future.get()->bytes == content);
        other.join();

        bool finished = false;
        auto routine = [&]() -> asio::awaitable<void> {
            auto read = co_await s.async_get(k, asio::use_awaitable);
            CHECK(read->bytes == content);
            version const expected = read->version;
            storage::const_buffers const pieces = bytes(content);
            auto written = co_await s.async_replace(k, expected, pieces, asio::use_awaitable);
            CHECK(written.has_value());
            auto part = co_await s.async_get_range(k, byte_range{1, 2}, asio::use_awaitable);
            CHECK(part->bytes == "on");
            auto page = co_await s.async_list(k, std::string(), asio::use_awaitable);
            CHECK(page->entries.size() == 1);
            auto removed = co_await s.async_remove(k, asio::use_awaitable);
            CHECK(removed.has_value());
            finished = true;
        };
        asio::co_spawn(fixture.io, routine(), asio::detached);
        fixture.io.restart();
        fixture.io.run();
        CHECK(finished);

        asio::thread_pool elsewhere(1);
        std::promise<bool> there;
        s.async_get(k, asio::bind_executor(elsewhere.get_executor(), [&](result<storage::object>) {
                        there.set_value(elsewhere.get_executor().running_in_this_thread());
                    }));
        fixture.io.restart();
        fixture.io.run();
        CHECK(there.get_future().get());
        elsewhere.join();
    }

    // Cancelled at once: the end comes, and where it says that nothing was done, nothing was.
    void cancellation() {
        std::string const content = "content";
        asio::cancellation_signal signal;
        std::optional<result<version>> outcome;
        s.async_create(key("cancelled"), bytes(content),
                       asio::bind_cancellation_slot(
                           signal.slot(), [&](result<version> r) { outcome = std::move(r); }));
        signal.emit(asio::cancellation_type::terminal);
        CHECK_FALSE(outcome.has_value());
        fixture.io.restart();
        fixture.io.run();
        REQUIRE(outcome.has_value());
        auto const there = get(key("cancelled")).has_value();
        if (outcome->has_value()) {
            CHECK(there); // it was faster
        } else {
            CHECK(outcome->error().code == asio::error::operation_aborted);
            if (outcome->error().effect == remote_effect::none)
                CHECK_FALSE(there);
        }
        // A signal that fires after the end does nothing.
        signal.emit(asio::cancellation_type::terminal);
        CHECK(put(key("cancelled"), "again").has_value());
    }
};

template <class Fixture>
void run_all() {
    static_assert(storage::compare_and_swap_storage<typename Fixture::storage_type>);
    using tests = suite<Fixture>;
    SECTION("absent objects") {
        tests().absent_objects();
    }
    SECTION("content comes back") {
        tests().content_comes_back();
    }
    SECTION("zero bytes") {
        tests().zero_bytes();
    }
    SECTION("ranges") {
        tests().ranges();
    }
    SECTION("conditions") {
        tests().conditions();
    }
    SECTION("names") {
        tests().names();
    }
    SECTION("large bodies in pieces") {
        tests().large_bodies_in_pieces();
    }
    SECTION("listings") {
        tests().listings();
    }
    SECTION("race") {
        tests().race();
    }
    SECTION("tokens") {
        tests().tokens();
    }
    SECTION("cancellation") {
        tests().cancellation();
    }
}

} // namespace conformance

#endif
