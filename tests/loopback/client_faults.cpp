// Each fault at each kind of request: the outcome told is true, and nothing is sent that must not
// be.
#include "loopback/client_fixture.hpp"

#include <algorithm>
#include <thread>

using namespace loopback;

namespace {

constexpr auto lateness = 60ms;
constexpr char token[] = "a-session-token-that-must-not-show";
constexpr char secret[] = "a-secret-that-must-not-show";

testing::s3_server_config with_token() {
    auto c = with_bucket();
    c.secret_access_key = secret;
    c.session_token = token;
    return c;
}

struct fault_fixture : fixture {
    fault_fixture() : fixture(with_token()) {
        config.credentials = {"cairn-test-key", secret, token};
        config.attempt_timeout = 100ms;
        config.total_timeout = 600ms;
    }

    std::vector<testing::request_record> sent(std::string const& key) {
        REQUIRE(server.wait_for_late_writes(2s));
        std::vector<testing::request_record> all;
        for (auto& r : server.requests())
            if (r.key == key)
                all.push_back(r);
        return all;
    }

    void no_secret_in(error const& e) {
        std::string const text = e.to_string() + e.message + e.service_code + e.request_id;
        CHECK(text.find(secret) == std::string::npos);
        CHECK(text.find(token) == std::string::npos);
        for (auto const& r : server.requests()) {
            auto const authorization = r.head.header("authorization").value_or("");
            auto const at = authorization.find("Signature=");
            if (at != std::string::npos)
                CHECK(text.find(authorization.substr(at + 10)) == std::string::npos);
        }
        CHECK(text.find('\n') == std::string::npos);
    }
};

bool any_applied(std::vector<testing::request_record> const& all) {
    return std::any_of(all.begin(), all.end(), [](auto const& r) { return r.applied; });
}

/// The server says plainly that it did not apply what it applied: no client can know.
bool is_lie(testing::fault_action const& f) {
    return f.answer && f.applies != testing::application::never &&
           (f.answer->status == 409 || f.answer->status == 412);
}

} // namespace

TEST_CASE("client faults: an unconditional write") {
    fault_fixture f;
    for (auto const& fault : testing::write_faults(lateness)) {
        CAPTURE(fault.name);
        f.server.clear_requests();
        auto const id = f.inject(fault, each("PUT"));
        auto const put = f.put(f.client(), fault.name, std::string(200, 'x'));
        CHECK(f.server.faults_fired(id) == 1);
        auto const all = f.sent(fault.name);
        if (put) {
            CHECK(any_applied(all));
            CHECK(f.server.object("bucket", fault.name)->bytes == std::string(200, 'x'));
            continue;
        }
        f.no_secret_in(put.error());
        if (put.error().effect == remote_effect::none)
            CHECK((!any_applied(all) || is_lie(fault)));
        // What is transient is retried: only what will not pass by itself ends it.
        CHECK_FALSE(put.error().code == condition::transient);
    }
}

TEST_CASE("client faults: a conditional write is not sent again once it may have been applied") {
    fault_fixture f;
    for (bool const create : {true, false})
        for (auto const& fault : testing::write_faults(lateness)) {
            auto const key = (create ? "create " : "replace ") + fault.name;
            CAPTURE(key);
            std::string const etag = create ? "" : f.server.put_object("bucket", key, "before");
            f.server.clear_requests();
            auto const id = f.inject(fault, each("PUT"));
            auto const put = f.put(f.client(),
                                   {.bucket = "bucket",
                                    .key = key,
                                    .if_match = etag,
                                    .if_none_match = create ? "*" : ""},
                                   std::string(200, 'x'));
            CHECK(f.server.faults_fired(id) == 1);
            auto const all = f.sent(key);
            REQUIRE_FALSE(all.empty());
            auto const applied =
                std::count_if(all.begin(), all.end(), [](auto const& r) { return r.applied; });
            CHECK(applied <= 1);
            if (applied == 1)
                CHECK(all.back().applied); // nothing was sent after it
            if (put) {
                CHECK(applied == 1);
                continue;
            }
            f.no_secret_in(put.error());
            if (put.error().effect == remote_effect::none)
                CHECK((applied == 0 || is_lie(fault)));
            if (applied == 1 && !is_lie(fault))
                CHECK(put.error().effect == remote_effect::possible);
        }
}

TEST_CASE("client faults: a removal") {
    fault_fixture f;
    for (auto const& fault : testing::write_faults(lateness)) {
        CAPTURE(fault.name);
        f.server.put_object("bucket", fault.name, "x");
        f.server.clear_requests();
        auto const id = f.inject(fault, each("DELETE"));
        auto const gone = f.remove(f.client(), fault.name);
        CHECK(f.server.faults_fired(id) == 1);
        auto const all = f.sent(fault.name);
        if (gone) {
            CHECK_FALSE(f.server.object("bucket", fault.name));
            continue;
        }
        f.no_secret_in(gone.error());
        if (gone.error().effect == remote_effect::none)
            CHECK((!any_applied(all) || is_lie(fault)));
    }
}

TEST_CASE("client faults: a read gives the right bytes in the end") {
    fault_fixture f;
    std::string const body(50'000, 'b');
    f.server.put_object("bucket", "k", body);
    for (auto const& fault : testing::read_faults()) {
        CAPTURE(fault.name);
        auto c = f.client();
        auto const id = f.inject(fault, each("GET"));
        auto const got = f.get(c, "k");
        CHECK(f.server.faults_fired(id) == 1);
        REQUIRE(got);
        CHECK((got->body == body));
        auto const again = f.get(c, "k"); // whatever became of the connection
        REQUIRE(again);
        CHECK((again->body == body));
    }
}

TEST_CASE("client faults: where they do not end, the read fails and did nothing") {
    fault_fixture f;
    f.server.put_object("bucket", "k", std::string(50'000, 'b'));
    for (auto const& fault : testing::read_faults()) {
        CAPTURE(fault.name);
        f.server.clear_faults();
        f.inject(fault, each("GET", 0));
        auto const got = f.get(f.client(), "k");
        if (got)
            continue; // slow, and yet in time
        CHECK(got.error().effect == remote_effect::none);
        CHECK(got.error().attempts >= 1);
        CHECK(got.error().attempts <= 4);
        f.no_secret_in(got.error());
    }
}

TEST_CASE("client faults: an error body that echoes what was signed") {
    fault_fixture f;
    f.config.credentials = {"cairn-test-key", "another-secret-that-must-not-show", token};
    auto const refused = f.get(f.client(), "k");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::bad_credentials);
    CHECK(refused.error().service_code == "SignatureDoesNotMatch");
    CHECK(refused.error().to_string().find("another-secret") == std::string::npos);
    f.no_secret_in(refused.error());
    f.config.credentials = {"cairn-test-key", secret, "another-token"};
    CHECK(f.get(f.client(), "k").error().code == condition::refused);
    f.config.credentials = {"nobody", secret, token};
    CHECK(f.get(f.client(), "k").error().code == errc::bad_credentials);
    f.config.credentials = {"cairn-test-key", secret};
    CHECK_FALSE(f.get(f.client(), "k"));
}

TEST_CASE("client faults: a stale idle connection costs no failure") {
    fixture f;
    auto c = f.client();
    REQUIRE(f.put(c, "k", "1"));
    for (int i = 0; i != 100 && f.server.counters().connections_open != 0; ++i) {
        f.server.close_idle_connections(); // it may not have come to its idle state yet
        f.server.wait_for_open_connections(0, 20ms);
    }
    REQUIRE(f.server.wait_for_open_connections(0, 2s));
    REQUIRE(f.get(c, "k"));
    f.inject(testing::close_idle());
    REQUIRE(f.put(c, "k", "2"));
    REQUIRE(f.server.wait_for_open_connections(0, 2s));
    auto const etag = f.server.object("bucket", "k")->etag;
    REQUIRE(f.put(c, {.bucket = "bucket", .key = "k", .if_match = etag}, "3"));
    CHECK(f.server.counters().connections_accepted == 3);
    CHECK(f.server.counters().requests == 4); // none twice
}

TEST_CASE("client faults: connections are not reused after max_idle") {
    fixture f;
    f.config.max_idle = 1ms;
    auto c = f.client();
    REQUIRE(f.put(c, "k", "1"));
    std::this_thread::sleep_for(10ms);
    REQUIRE(f.put(c, "k", "2"));
    CHECK(f.server.counters().connections_accepted == 2);
}

TEST_CASE("client faults: refusals' bodies are read to their end, so that connections are reused") {
    fixture f;
    auto c = f.client();
    REQUIRE(f.put(c, "k", "1"));
    for (int i = 0; i != 5; ++i) {
        CHECK(f.put(c, {.bucket = "bucket", .key = "k", .if_none_match = "*"}, "2").error().code ==
              errc::precondition_failed);
        CHECK(f.get(c, "none").error().code == errc::not_found);
    }
    CHECK(f.server.counters().connections_accepted == 1);
}

TEST_CASE("client faults: the region is learnt once, from each way of telling") {
    for (auto const how :
         {testing::wrong_region_answer::malformed_400, testing::wrong_region_answer::redirect_301})
        for (bool const head_first : {false, true}) {
            auto server = with_bucket();
            server.region = "eu-west-3";
            server.wrong_region = how;
            fixture f(server);
            f.config.region = "";
            auto c = f.client();
            if (head_first)
                REQUIRE(f.run<s3::head_bucket_result>(
                    [&](auto h) { c.async_head_bucket({.bucket = "bucket"}, h); }));
            REQUIRE(f.put(c, {.bucket = "bucket", .key = "k", .if_none_match = "*"}, "1"));
            REQUIRE(f.get(c, "k"));
            CHECK(f.server.counters().requests == (head_first ? 4 : 3)); // one of them in vain
        }
}

TEST_CASE("client faults: a clock that is wrong is put right by the server's") {
    auto server = with_bucket();
    auto const ahead = std::chrono::hours(30);
    server.clock = [ahead] { return std::chrono::system_clock::now() + ahead; };
    fixture f(server);
    auto c = f.client();
    REQUIRE(f.put(c, {.bucket = "bucket", .key = "k", .if_none_match = "*"}, "1"));
    REQUIRE(f.get(c, "k"));
    CHECK(f.server.counters().requests == 3);
    f.config.clock = [] { return std::chrono::system_clock::now() - std::chrono::hours(500); };
    REQUIRE(f.get(f.client(), "k"));
}

TEST_CASE("client faults: the retry budget is shared, and stops retries when all fails") {
    fixture f;
    f.config.retry.budget = 20;
    f.config.retry.cost = 5;
    f.config.retry.max_attempts = 10;
    auto c = f.client();
    f.inject(testing::refuse(503, "SlowDown"), each("", 0));
    int attempts = 0;
    for (int i = 0; i != 10; ++i)
        attempts += f.get(c, "k").error().attempts;
    CHECK(attempts == 10 + 4);
    CHECK(f.server.counters().requests == 14);
}

TEST_CASE("client faults: each retry is told before its pause, with the refusal and the attempt") {
    fixture f;
    f.server.put_object("bucket", "k", "body");
    f.inject(testing::refuse(503, "SlowDown"), each("GET", 2));
    std::vector<int> attempts;
    f.config.on_retry = [&](error const& why, std::chrono::milliseconds delay) {
        CHECK(why.service_code == "SlowDown");
        CHECK(delay <= 5ms);
        attempts.push_back(why.attempts);
    };
    CHECK(f.get(f.client(), "k"));
    CHECK(attempts == std::vector<int>{1, 2});
}
