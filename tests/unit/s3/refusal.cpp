#include "support/results.hpp"

#include <cairn/s3/detail/refusal.hpp>

#include <ctime>

using namespace cairn;
using namespace cairn::s3;
using namespace cairn::s3::detail;

namespace {

response answer(int status, std::string body = {},
                std::vector<std::pair<std::string, std::string>> const& headers = {}) {
    response r;
    r.status = status;
    r.body = std::move(body);
    for (auto const& [name, value] : headers)
        r.headers.add(name, value);
    return r;
}

std::string error_body(std::string const& code, std::string const& more = {}) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code +
           "</Code><Message>words</Message><RequestId>id-1</RequestId>" + more + "</Error>";
}

constexpr auto none = remote_effect::none;
constexpr auto possible = remote_effect::possible;

} // namespace

TEST_CASE("refusal: S3's codes, and whether the request may have been applied") {
    struct row {
        int status;
        char const* code;
        errc expected;
        remote_effect effect;
    };
    row const rows[] = {
        {404, "NoSuchKey", errc::not_found, none},
        {404, "NoSuchVersion", errc::not_found, none},
        {404, "NoSuchUpload", errc::not_found, none},
        {404, "NotFound", errc::not_found, none},
        {404, "NoSuchBucket", errc::no_such_bucket, none},
        {412, "PreconditionFailed", errc::precondition_failed, none},
        {409, "ConditionalRequestConflict", errc::conflict, none},
        {409, "OperationAborted", errc::conflict, none},
        {409, "BucketAlreadyExists", errc::conflict, none},
        {403, "AccessDenied", errc::access_denied, none},
        {403, "AllAccessDisabled", errc::access_denied, none},
        {403, "AccountProblem", errc::access_denied, none},
        {403, "InvalidAccessKeyId", errc::bad_credentials, none},
        {403, "SignatureDoesNotMatch", errc::bad_credentials, none},
        {400, "ExpiredToken", errc::bad_credentials, none},
        {400, "InvalidToken", errc::bad_credentials, none},
        {400, "TokenRefreshRequired", errc::bad_credentials, none},
        {403, "RequestTimeTooSkewed", errc::bad_credentials, none},
        {503, "SlowDown", errc::throttled, none},
        {429, "TooManyRequests", errc::throttled, none},
        {503, "Throttling", errc::throttled, none},
        {400, "ThrottlingException", errc::throttled, none},
        {503, "RequestLimitExceeded", errc::throttled, none},
        // Proxies answer so too, after they have passed the request on.
        {503, "ServiceUnavailable", errc::throttled, possible},
        {500, "InternalError", errc::service_failure, possible},
        {500, "UnknownError", errc::service_failure, possible},
        {502, "BadGateway", errc::service_failure, possible},
        {504, "GatewayTimeout", errc::service_failure, possible},
        {503, "Whatever", errc::service_failure, possible},
        // The server stopped waiting; whether it had all of the request it does not say.
        {400, "RequestTimeout", errc::timed_out, possible},
        {501, "NotImplemented", errc::rejected, none},
        {400, "InvalidRequest", errc::rejected, none},
        {400, "EntityTooLarge", errc::too_large, none},
        {413, "Whatever", errc::too_large, none},
        {405, "MethodNotAllowed", errc::rejected, none},
        {416, "InvalidRange", errc::rejected, none},
        {301, "PermanentRedirect", errc::wrong_region, none},
        {307, "TemporaryRedirect", errc::wrong_region, none},
    };
    for (row const& r : rows) {
        CAPTURE(r.status, r.code);
        auto const told = interpret_refusal(answer(r.status, error_body(r.code)));
        CHECK(told.what.code == r.expected);
        CHECK(told.what.effect == r.effect);
        CHECK(told.what.status == r.status);
        CHECK(told.what.service_code == r.code);
        CHECK(told.what.message == "words");
        CHECK(told.what.request_id == "id-1");
    }
}

TEST_CASE("refusal: without a code the status decides") {
    struct row {
        int status;
        errc expected;
        remote_effect effect;
    };
    row const rows[] = {
        {304, errc::precondition_failed, none},
        {400, errc::rejected, none},
        {401, errc::access_denied, none},
        {403, errc::access_denied, none},
        {404, errc::not_found, none},
        {408, errc::timed_out, possible},
        {409, errc::conflict, none},
        {412, errc::precondition_failed, none},
        {413, errc::too_large, none},
        {429, errc::throttled, none},
        {500, errc::service_failure, possible},
        {501, errc::rejected, none},
        {502, errc::service_failure, possible},
        {503, errc::service_failure, possible},
        {504, errc::service_failure, possible},
        {599, errc::service_failure, possible},
    };
    std::string const bodies[] = {
        "",
        "<html><head><title>Oops</title></head><body>a proxy speaks<br></body></html>",
        "<html><body/></html>",
        "not XML at all",
        "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Co", // cut off
        "<Error></Error>",
        "<Error><Code></Code></Error>",
        "{\"error\":\"json\"}",
        std::string("\0\xff\xfe", 3),
    };
    for (row const& r : rows)
        for (std::string const& body : bodies) {
            CAPTURE(r.status, body);
            auto const told = interpret_refusal(answer(r.status, body));
            CHECK(told.what.code == r.expected);
            CHECK(told.what.effect == r.effect);
            CHECK(told.what.status == r.status);
            CHECK(told.what.service_code.empty());
        }
}

TEST_CASE("refusal: the bucket's region, from the header or the body") {
    auto const region = [](response const& r, errc expected) {
        auto const told = interpret_refusal(r);
        CHECK(told.what.code == expected);
        CHECK(told.what.effect == none);
        return told.region;
    };
    std::string const malformed =
        error_body("AuthorizationHeaderMalformed", "<Region>eu-west-3</Region>");
    CHECK(region(answer(400, malformed), errc::wrong_region) == "eu-west-3");
    CHECK(region(answer(400, error_body("AuthorizationHeaderMalformed")), errc::rejected) == "");
    CHECK(region(
              answer(301, error_body("PermanentRedirect"), {{"x-amz-bucket-region", "ap-south-1"}}),
              errc::wrong_region) == "ap-south-1");
    CHECK(region(answer(307, {}, {{"X-Amz-Bucket-Region", "ap-south-1"}}), errc::wrong_region) ==
          "ap-south-1");
    // A HEAD's refusal has no body.
    CHECK(region(answer(400, {}, {{"x-amz-bucket-region", "sa-east-1"}}), errc::wrong_region) ==
          "sa-east-1");
    CHECK(region(answer(301, {}, {{"x-amz-bucket-region", "sa-east-1"}}), errc::wrong_region) ==
          "sa-east-1");
    CHECK(region(answer(400), errc::rejected) == "");
    // Other refusals tell the region too, and mean nothing by it.
    CHECK(region(answer(404, error_body("NoSuchKey"), {{"x-amz-bucket-region", "sa-east-1"}}),
                 errc::not_found) == "sa-east-1");
    CHECK(region(answer(403, {}, {{"x-amz-bucket-region", "sa-east-1"}}), errc::access_denied) ==
          "sa-east-1");
    CHECK(region(answer(400, error_body("IllegalLocationConstraintException")), errc::rejected) ==
          "");
}

TEST_CASE("refusal: a region that cannot stand in a host name is not followed") {
    for (char const* bad :
         {"a b", "x.evil.example/", "a\nHost: evil", "a@b", "a:1", "-", "..", "a.b", "\xc3\xa9"}) {
        CAPTURE(bad);
        auto const told =
            interpret_refusal(answer(400, error_body("AuthorizationHeaderMalformed",
                                                     std::string("<Region>") + bad + "</Region>")));
        CHECK(told.region.empty());
        CHECK(told.what.code == errc::rejected);
    }
    CHECK(interpret_refusal(answer(301, {}, {{"x-amz-bucket-region", std::string(80, 'a')}}))
              .region.empty());
}

TEST_CASE("refusal: Retry-After in seconds, bounded; other forms are passed over") {
    auto const after = [](std::string const& value) {
        return interpret_refusal(answer(503, {}, {{"Retry-After", value}})).retry_after;
    };
    CHECK(after("7") == std::chrono::seconds(7));
    CHECK(after("0") == std::chrono::seconds(0));
    CHECK(after("4000000000") == std::chrono::seconds(3600));
    CHECK_FALSE(after("-1"));
    CHECK_FALSE(after("soon"));
    CHECK_FALSE(after("Sun, 06 Nov 1994 08:49:37 GMT"));
    CHECK_FALSE(after(""));
    CHECK_FALSE(interpret_refusal(answer(503)).retry_after);
}

TEST_CASE("refusal: the server's time comes from Date") {
    auto const at = [](std::string const& text) { return parse_http_date(text); };
    auto const told = interpret_refusal(answer(403, error_body("RequestTimeTooSkewed"),
                                               {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}));
    REQUIRE(told.server_time);
    CHECK(std::chrono::system_clock::to_time_t(*told.server_time) == 784111777);
    CHECK(std::chrono::system_clock::to_time_t(*at("Thu, 29 Feb 2024 23:59:60 GMT")) == 1709251200);
    for (char const* bad : {"", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                            "Sun Nov  6 08:49:37 1994", "Sun, 06 Nop 1994 08:49:37 GMT",
                            "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                            "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
                            "Sun, 0x Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
                            "Sun, 06 Nov 1994 08:49-37 GMT"})
        CHECK_FALSE(at(bad));
}

TEST_CASE("refusal: what the server says is bounded, on one line and printable") {
    std::string const long_text(5000, 'x');
    auto const told = interpret_refusal(
        answer(400, "<Error><Code>" + long_text + "</Code><Message>a\nb\tc\x7f" + long_text +
                        "</Message><RequestId>" + long_text + "</RequestId></Error>"));
    CHECK(told.what.service_code.size() <= 80);
    CHECK(told.what.request_id.size() <= 80);
    CHECK(told.what.message.size() <= 300);
    CHECK(told.what.message.substr(0, 6) == "a b c ");
    CHECK(told.what.to_string().find('\n') == std::string::npos);
}

TEST_CASE("refusal: text is not cut within a character") {
    std::string text(198, 'x');
    text += "\xe6\x97\xa5\xe6\x97\xa5";
    auto const told = interpret_refusal(
        answer(400, "<Error><Code>C</Code><Message>" + text + "</Message></Error>"));
    CHECK(told.what.message == std::string(198, 'x') + "...");
}

TEST_CASE("refusal: the request id of the header stands in for the body's") {
    auto const told = interpret_refusal(answer(404, {}, {{"x-amz-request-id", "tx0\x01"}}));
    CHECK(told.what.request_id == "tx0 ");
}
