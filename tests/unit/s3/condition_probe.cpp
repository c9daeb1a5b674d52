#include "support/results.hpp"

#include <cairn/s3_storage/detail/condition_probe.hpp>

#include <boost/asio/error.hpp>

#include <functional>
#include <string>

using namespace cairn;
using namespace cairn::storage::detail;
using step = condition_probe::step;

namespace {

error refused(errc code, int status) {
    error e(code, "no");
    e.status = status;
    return e;
}

/// A server with one object, and the ways in which servers fail to honour conditions.
struct server {
    bool honours_none_match = true;
    bool honours_match = true;
    bool takes_quoted = true;
    bool takes_unquoted = true;
    bool present = false;
    int writes = 0;
    bool kept = false; // the object is there for all probes
    int others = 0;    // so many times another prober replaces it, just before we do

    std::string etag() const { return "\"etag-" + std::to_string(writes) + "\""; }

    result<std::string> apply() {
        present = true;
        ++writes;
        return etag();
    }
    result<std::string> create() {
        if (present && honours_none_match)
            return refused(errc::precondition_failed, 412);
        return apply();
    }
    result<std::string> replace(std::string const& tag) {
        bool const quoted = tag.front() == '"';
        bool const same = tag == (quoted ? etag() : etag().substr(1, etag().size() - 2));
        bool const holds = same && (quoted ? takes_quoted : takes_unquoted);
        if (honours_match && !holds)
            return refused(errc::precondition_failed, 412);
        return apply();
    }
};

using interceptor = std::function<std::optional<error>(int request, server&)>;

struct outcome {
    result<etag_spelling> finding;
    int requests;
    int restarts;
};

outcome probed(server s, interceptor const& intercept = {}) {
    condition_probe probe;
    int requests = 0, restarts = 0;
    step next = probe.start();
    REQUIRE(next == step::look);
    s.present = s.present || s.kept;
    next = probe.on_looked(s.kept ? result<std::string>(s.etag())
                                  : result<std::string>(error(errc::not_found)));
    if (!s.kept) {
        REQUIRE(next == step::restart); // with an object of its own
        next = step::create;
    }
    while (next != step::settle) {
        REQUIRE(requests < 100);
        if (next == step::restart) {
            ++restarts;
            s.present = false;
            next = step::create;
        }
        ++requests;
        if (next == step::look) {
            REQUIRE(probe.uses_kept());
            next = probe.on_looked(s.present ? result<std::string>(s.etag())
                                             : result<std::string>(error(errc::not_found)));
            continue;
        }
        bool const create = next == step::create;
        if (!create && s.others > 0) {
            --s.others;
            (void)s.apply();
        }
        auto const failed = intercept ? intercept(requests, s) : std::nullopt;
        result<std::string> const answer = failed   ? result<std::string>(*failed)
                                           : create ? s.create()
                                                    : s.replace(probe.etag());
        next = probe.on_written(answer);
    }
    return {probe.finding(), requests, restarts};
}

std::string refusal_of(server const& s) {
    auto const o = probed(s);
    REQUIRE_FALSE(o.finding.has_value());
    CHECK(o.finding.error().code == errc::conditions_unsupported);
    return o.finding.error().message;
}

} // namespace

TEST_CASE("condition_probe: an honest server, by the spelling it takes") {
    auto const both = probed({});
    REQUIRE(both.finding.has_value());
    CHECK(*both.finding == etag_spelling::quoted);
    CHECK(both.requests == 4);
    auto const unquoted = probed({.takes_quoted = false});
    REQUIRE(unquoted.finding.has_value());
    CHECK(*unquoted.finding == etag_spelling::unquoted);
    CHECK(unquoted.requests == 5);
    auto const quoted = probed({.takes_unquoted = false});
    REQUIRE(quoted.finding.has_value());
    CHECK(*quoted.finding == etag_spelling::quoted);
}

TEST_CASE("condition_probe: a kept object serves all probes, whoever else changes it") {
    for (int const others : {0, 1, 3, 40}) {
        auto const quoted = probed({.kept = true, .others = others});
        REQUIRE(quoted.finding.has_value());
        CHECK(*quoted.finding == etag_spelling::quoted);
        CHECK(quoted.restarts == 0);
        auto const unquoted = probed({.takes_quoted = false, .kept = true, .others = others});
        REQUIRE(unquoted.finding.has_value());
        CHECK(*unquoted.finding == etag_spelling::unquoted);
        CHECK(unquoted.restarts == 0);
    }
    CHECK(probed({.kept = true}).requests == 3);
    CHECK(refusal_of({.honours_none_match = false, .kept = true}).find("ignores If-None-Match") !=
          std::string::npos);
    CHECK(refusal_of({.honours_match = false, .kept = true}).find("ignores If-Match") !=
          std::string::npos);
    CHECK(refusal_of({.takes_quoted = false, .takes_unquoted = false, .kept = true})
              .find("refuses If-Match even with the right ETag") != std::string::npos);
}

TEST_CASE("condition_probe: a kept object that vanishes is replaced by one of its own") {
    for (int at = 1; at <= 3; ++at) {
        auto const o = probed({.kept = true}, [at](int n, server& s) -> std::optional<error> {
            if (n == at)
                s.present = false;
            if (n == at && at > 1)
                return refused(errc::not_found, 404);
            return std::nullopt;
        });
        REQUIRE(o.finding.has_value());
        CHECK(*o.finding == etag_spelling::quoted);
        CHECK(o.restarts == (at < 3 ? 1 : 0));
    }
}

TEST_CASE("condition_probe: servers that do not honour conditions are told apart") {
    CHECK(refusal_of({.honours_none_match = false}).find("ignores If-None-Match") !=
          std::string::npos);
    CHECK(refusal_of({.honours_match = false}).find("ignores If-Match") != std::string::npos);
    CHECK(refusal_of({.takes_quoted = false, .takes_unquoted = false})
              .find("refuses If-Match even with the right ETag") != std::string::npos);
    server taken;
    taken.present = true;
    CHECK(refusal_of(taken).find("refuses If-None-Match for a new key") != std::string::npos);
}

TEST_CASE("condition_probe: a server without conditional writes says so at any step") {
    for (int at = 1; at <= 4; ++at) {
        CAPTURE(at);
        auto const o = probed({}, [at](int n, server&) -> std::optional<error> {
            if (n == at)
                return refused(errc::rejected, 501);
            return std::nullopt;
        });
        REQUIRE_FALSE(o.finding.has_value());
        CHECK(o.finding.error().code == errc::conditions_unsupported);
        CHECK(o.finding.error().message.find("does not implement") != std::string::npos);
    }
}

TEST_CASE("condition_probe: what says nothing about conditions is handed on, at any step") {
    for (auto const code : {errc::access_denied, errc::no_such_bucket, errc::throttled,
                            errc::timed_out, errc::bad_credentials})
        for (int at = 1; at <= 4; ++at) {
            CAPTURE(at);
            auto const o = probed({}, [at, code](int n, server&) -> std::optional<error> {
                if (n == at)
                    return refused(code, 403);
                return std::nullopt;
            });
            REQUIRE_FALSE(o.finding.has_value());
            CHECK(o.finding.error().code == code);
            CHECK(o.requests == at);
        }
}

TEST_CASE("condition_probe: a lost answer begins the probe again, applied or not") {
    for (bool const applied : {false, true})
        for (int at = 1; at <= 5; ++at) {
            CAPTURE(at, applied);
            server s{.takes_quoted = false};
            auto const o = probed(s, [at, applied](int n, server& srv) -> std::optional<error> {
                if (n != at)
                    return std::nullopt;
                if (applied)
                    (void)srv.apply();
                return error(boost::asio::error::eof, "", remote_effect::possible);
            });
            REQUIRE(o.finding.has_value());
            CHECK(*o.finding == etag_spelling::unquoted);
            CHECK(o.restarts == 1);
            CHECK(o.requests == at + 5);
        }
}

TEST_CASE("condition_probe: a passing conflict says nothing, at any step") {
    for (int at = 1; at <= 4; ++at) {
        CAPTURE(at);
        auto const o = probed({}, [at](int n, server&) -> std::optional<error> {
            if (n == at)
                return refused(errc::conflict, 409);
            return std::nullopt;
        });
        REQUIRE(o.finding.has_value());
        CHECK(*o.finding == etag_spelling::quoted);
        CHECK(o.restarts == 1);
    }
}

TEST_CASE("condition_probe: it gives up when answers keep being lost") {
    auto const o = probed({}, [](int, server&) -> std::optional<error> {
        return error(boost::asio::error::eof, "lost", remote_effect::possible);
    });
    REQUIRE_FALSE(o.finding.has_value());
    CHECK(o.finding.error().code == boost::asio::error::eof);
    CHECK(o.requests == 6);
}

TEST_CASE("condition_probe: If-Match on an object that vanished is a refusal of that spelling") {
    // Ceph answers 412, AWS 404; either way the condition was looked at.
    auto const o = probed({}, [](int n, server&) -> std::optional<error> {
        if (n == 4)
            return refused(errc::not_found, 404);
        return std::nullopt;
    });
    REQUIRE(o.finding.has_value());
    CHECK(*o.finding == etag_spelling::quoted);
}

TEST_CASE("condition_probe: ETags are spelled with and without their quotes") {
    CHECK(spell("\"a\"", etag_spelling::quoted) == "\"a\"");
    CHECK(spell("\"a\"", etag_spelling::unquoted) == "a");
    CHECK(spell("a", etag_spelling::unquoted) == "a");
    CHECK(spell("\"", etag_spelling::unquoted) == "\"");
    CHECK(spell("W/\"a\"", etag_spelling::unquoted) == "W/\"a\"");
}
