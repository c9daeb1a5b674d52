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
    }

    /// A client whose patience ends where the server says nothing, and else does not: what ends a
    /// request is the fault, however busy the machine is.
    s3::client client_for(testing::fault_action const& fault, unsigned attempts = 50) {
        bool const hangs = fault.how == testing::delivery::hang;
        config.attempt_timeout = hangs ? 200ms : 30s;
        config.total_timeout = 60s;
        config.retry.max_attempts = hangs ? attempts : 3;
        return client();
    }

    std::vector<testing::request_record> sent(std::string const& key) {
        REQUIRE(server.wait_for_late_writes(30s));
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

/// How a request ends, as far as it changes something.
enum class end {
    done,     ///< a success, after a retry where it takes one
    nothing,  ///< an error: it changed nothing
    possible, ///< an error: it may have changed something
};

template <class T>
end end_of(result<T> const& r) {
    if (r)
        return end::done;
    return r.error().effect == remote_effect::none ? end::nothing : end::possible;
}

/// What is right under a fault that befalls the first attempt.
struct right_ends {
    char const* fault;
    end unconditional; ///< of a write or a removal that may be sent twice
    end conditional;   ///< of a write that may not
};

using enum end;
constexpr right_ends expected[] = {
    // It does not arrive: nobody can know that.
    {"close after the header", done, possible},
    {"close after 1 bytes of the body", done, possible},
    {"close after 64 bytes of the body", done, possible},
    {"close before applying", done, possible},
    {"hang, never apply", done, possible},
    // A refusal that promises that nothing was done, or one that does not.
    {"500 InternalError, not applied", done, possible},
    {"500 UnknownError, not applied", done, possible},
    {"502 BadGateway, not applied", done, possible},
    {"503 SlowDown, not applied", done, done},
    {"503 ServiceUnavailable, not applied", done, possible},
    {"504 GatewayTimeout, not applied", done, possible},
    {"429 TooManyRequests, not applied", done, done},
    {"400 RequestTimeout, not applied", done, possible},
    {"409 ConditionalRequestConflict, not applied", nothing, nothing},
    {"409 OperationAborted, not applied", done, nothing},
    {"412 PreconditionFailed, not applied", nothing, nothing},
    {"403 RequestTimeTooSkewed, not applied", done, done},
    {"404 NoSuchKey, not applied", nothing, nothing},
    {"502 with HTML, not applied", done, possible},
    {"200 with HTML, not applied", possible, possible}, // it says done, and lacks what proves it
    {"garbage, not applied", done, possible},
    // It is applied, and the answer is lost, or says otherwise.
    {"apply, then close", done, possible},
    {"apply, then reset", done, possible},
    {"apply, then hang", done, possible},
    {"cut the header after 5 bytes", done, possible},
    {"cut the header after 40 bytes", done, possible},
    {"cut the header after all bytes but one", done, possible},
    {"garbage, although applied", done, possible},
    {"200 with HTML, although applied", possible, possible},
    {"502 with HTML, although applied", done, possible},
    {"500 InternalError, although applied", done, possible},
    {"503 ServiceUnavailable, although applied", done, possible},
    {"504 GatewayTimeout, although applied", done, possible},
    {"400 RequestTimeout, although applied", done, possible},
    // A plain lie, which no client can see through.
    {"409 ConditionalRequestConflict, although applied", nothing, nothing},
    {"412 PreconditionFailed, although applied", nothing, nothing},
    // It is applied after the answer, or without one.
    {"close, apply late", done, possible},
    {"hang, apply late", done, possible},
    {"500 InternalError, apply late", done, possible},
    // It is slow, or ends the connection, and is no fault to the caller.
    {"delay 20 ms before, 20 ms after", done, done},
    {"answer byte by byte", done, done},
    {"close the idle connection", done, done},
};

right_ends const& expected_of(testing::fault_action const& fault) {
    auto const* const found = std::find_if(std::begin(expected), std::end(expected),
                                           [&](auto const& e) { return fault.name == e.fault; });
    INFO(fault.name);
    REQUIRE(found != std::end(expected)); // a new fault needs a row
    return *found;
}

} // namespace

TEST_CASE("client faults: an unconditional write ends as the table says") {
    fault_fixture f;
    for (auto const& fault : testing::write_faults(lateness)) {
        CAPTURE(fault.name);
        f.server.clear_requests();
        auto const id = f.inject(fault, each("PUT"));
        auto const put = f.put(f.client_for(fault), fault.name, std::string(200, 'x'));
        CHECK(f.server.faults_fired(id) == 1);
        auto const all = f.sent(fault.name);
        CHECK(end_of(put) == expected_of(fault).unconditional);
        if (put)
            CHECK(f.server.object("bucket", fault.name)->bytes == std::string(200, 'x'));
        else
            f.no_secret_in(put.error());
    }
}

TEST_CASE("client faults: a conditional write ends so, and is not sent again once it may stand") {
    fault_fixture f;
    for (bool const create : {true, false})
        for (auto const& fault : testing::write_faults(lateness)) {
            auto const key = (create ? "create " : "replace ") + fault.name;
            CAPTURE(key);
            std::string const etag = create ? "" : f.server.put_object("bucket", key, "before");
            f.server.clear_requests();
            auto const id = f.inject(fault, each("PUT"));
            auto const put = f.put(f.client_for(fault),
                                   {.bucket = "bucket",
                                    .key = key,
                                    .if_match = etag,
                                    .if_none_match = create ? "*" : ""},
                                   std::string(200, 'x'));
            CHECK(f.server.faults_fired(id) == 1);
            auto const all = f.sent(key);
            REQUIRE_FALSE(all.empty());
            auto const right = expected_of(fault).conditional;
            CHECK(end_of(put) == right);
            auto const applied =
                std::count_if(all.begin(), all.end(), [](auto const& r) { return r.applied; });
            CHECK(applied <= 1);
            if (right == done || applied == 1)
                CHECK(all.back().applied); // nothing was sent after it
            if (!put)
                f.no_secret_in(put.error());
        }
}

TEST_CASE("client faults: a removal ends as an unconditional write does") {
    fault_fixture f;
    for (auto const& fault : testing::write_faults(lateness)) {
        CAPTURE(fault.name);
        f.server.put_object("bucket", fault.name, "x");
        f.server.clear_requests();
        auto const id = f.inject(fault, each("DELETE"));
        auto const gone = f.remove(f.client_for(fault), fault.name);
        CHECK(f.server.faults_fired(id) == 1);
        auto const all = f.sent(fault.name);
        CHECK(end_of(gone) == expected_of(fault).unconditional);
        if (gone)
            CHECK_FALSE(f.server.object("bucket", fault.name));
        else
            f.no_secret_in(gone.error());
    }
}

TEST_CASE("client faults: a read gives the right bytes in the end") {
    fault_fixture f;
    std::string const body(50'000, 'b');
    f.server.put_object("bucket", "k", body);
    for (auto const& fault : testing::read_faults()) {
        CAPTURE(fault.name);
        auto c = f.client_for(fault);
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
        auto c = f.client_for(fault, 3);
        bool const harmless = fault.name == "delay 20 ms before, 20 ms after" ||
                              fault.name == "answer byte by byte" ||
                              fault.name == "close the idle connection";
        auto const got = f.get(c, "k");
        CHECK(end_of(got) == (harmless ? done : nothing));
        if (got)
            continue;
        CHECK(got.error().attempts >= 1);
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
