// Deadlines, cancellation, the connection pool, TLS.
#include "loopback/client_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>

#include <unistd.h>

using namespace loopback;
using got_object = result<s3::get_object_result>;
using clock_type = std::chrono::steady_clock;

namespace {

/// Cancels an operation after a while, and says how it ended.
template <class T, class Start>
result<T> cancelled(fixture& f, std::chrono::milliseconds after, Start start) {
    asio::cancellation_signal signal;
    asio::steady_timer timer(f.io, after);
    timer.async_wait([&](error_code) { signal.emit(asio::cancellation_type::terminal); });
    return f.run<T>(
        [&](auto h) { start(asio::bind_cancellation_slot(signal.slot(), std::move(h))); });
}

struct pem_file {
    std::string path = "/tmp/cairn_test_ca_XXXXXX";

    explicit pem_file(std::string const& text) {
        ::close(::mkstemp(path.data()));
        std::ofstream(path) << text;
    }
    ~pem_file() { std::remove(path.c_str()); }
};

std::string const huge(64'000'000, 'x'); // more than socket buffers hold

} // namespace

TEST_CASE("client limits: a server that never answers, at each stage, meets the deadline") {
    mute_server mute;
    fixture f;
    f.config.attempt_timeout = 50ms;
    f.config.total_timeout = 1h; // which this test does not last
    f.config.retry.max_attempts = 2;
    SECTION("no answer") {
        f.config.endpoint = mute.endpoint();
        auto const got = f.get(f.client(), "k");
        CHECK(got.error().code == errc::timed_out);
        CHECK(got.error().effect == remote_effect::none);
        CHECK(got.error().attempts == 2);
        auto const put = f.put(f.client(), "k", "x");
        CHECK(put.error().effect == remote_effect::possible);
        auto const create =
            f.put(f.client(), {.bucket = "b", .key = "k", .if_none_match = "*"}, "");
        CHECK(create.error().effect == remote_effect::possible);
        CHECK(create.error().attempts == 1);
    }
    SECTION("the body is not taken") {
        f.config.endpoint = mute.endpoint();
        auto const put = f.put(f.client(), "k", huge);
        CHECK(put.error().code == errc::timed_out);
        CHECK(put.error().effect == remote_effect::none); // it cannot have had all of it
    }
    SECTION("no handshake") {
        f.config.endpoint = mute.endpoint("https");
        auto const put = f.put(f.client(), "k", "x");
        CHECK(put.error().code == errc::timed_out);
        CHECK(put.error().effect == remote_effect::none);
    }
    SECTION("a byte at a time") {
        f.server.put_object("bucket", "k", std::string(100'000, 'x'));
        f.inject(testing::answer_slowly(), each("", 0));
        auto const got = f.get(f.client(), "k");
        if (!got)
            CHECK(got.error().code == errc::timed_out);
    }
}

TEST_CASE("client limits: the total deadline ends retries and waits") {
    mute_server mute;
    fixture f;
    f.config.endpoint = mute.endpoint();
    f.config.attempt_timeout = 20ms;
    f.config.total_timeout = 1000ms;
    f.config.retry.max_attempts = 1'000'000;
    auto const put = f.put(f.client(), "k", "x");
    CHECK(put.error().code == errc::timed_out);
    CHECK(put.error().effect == remote_effect::possible);
    CHECK(put.error().attempts >= 2);
    f.config.endpoint = f.server.endpoint();
    auto busy = testing::refuse(503, "SlowDown");
    f.inject(busy, each("", 0));
    f.config.attempt_timeout = f.config.total_timeout = 1h;
    f.config.retry.base_delay = f.config.retry.max_delay = 10h;
    f.config.random = [] { return 0.9; };
    CHECK(f.get(f.client(), "k").error().code == errc::throttled); // no wait up to the deadline
}

TEST_CASE("client limits: a name that does not resolve, a port where nobody listens") {
    fixture f;
    f.config.retry.max_attempts = 2;
    f.config.endpoint = "http://nonexistent.invalid:1";
    auto const unknown = f.put(f.client(), "k", "x");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().effect == remote_effect::none);
    CHECK(unknown.error().to_string().find("nonexistent.invalid") != std::string::npos);
    f.config.attempt_timeout = f.config.total_timeout = 1ms;
    auto const hurried = f.put(f.client(), "k", "x");
    REQUIRE_FALSE(hurried);
    CHECK(hurried.error().effect == remote_effect::none);
    f.config.attempt_timeout = f.config.total_timeout = 2000ms;
    // Taken, so that nobody else gets it, and not listened on.
    asio::ip::tcp::socket const taken(f.io, {asio::ip::address_v4::loopback(), 0});
    f.config.endpoint = "http://127.0.0.1:" + std::to_string(taken.local_endpoint().port());
    auto const refused = f.put(f.client(), "k", "x");
    CHECK(refused.error().code == asio::error::connection_refused);
    CHECK(refused.error().effect == remote_effect::none);
    CHECK(refused.error().attempts == 2);
}

TEST_CASE("client limits: cancellation at each stage") {
    mute_server mute;
    fixture f;
    auto const put = [](s3::client c, std::string const& body) {
        return [c, &body](auto h) mutable {
            c.async_put_object({.bucket = "bucket", .key = "k"}, asio::buffer(body), std::move(h));
        };
    };
    auto const get = [](s3::client c) {
        return [c](auto h) mutable {
            c.async_get_object({.bucket = "bucket", .key = "k"}, std::move(h));
        };
    };
    std::string const small = "x";
    f.config.attempt_timeout = f.config.total_timeout = 1h; // the cancellation ends it, or nothing
    SECTION("at once") {
        auto const r = cancelled<s3::get_object_result>(f, 0ms, get(f.client()));
        if (!r)
            CHECK(r.error().effect == remote_effect::none);
    }
    SECTION("waiting for the answer") {
        f.config.endpoint = mute.endpoint();
        auto const r = cancelled<s3::put_object_result>(f, 50ms, put(f.client(), small));
        CHECK(r.error().code == asio::error::operation_aborted);
        CHECK(r.error().effect == remote_effect::possible);
        auto const g = cancelled<s3::get_object_result>(f, 50ms, get(f.client()));
        CHECK(g.error().code == asio::error::operation_aborted);
        CHECK(g.error().effect == remote_effect::none);
    }
    SECTION("writing") {
        f.config.endpoint = mute.endpoint();
        f.config.payload = s3::payload_signing::never;
        auto const r = cancelled<s3::put_object_result>(f, 100ms, put(f.client(), huge));
        CHECK(r.error().code == asio::error::operation_aborted);
        CHECK(r.error().effect == remote_effect::none);
    }
    SECTION("in the handshake") {
        f.config.endpoint = mute.endpoint("https");
        auto const r = cancelled<s3::put_object_result>(f, 50ms, put(f.client(), small));
        CHECK(r.error().code == asio::error::operation_aborted);
        CHECK(r.error().effect == remote_effect::none);
    }
    SECTION("backing off") {
        f.inject(testing::refuse(500, "InternalError"), each("", 0));
        f.config.retry.base_delay = f.config.retry.max_delay = 30min;
        f.config.random = [] { return 0.99; };
        auto const r = cancelled<s3::put_object_result>(f, 50ms, put(f.client(), small));
        CHECK(r.error().code == asio::error::operation_aborted);
        CHECK(r.error().effect == remote_effect::possible); // a 500 leaves it open
        CHECK(r.error().status == 500);
    }
    SECTION("queued") {
        f.config.endpoint = mute.endpoint();
        f.config.max_connections = 1;
        auto c = f.client();
        asio::cancellation_signal first;
        got_object held;
        c.async_get_object(
            {.bucket = "bucket", .key = "k"},
            asio::bind_cancellation_slot(first.slot(), [&](got_object r) { held = std::move(r); }));
        asio::cancellation_signal second;
        asio::steady_timer timer(f.io, 50ms);
        timer.async_wait([&](error_code) { second.emit(asio::cancellation_type::total); });
        c.async_put_object(
            {.bucket = "bucket", .key = "k"}, asio::buffer(small),
            asio::bind_cancellation_slot(second.slot(), [&](result<s3::put_object_result> r) {
                CHECK(r.error().code == asio::error::operation_aborted);
                CHECK(r.error().effect == remote_effect::none);
                first.emit(asio::cancellation_type::terminal);
            }));
        f.io.run();
        CHECK(held.error().code == asio::error::operation_aborted);
    }
}

namespace {

/// Emits after so many turns of the context's queue.
void emit_after(asio::io_context& io, asio::cancellation_signal& signal, int turns) {
    asio::post(io, [&io, &signal, turns] {
        if (turns == 0)
            signal.emit(asio::cancellation_type::terminal);
        else
            emit_after(io, signal, turns - 1);
    });
}

} // namespace

TEST_CASE("client limits: a cancellation that meets the answer's arrival stops the retry") {
    fixture f;
    f.config.attempt_timeout = f.config.total_timeout = 1h; // a retry would outlast the test
    f.config.retry.base_delay = f.config.retry.max_delay = 30min;
    f.config.random = [] { return 0.99; };
    auto c = f.client();
    f.server.put_object("bucket", "k", "x");
    bool met = false;
    for (int turns = 0; turns != 4; ++turns) {
        CAPTURE(turns);
        REQUIRE(f.get(c, "k")); // the connection is there
        auto slow = testing::refuse(503, "SlowDown");
        slow.delay_after = 30ms; // not before the client has stopped to look
        f.inject(slow);
        auto const before = f.server.counters().requests;
        asio::cancellation_signal signal;
        std::optional<got_object> outcome;
        c.async_get_object({.bucket = "bucket", .key = "k"},
                           asio::bind_cancellation_slot(signal.slot(), [&](got_object r) {
                               outcome.emplace(std::move(r));
                           }));
        f.io.restart();
        while (f.server.counters().requests == before)
            f.io.poll();
        std::this_thread::sleep_for(80ms); // the answer is in the socket, and nobody has read it
        // After one turn the bytes are read before the cancellation reaches the strand, and
        // handled after it.
        emit_after(f.io, signal, turns);
        f.io.run();
        REQUIRE(outcome.has_value());
        REQUIRE_FALSE(outcome->has_value());
        met = met || outcome->error().status == 503;
        CHECK(f.server.counters().requests == before + 1);
    }
    CHECK(met);
}

TEST_CASE("client limits: a connection that a cancellation closed is not handed on") {
    fixture f;
    f.config.max_connections = 1;
    auto c = f.client();
    f.server.put_object("bucket", "k", "x");
    for (int turns = 0; turns != 4; ++turns) {
        CAPTURE(turns);
        REQUIRE(f.get(c, "k"));
        auto slow = testing::refuse(503, "SlowDown");
        slow.delay_after = 30ms;
        f.inject(slow);
        auto const before = f.server.counters().requests;
        asio::cancellation_signal signal;
        std::optional<got_object> waiting;
        c.async_get_object({.bucket = "bucket", .key = "k"},
                           asio::bind_cancellation_slot(signal.slot(), [](got_object) {}));
        c.async_get_object({.bucket = "bucket", .key = "k"},
                           [&](got_object r) { waiting.emplace(std::move(r)); });
        f.io.restart();
        while (f.server.counters().requests == before)
            f.io.poll();
        std::this_thread::sleep_for(80ms); // the answer is in the socket
        emit_after(f.io, signal, turns);
        f.io.run();
        REQUIRE(waiting.has_value());
        CHECK(waiting->has_value());
    }
}

TEST_CASE("client limits: operations go with the context that they wait in") {
    fixture f;
    auto token = std::make_shared<int>(0);
    std::weak_ptr<int> const handlers = token;
    {
        asio::io_context io;
        f.config.max_connections = 1;
        s3::client const c(io.get_executor(), f.config);
        for (int i = 0; i != 3; ++i)
            s3::client(c).async_get_object({.bucket = "bucket", .key = "k"},
                                           [token](got_object) {});
        token.reset();
        io.poll(); // one connects, the others are queued
    }
    CHECK(handlers.expired());
}

TEST_CASE("client limits: no more connections than allowed, and in order") {
    fixture f;
    f.config.max_connections = 2;
    auto c = f.client();
    std::vector<int> order;
    for (int i = 0; i != 12; ++i)
        c.async_put_object({.bucket = "bucket", .key = std::to_string(100 + i)},
                           asio::const_buffer("x", 1),
                           [&order, i](result<s3::put_object_result> r) {
                               CHECK(r.has_value());
                               order.push_back(i);
                           });
    f.io.run();
    CHECK(order.size() == 12);
    CHECK(f.server.counters().connections_accepted <= 2);
    std::vector<int> sent;
    for (auto const& r : f.server.requests())
        sent.push_back(std::stoi(r.key) - 100);
    for (int i = 0; i != 12; ++i) // two at a time: nobody overtakes by more than one
        CHECK(std::abs(sent[static_cast<std::size_t>(i)] - i) <= 1);
}

TEST_CASE("client limits: waiting for a connection is part of the attempt's deadline") {
    mute_server mute;
    fixture f;
    f.config.endpoint = mute.endpoint();
    f.config.max_connections = 1;
    f.config.attempt_timeout = 80ms;
    f.config.total_timeout = 300ms;
    f.config.retry.max_attempts = 1;
    auto c = f.client();
    int done = 0;
    for (int i = 0; i != 5; ++i)
        c.async_get_object({.bucket = "bucket", .key = "k"}, [&](got_object r) {
            CHECK(r.error().code == errc::timed_out);
            ++done;
        });
    f.io.run();
    CHECK(done == 5);
}

TEST_CASE("client limits: TLS verifies the server unless told otherwise") {
    auto config = with_bucket();
    config.tls = testing::make_self_signed_certificate();
    fixture f(config);
    f.server.put_object("bucket", "k", "content");
    auto const untrusted = f.get(f.client(), "k");
    REQUIRE_FALSE(untrusted);
    CHECK(untrusted.error().effect == remote_effect::none);
    CHECK(untrusted.error().attempts == 1); // it will not get better
    CHECK(untrusted.error().to_string().find("certificate") != std::string::npos);
    CHECK(untrusted.error().to_string().find("self") != std::string::npos);

    pem_file const ca(config.tls->certificate_pem);
    f.config.ca_file = ca.path;
    auto c = f.client();
    CHECK(f.get(c, "k")->body == "content");
    CHECK(f.put(c, "big", std::string(3'000'000, 'x')));
    CHECK(f.get(c, "big")->body.size() == 3'000'000);
    CHECK(f.server.counters().connections_accepted == 2); // the refused one, and one for all these
    auto const port = std::to_string(f.server.port());
    f.config.endpoint = "https://localhost:" + port;
    CHECK(f.get(f.client(), "k"));

    auto const other = testing::make_self_signed_certificate({"elsewhere.example"}, {"127.0.0.2"});
    config.tls = other;
    fixture g(config);
    pem_file const other_ca(other.certificate_pem);
    g.config.ca_file = other_ca.path;
    for (auto const& name : {"https://127.0.0.1:", "https://localhost:"}) {
        g.config.endpoint = name + std::to_string(g.server.port());
        auto const wrong = g.get(g.client(), "k");
        REQUIRE_FALSE(wrong);
        CAPTURE(wrong.error().to_string());
        CHECK(wrong.error().attempts == 1);
        CHECK(wrong.error().message.find("is not for this host") != std::string::npos);
    }
    g.config.verify_peer = false;
    g.server.put_object("bucket", "k", "content");
    CHECK(g.get(g.client(), "k"));
    g.config.verify_peer = true;
    g.config.ca_file = "/nowhere/ca.pem";
    auto const missing = g.get(g.client(), "k");
    CHECK(missing.error().code == errc::invalid_argument);
    CHECK(missing.error().message.find("/nowhere/ca.pem") != std::string::npos);
}

TEST_CASE("client limits: a plain server behind https, and the other way round") {
    fixture plain;
    plain.config.retry.max_attempts = 1;
    plain.config.endpoint = "https://127.0.0.1:" + std::to_string(plain.server.port());
    auto const not_tls = plain.put(plain.client(), "k", "x");
    REQUIRE_FALSE(not_tls);
    CHECK(not_tls.error().effect == remote_effect::none);
    CHECK(not_tls.error().message.find("TLS handshake with 127.0.0.1") == 0);
    auto config = with_bucket();
    config.tls = testing::make_self_signed_certificate();
    fixture tls(config);
    tls.config.retry.max_attempts = 1;
    tls.config.endpoint = "http://127.0.0.1:" + std::to_string(tls.server.port());
    CHECK_FALSE(tls.get(tls.client(), "k"));
}

TEST_CASE("client limits: a connection that is closed in the handshake is tried again") {
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    int accepted = 0;
    std::function<void()> const accept = [&] {
        acceptor.async_accept([&](error_code ec, asio::ip::tcp::socket peer) {
            if (ec)
                return;
            ++accepted;
            char hello[4096]; // all of it, so that the close is no reset
            peer.read_some(asio::buffer(hello), ec);
            accept();
        });
    };
    accept();
    std::thread closing([&] { io.run(); });
    fixture f;
    f.config.endpoint = "https://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    auto const got = f.get(f.client(), "k");
    io.stop();
    closing.join();
    CHECK(accepted == 3);
    CHECK(got.error().code == condition::transient);
    CHECK(got.error().attempts == 3);
    CHECK(got.error().effect == remote_effect::none);
}

TEST_CASE("client limits: faults over TLS are transport failures like others") {
    auto config = with_bucket();
    config.tls = testing::make_self_signed_certificate();
    fixture f(config);
    pem_file const ca(config.tls->certificate_pem);
    f.config.ca_file = ca.path;
    f.config.attempt_timeout = 300ms;
    std::string const body(50'000, 'b');
    f.server.put_object("bucket", "k", body);
    for (auto const& fault : testing::read_faults()) {
        CAPTURE(fault.name);
        auto c = f.client();
        f.inject(fault, each("GET"));
        auto const got = f.get(c, "k");
        REQUIRE(got);
        CHECK((got->body == body));
        CHECK(f.get(c, "k"));
    }
}
