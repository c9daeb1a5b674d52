// The client's operations and completions.
#include "loopback/client_fixture.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <thread>

using namespace loopback;

TEST_CASE("client: an object is written, read, described and removed") {
    fixture f;
    auto c = f.client();
    std::string const a = "some ", b = "bytes";
    s3::metadata_entry const metadata[] = {{"who", "me"}};
    s3::put_object_request const request{
        .bucket = "bucket", .key = "k", .content_type = "text/plain", .metadata = metadata};
    std::array const pieces{asio::buffer(a), asio::buffer(b)};
    auto const put =
        f.run<s3::put_object_result>([&](auto h) { c.async_put_object(request, pieces, h); });
    REQUIRE(put);
    CHECK(put->etag == f.server.object("bucket", "k")->etag);
    CHECK(f.server.object("bucket", "k")->content_type == "text/plain");

    auto const got = f.get(c, "k");
    REQUIRE(got);
    CHECK(got->body == "some bytes");
    CHECK(got->etag == put->etag);
    CHECK(got->size == 10);
    CHECK(got->headers.find("x-amz-meta-who") == "me");

    auto const part = f.get(c, {.bucket = "bucket", .key = "k", .range = byte_range{5, 3}});
    REQUIRE(part);
    CHECK(part->body == "byt");
    CHECK(part->size == 10);
    CHECK(f.get(c, {.bucket = "bucket", .key = "k", .range = byte_range{8, ~std::uint64_t{0}}})
              ->body == "es");

    auto const head = f.run<s3::head_object_result>(
        [&](auto h) { c.async_head_object({.bucket = "bucket", .key = "k"}, h); });
    REQUIRE(head);
    CHECK(head->size == 10);
    CHECK(head->etag == put->etag);

    REQUIRE(f.remove(c, "k"));
    REQUIRE(f.remove(c, "k")); // removing nothing succeeds
    CHECK(f.get(c, "k").error().code == errc::not_found);
    CHECK(f.server.counters().connections_accepted == 1);
}

TEST_CASE("client: bodies of every size arrive whole") {
    fixture f;
    auto c = f.client();
    for (std::size_t const size : {0u, 1u, 4096u, 70'000u, 5'000'000u}) {
        std::string body(size, '\0');
        for (std::size_t i = 0; i != size; ++i)
            body[i] = static_cast<char>(i * 31 % 251);
        REQUIRE(f.put(c, "k", body));
        auto const got = f.get(c, "k");
        REQUIRE(got);
        CHECK((got->body == body));
    }
}

TEST_CASE("client: keys of every kind name what they say") {
    fixture f;
    auto c = f.client();
    for (std::string const key :
         {"a b", "a+b", "a=b@c", "a//b", "a/../b", "./x", "%41", "?q#f", "caf\xc3\xa9",
          "\xf0\x9f\x98\x80/\xe6\x97\xa5", "*'()!;:,$&", "a/", "~"}) {
        CAPTURE(key);
        REQUIRE(f.put(c, key, key));
        CHECK(f.server.object("bucket", key));
        CHECK(f.get(c, key)->body == key);
    }
    auto const all = f.list(c, {.bucket = "bucket"});
    REQUIRE(all);
    std::vector<std::string> listed;
    for (auto const& o : all->objects)
        listed.push_back(o.key);
    CHECK(listed == f.server.keys("bucket"));
}

TEST_CASE("client: listings come in pages, with prefix and delimiter") {
    fixture f;
    auto c = f.client();
    for (int i = 0; i != 25; ++i)
        f.server.put_object("bucket", "p/" + std::to_string(100 + i), "x");
    f.server.put_object("bucket", "p/dir/1", "x");
    f.server.put_object("bucket", "q", "x");
    std::vector<std::string> keys;
    std::string token;
    int pages = 0;
    do {
        auto const page = f.list(
            c, {.bucket = "bucket", .prefix = "p/", .continuation_token = token, .max_keys = 10});
        REQUIRE(page);
        for (auto const& o : page->objects)
            keys.push_back(o.key);
        token = page->next_continuation_token;
        ++pages;
    } while (!token.empty());
    CHECK(pages == 3);
    CHECK(keys.size() == 26);
    CHECK(std::is_sorted(keys.begin(), keys.end()));
    auto const grouped =
        f.list(c, {.bucket = "bucket", .prefix = "p/", .delimiter = "/", .start_after = "p/123"});
    REQUIRE(grouped);
    CHECK(grouped->objects.size() == 1);
    CHECK(grouped->common_prefixes == std::vector<std::string>{"p/dir/"});
}

TEST_CASE("client: buckets are created and asked for") {
    fixture f;
    auto c = f.client();
    auto const create = [&](std::string_view name) {
        return f.run<void>([&](auto h) { c.async_create_bucket({.bucket = name}, h); });
    };
    auto const ask = [&](std::string_view name) {
        return f.run<s3::head_bucket_result>(
            [&](auto h) { c.async_head_bucket({.bucket = name}, h); });
    };
    CHECK(ask("new-bucket").error().code == condition::absent);
    REQUIRE(create("new-bucket"));
    REQUIRE(ask("new-bucket"));
    CHECK(f.get(c, {.bucket = "no-such-bucket", .key = "k"}).error().code == errc::no_such_bucket);
}

TEST_CASE("client: any other request can be sent") {
    fixture f;
    auto c = f.client();
    s3::request r(s3::method::get, "bucket", "", s3::repeatability::safe);
    r.query.emplace_back("location", "");
    auto const told = f.run<s3::response>([&](auto h) { c.async_send(r, h); });
    REQUIRE(told);
    CHECK(told->body.find("LocationConstraint") != std::string::npos);
    s3::request unknown(s3::method::post, "bucket", "k", s3::repeatability::idempotent);
    unknown.query.emplace_back("uploads", "");
    auto const refused = f.run<s3::response>([&](auto h) { c.async_send(unknown, h); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().status == 501);
    CHECK(refused.error().service_code == "NotImplemented");
}

TEST_CASE("client: conditions") {
    fixture f;
    auto c = f.client();
    auto const create = [&](std::string const& body) {
        return f.put(c, {.bucket = "bucket", .key = "k", .if_none_match = "*"}, body);
    };
    auto const first = create("1");
    REQUIRE(first);
    auto const second = create("2");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == errc::precondition_failed);
    CHECK(second.error().effect == remote_effect::none);
    CHECK(second.error().status == 412);
    CHECK(second.error().attempts == 1);
    CHECK_FALSE(second.error().request_id.empty());
    auto const replace = [&](std::string_view key, std::string const& etag) {
        return f.put(c, {.bucket = "bucket", .key = key, .if_match = etag}, "3");
    };
    REQUIRE(replace("k", first->etag));
    CHECK(replace("k", first->etag).error().code == errc::precondition_failed);
    CHECK(replace("gone", first->etag).error().code == errc::not_found);
    CHECK(f.get(c, {.bucket = "bucket", .key = "k", .if_match = first->etag}).error().code ==
          errc::precondition_failed);
    auto const same = f.get(c, "k")->etag;
    auto const unchanged = f.get(c, {.bucket = "bucket", .key = "k", .if_none_match = same});
    CHECK(unchanged.error().status == 304);
    CHECK(unchanged.error().code == errc::precondition_failed);
    CHECK(f.server.counters().connections_accepted == 1); // refusals do not cost a connection
}

TEST_CASE("client: what cannot be sent is refused before anything is") {
    fixture f;
    auto c = f.client();
    for (auto const& e : {f.remove(c, "").error(), f.put(c, "", "x").error(), f.get(c, "").error(),
                          f.get(c, {.bucket = "a/b", .key = "k"}).error(),
                          f.get(c, std::string(2000, 'k')).error()}) {
        CHECK(e.code == errc::invalid_argument);
        CHECK(e.effect == remote_effect::none);
        CHECK(e.attempts == 0);
    }
    f.config.endpoint = "nonsense";
    CHECK(f.get(f.client(), "k").error().code == errc::invalid_argument);
    f.config.endpoint = f.server.endpoint();
    f.config.credentials = {};
    CHECK(f.get(f.client(), "k").error().code == errc::invalid_argument);
    f.config.credentials = {"cairn-test-key", "cairn-test-secret"};
    f.config.user_agent = "x\r\nX-Evil: 1";
    CHECK(f.get(f.client(), "k").error().code == errc::invalid_argument);
    CHECK(f.server.counters().requests == 0);
}

TEST_CASE("client: a response above the limit is refused") {
    fixture f;
    f.server.put_object("bucket", "k", std::string(100'000, 'x'));
    f.config.max_response_size = 99'999;
    auto const got = f.get(f.client(), "k");
    REQUIRE_FALSE(got);
    CHECK(got.error().code == errc::too_large);
    f.config.max_response_size = 100'000;
    CHECK(f.get(f.client(), "k"));
}

TEST_CASE("client: every completion token") {
    fixture f;
    auto c = f.client();
    f.server.put_object("bucket", "k", "content");
    s3::get_object_request const request{.bucket = "bucket", .key = "k"};
    SECTION("deferred") {
        auto op = c.async_get_object({.bucket = std::string("bucket"), .key = std::string("k")},
                                     asio::deferred); // owns what it was given
        auto const got = f.run<s3::get_object_result>([&](auto h) { std::move(op)(std::move(h)); });
        CHECK(got->body == "content");
    }
    SECTION("use_awaitable") {
        std::string body;
        asio::co_spawn(
            f.io,
            [&]() -> asio::awaitable<void> {
                auto const got = co_await c.async_get_object(request, asio::use_awaitable);
                body = got.value().body;
                auto const absent = co_await c.async_get_object({.bucket = "bucket", .key = "none"},
                                                                asio::use_awaitable);
                CHECK(absent.error().code == errc::not_found);
            },
            asio::detached);
        f.io.run();
        CHECK(body == "content");
    }
    SECTION("use_future") {
        auto future = c.async_get_object(request, asio::use_future);
        f.io.run();
        CHECK(future.get().value().body == "content");
    }
    SECTION("a handler that can only be moved") {
        bool called = false;
        c.async_get_object(
            request, [&called, only = std::make_unique<int>(1)](result<s3::get_object_result> got) {
                called = got.has_value() && *only == 1;
            });
        f.io.run();
        CHECK(called);
    }
}

TEST_CASE("client: completes on the handler's executor, which has work until then") {
    fixture f;
    auto c = f.client();
    f.server.put_object("bucket", "k", "content");
    asio::io_context other;
    auto const strand = asio::make_strand(other);
    std::thread::id where;
    bool in_strand = false;
    c.async_get_object({.bucket = "bucket", .key = "k"},
                       asio::bind_executor(strand, [&](result<s3::get_object_result> got) {
                           CHECK(got.has_value());
                           where = std::this_thread::get_id();
                           in_strand = strand.running_in_this_thread();
                       }));
    std::thread foreign([&] { other.run(); }); // does not return before the completion
    auto const id = foreign.get_id();
    f.io.run();
    foreign.join();
    CHECK(where == id);
    CHECK(in_strand);
}

TEST_CASE("client: many operations from many threads") {
    fixture f;
    f.config.max_connections = 4;
    auto c = f.client();
    std::atomic<int> good = 0;
    auto work = asio::make_work_guard(f.io);
    std::thread runner([&] { f.io.run(); });
    std::thread runner2([&] { f.io.run(); });
    std::vector<std::thread> starters;
    for (int t = 0; t != 4; ++t)
        starters.emplace_back([&, t] {
            for (int i = 0; i != 25; ++i) {
                auto const key = std::to_string(t) + "/" + std::to_string(i);
                auto put = c.async_put_object({.bucket = "bucket", .key = key}, asio::buffer(key),
                                              asio::use_future);
                if (put.get().has_value())
                    ++good;
            }
        });
    for (auto& t : starters)
        t.join();
    work.reset();
    runner.join();
    runner2.join();
    CHECK(good == 100);
    CHECK(f.server.keys("bucket").size() == 100);
    CHECK(f.server.counters().connections_accepted <= 4);
}

TEST_CASE("client: the client may go before its operations end") {
    fixture f;
    f.server.put_object("bucket", "k", "content");
    auto c = std::make_unique<s3::client>(f.client());
    auto future = c->async_get_object({.bucket = "bucket", .key = "k"}, asio::use_future);
    c.reset();
    f.io.run();
    CHECK(future.get().has_value());
}

TEST_CASE("client: operations that never ran go with their context") {
    fixture f;
    f.server.inject({{}, testing::hang_before_apply()}); // or it may be answered at once
    auto held = std::make_shared<int>(1);
    std::weak_ptr<int> const weak = held;
    {
        asio::io_context io;
        s3::client c(io.get_executor(), f.config);
        c.async_get_object({.bucket = "bucket", .key = "k"},
                           [held = std::move(held)](result<s3::get_object_result>) { FAIL(); });
        io.poll();
    }
    CHECK(weak.expired());
}
