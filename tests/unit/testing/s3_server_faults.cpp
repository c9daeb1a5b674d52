// What goes wrong goes wrong exactly as it was told to.
#include "client.hpp"
#include "support/catch.hpp"

#include <cairn/testing/s3_server.hpp>

using namespace cairn::testing;
using namespace client_for_tests;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr milliseconds lateness{80};
// Where a test does something before it is over, on a busy machine too.
constexpr milliseconds long_lateness{400};

s3_server_config with_bucket(bool tls) {
    s3_server_config config;
    config.buckets = {"bkt"};
    if (tls) {
        static certificate const made = make_self_signed_certificate();
        config.tls = made;
    }
    return config;
}

connection connect(s3_server const& server) {
    auto const& tls = server.config().tls;
    return connection(server.port(), tls ? tls->certificate_pem : std::string());
}

call put(std::string key = "k", std::string body = std::string(100, 'x')) {
    return signed_call({"PUT", "/bkt/" + key, {}, std::move(body)}, {});
}

call get(std::string key = "k") {
    return signed_call({"GET", "/bkt/" + key, {}, ""}, {});
}

fault hit(fault_action action, std::string method = {}) {
    fault f;
    f.matcher.method = std::move(method);
    f.action = std::move(action);
    return f;
}

// Sees one write through a fault and compares what became of it with what the fault says.
void check_write_fault(s3_server& server, fault_action const& action) {
    INFO(action.name);
    server.remove_object("bkt", "k");
    auto c = connect(server);
    // By then the tickets of TLS 1.3 are read, which are no answer.
    REQUIRE(c.exchange(signed_call({"HEAD", "/bkt", {}, ""}, {})));
    server.clear_requests();
    auto const id = server.inject(hit(action, "PUT"));
    c.send(on_wire(put()));
    bool const hangs = action.how == delivery::hang;
    if (hangs)
        CHECK_FALSE(c.readable_within(lateness / 2));
    else if (action.applies == application::later && action.answer)
        CHECK(c.receive().value().status == action.answer->status);
    else if (auto const got = c.receive())
        CHECK(got->status == (action.answer ? action.answer->status : 200));
    else
        CHECK((action.how != delivery::whole || action.answer.value().raw.size() > 0));
    REQUIRE(server.wait_for([](auto const& k) { return k.faults_pending == 0; }, seconds(5)));
    CHECK(server.faults_fired(id) == 1);
    if (action.applies == application::later) {
        REQUIRE(server.wait_for_late_writes(seconds(5)));
    } else if (action.applies == application::at_once) {
        CHECK(server.wait_for([](auto const& k) { return k.applied != 0; }, seconds(5)));
    }
    CHECK(server.object("bkt", "k").has_value() == (action.applies != application::never));
    auto const log = server.requests();
    REQUIRE(log.size() == 1);
    CHECK(log[0].fault == action.name);
    CHECK(log[0].applied == (action.applies != application::never));
    if (action.how == delivery::close || hangs)
        CHECK(log[0].status == 0);
}

} // namespace

TEST_CASE("each write fault does what it says, by HTTP and HTTPS") {
    for (bool const tls : {false, true})
        for (auto const& action : write_faults(lateness)) {
            s3_server server(with_bucket(tls));
            check_write_fault(server, action);
        }
}

TEST_CASE("a late write comes late, and its condition is judged then") {
    s3_server server(with_bucket(false));
    server.inject(hit(apply_late(long_lateness, false)));
    auto call = signed_call({"PUT", "/bkt/k", {{"If-None-Match", "*"}}, "late"}, {});
    auto c = connect(server);
    CHECK_FALSE(c.exchange(call));
    CHECK(server.counters().late_pending == 1);
    CHECK_FALSE(server.object("bkt", "k"));
    server.put_object("bkt", "k", "early");
    REQUIRE(server.wait_for_late_writes(seconds(5)));
    CHECK(server.object("bkt", "k")->bytes == "early");
    CHECK_FALSE(server.requests().back().applied);

    server.inject(hit(apply_late(long_lateness, false)));
    auto d = connect(server);
    CHECK_FALSE(d.exchange(put("k", "later")));
    CHECK(server.object("bkt", "k")->bytes == "early");
    REQUIRE(server.wait_for_late_writes(seconds(5)));
    CHECK(server.object("bkt", "k")->bytes == "later");
    CHECK(server.requests().back().applied);
}

TEST_CASE("answers are cut, shortened and slowed where they were told to be") {
    s3_server server(with_bucket(false));
    server.put_object("bkt", "k", "0123456789");
    auto const raw = [&](fault_action action) {
        server.inject(hit(std::move(action)));
        auto c = connect(server);
        c.send(on_wire(get()));
        return c.rest();
    };
    CHECK(raw(cut_header(12)) == "HTTP/1.1 200");
    auto const header = raw(cut_header(static_cast<std::size_t>(-1)));
    CHECK(header.substr(header.size() - 3) == "\r\n\r");
    CHECK(raw(cut_body(4)).ends_with("\r\n\r\n0123"));
    CHECK(raw(cut_body(0)).ends_with("\r\n\r\n"));
    CHECK(raw(answer_garbage(application::never)).starts_with("SSH-2.0"));
    CHECK(raw(close_idle()).ends_with("\r\n\r\n0123456789"));

    server.inject(hit(shorten_body(4)));
    auto c = connect(server);
    auto const shorter = c.exchange(get()).value();
    CHECK(shorter.body == "0123");
    CHECK(shorter.header("content-length") == "4");
    server.inject(hit(answer_slowly()));
    CHECK(c.exchange(get()).value().body == "0123456789");
    server.inject(hit(refuse(503, "SlowDown")));
    CHECK(c.exchange(get()).value().code() == "SlowDown");
    server.inject(hit(answer_html(200, application::never)));
    CHECK(c.exchange(get()).value().header("content-type") == "text/html");
    CHECK(c.exchange(get()).value().body == "0123456789");
}

TEST_CASE("delays lie before and after the write") {
    s3_server server(with_bucket(false));
    server.inject(hit(delay(long_lateness, milliseconds(0))));
    auto c = connect(server);
    c.send(on_wire(put()));
    REQUIRE(server.wait_for_requests(1, seconds(5)));
    CHECK_FALSE(server.object("bkt", "k"));
    CHECK(c.receive().value().status == 200);
    server.inject(hit(delay(milliseconds(0), long_lateness)));
    c.send(on_wire(put("j")));
    REQUIRE(server.wait_for([](auto const& k) { return k.applied == 2; }, seconds(5)));
    CHECK_FALSE(c.readable_within(milliseconds(0)));
    CHECK(c.receive().value().status == 200);
}

TEST_CASE("listings fail as they are told to") {
    for (auto const& action : list_faults()) {
        INFO(action.name);
        s3_server server(with_bucket(false));
        server.put_object("bkt", "k", "0123456789");
        auto const list = signed_call({"GET", "/bkt?list-type=2", {}, ""}, {});
        auto const right = connect(server).exchange(list).value().body;
        server.inject(hit(action));
        auto c = connect(server);
        c.send(on_wire(list));
        if (action.how == delivery::hang) {
            CHECK_FALSE(c.readable_within(lateness));
            continue;
        }
        auto const got = c.receive();
        bool const good = got && got->status == 200 && got->body == right;
        bool const harmless = action.how == delivery::byte_by_byte || action.close_afterwards ||
                              action.delay_before.count() != 0;
        CHECK(good == harmless);
    }
}

TEST_CASE("a connection that hangs ends when its client leaves, or with the server") {
    s3_server server(with_bucket(false));
    server.inject(hit(hang_before_apply()));
    {
        auto c = connect(server);
        c.send(on_wire(get()));
        REQUIRE(server.wait_for_requests(1, seconds(5)));
    }
    CHECK(server.wait_for_open_connections(0, seconds(5)));
    std::optional<s3_server> other;
    other.emplace(with_bucket(false));
    other->inject(hit(hang_before_apply()));
    auto c = connect(*other);
    c.send(on_wire(get()));
    REQUIRE(other->wait_for_requests(1, seconds(5)));
    other.reset();
    CHECK(c.rest().empty());
}

TEST_CASE("a body that is cut is not applied, however much of it came") {
    for (std::size_t const size : {0u, 1u, 5'000'000u}) {
        s3_server server(with_bucket(false));
        server.inject(hit(close_in_body(3'000'000)));
        auto c = connect(server);
        CHECK_FALSE(c.exchange(put("k", std::string(size, 'x'))));
        REQUIRE(server.wait_for_open_connections(0, seconds(5)));
        CHECK(server.keys("bkt").empty());
    }
}

TEST_CASE("a server that goes leaves nothing behind") {
    for (int i = 0; i < 20; ++i) {
        s3_server server(with_bucket(i % 2 == 1));
        server.inject(hit(apply_late(seconds(3600), true)));
        auto c = connect(server);
        c.send(on_wire(put()));
    }
}
