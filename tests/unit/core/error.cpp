#include "support/catch.hpp"

#include <cairn/core/error.hpp>

#include <boost/asio/error.hpp>

using namespace cairn;

TEST_CASE("errors compare with the conditions that callers branch on") {
    CHECK(make_error_code(errc::not_found) == condition::absent);
    CHECK(make_error_code(errc::no_such_bucket) == condition::absent);
    CHECK(make_error_code(errc::precondition_failed) == condition::lost_race);
    CHECK(make_error_code(errc::conflict) == condition::lost_race);
    CHECK(make_error_code(errc::throttled) == condition::transient);
    CHECK(error_code(boost::asio::error::connection_reset) == condition::transient);
    CHECK(make_error_code(errc::connection_closed) == condition::transient);
    CHECK(make_error_code(errc::access_denied) == condition::refused);
    CHECK_FALSE(make_error_code(errc::access_denied) == condition::transient);
    CHECK_FALSE(error_code(boost::asio::error::operation_aborted) == condition::transient);
}

TEST_CASE("an error says in one line what the service said") {
    error e(errc::access_denied, "not for you");
    e.status = 403;
    e.service_code = "AccessDenied";
    e.request_id = "tx1";
    CHECK(e.to_string() == "access denied (HTTP 403 AccessDenied request tx1): not for you");
    CHECK(error(errc::timed_out).to_string() == "timed out");
}

TEST_CASE("value() of a failed result throws an exception that carries the whole error") {
    result<int> const failed = error(errc::throttled, "later", remote_effect::possible);
    try {
        (void)failed.value();
        FAIL("did not throw");
    } catch (exception const& e) {
        CHECK(e.code() == errc::throttled);
        CHECK(e.details().effect == remote_effect::possible);
        CHECK(e.details().message == "later");
    }
}
