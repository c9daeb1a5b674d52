// The signatures are those that AWS publishes in "Authenticating Requests: Using the Authorization
// Header" and "Using Query Parameters" (Amazon S3 API Reference).
#include "support/catch.hpp"

#include <cairn/sigv4/time.hpp>
#include <cairn/testing/request_verifier.hpp>

using namespace cairn::testing;
using std::chrono::minutes;

namespace {

constexpr char const* empty_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char const* welcome_hash =
    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";

verifier_config example_config() {
    verifier_config config;
    config.access_key_id = "AKIAIOSFODNN7EXAMPLE";
    config.secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    config.region = "us-east-1";
    return config;
}

auto const then = cairn::sigv4::timestamp::parse("20130524T000000Z").value().time();

request_head example(std::string method, std::string target, header_list extra, std::string hash,
                     std::string names, std::string signature) {
    request_head head{std::move(method), std::move(target), std::move(extra)};
    head.headers.emplace_back("Host", "examplebucket.s3.amazonaws.com");
    head.headers.emplace_back("x-amz-date", "20130524T000000Z");
    head.headers.emplace_back("x-amz-content-sha256", std::move(hash));
    head.headers.emplace_back(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=" +
            names + ",Signature=" + signature);
    return head;
}

request_head get_example() {
    return example("GET", "/test.txt", {{"Range", "bytes=0-9"}}, empty_hash,
                   "host;range;x-amz-content-sha256;x-amz-date",
                   "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

std::string code(std::optional<refusal> const& no) {
    return no ? no->code : "";
}

void replace(request_head& head, std::string const& name, std::string const& value) {
    for (auto& field : head.headers)
        if (field.first == name)
            field.second = value;
}

} // namespace

TEST_CASE("the signatures of AWS's examples are right") {
    request_verifier const verifier(example_config());
    CHECK(code(verifier.verify(get_example(), then)) == "");
    CHECK(code(verifier.verify(
              example("PUT", "/test%24file.text",
                      {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                       {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                      welcome_hash, "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
              then)) == "");
    auto const names = "host;x-amz-content-sha256;x-amz-date";
    CHECK(code(verifier.verify(
              example("GET", "/?lifecycle", {}, empty_hash, names,
                      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
              then)) == "");
    CHECK(code(verifier.verify(
              example("GET", "/?max-keys=2&prefix=J", {}, empty_hash, names,
                      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
              then)) == "");
}

TEST_CASE("any change to what was signed is noticed") {
    request_verifier const verifier(example_config());
    auto const changed = [&](auto&& change) {
        auto head = get_example();
        change(head);
        return code(verifier.verify(head, then));
    };
    CHECK(changed([](request_head& h) { h.method = "PUT"; }) == "SignatureDoesNotMatch");
    CHECK(changed([](request_head& h) { h.target = "/test.txT"; }) == "SignatureDoesNotMatch");
    CHECK(changed([](request_head& h) { h.target += "?x"; }) == "SignatureDoesNotMatch");
    CHECK(changed([](request_head& h) { replace(h, "Range", "bytes=0-8"); }) ==
          "SignatureDoesNotMatch");
    CHECK(changed([](request_head& h) { replace(h, "Host", "other"); }) == "SignatureDoesNotMatch");
    CHECK(changed([](request_head& h) {
              replace(h, "x-amz-content-sha256", "UNSIGNED-PAYLOAD");
          }) == "SignatureDoesNotMatch");
    CHECK(changed([](request_head& h) { replace(h, "x-amz-date", "20130524T000001Z"); }) ==
          "SignatureDoesNotMatch");
    CHECK(changed([](request_head& h) { h.headers.emplace_back("x-amz-acl", "private"); }) ==
          "AccessDenied");
    CHECK(changed([](request_head& h) { h.headers.emplace_back("user-agent", "me"); }) == "");
    CHECK(changed([](request_head& h) { replace(h, "Range", "  bytes=0-9 "); }) == "");

    auto config = example_config();
    config.secret_access_key += "x";
    CHECK(code(request_verifier(config).verify(get_example(), then)) == "SignatureDoesNotMatch");
}

TEST_CASE("an unknown key, a wrong token, region, service and time are told apart") {
    auto config = example_config();
    request_verifier const verifier(config);
    CHECK(code(verifier.verify(get_example(), then + minutes(15))) == "");
    CHECK(code(verifier.verify(get_example(), then + minutes(16))) == "RequestTimeTooSkewed");
    CHECK(code(verifier.verify(get_example(), then - minutes(16))) == "RequestTimeTooSkewed");
    auto with_token = get_example();
    with_token.headers.emplace_back("x-amz-security-token", "t");
    CHECK(code(verifier.verify(with_token, then)) == "InvalidToken");
    config.session_token = "other";
    CHECK(code(request_verifier(config).verify(with_token, then)) == "InvalidToken");
    CHECK(code(request_verifier(config).verify(get_example(), then)) == "InvalidAccessKeyId");
    config = example_config();
    config.access_key_id = "AKIAOTHER";
    CHECK(code(request_verifier(config).verify(get_example(), then)) == "InvalidAccessKeyId");
    config = example_config();
    config.region = "eu-west-1";
    auto const no = request_verifier(config).verify(get_example(), then);
    REQUIRE(code(no) == "AuthorizationHeaderMalformed");
    CHECK(no->status == 400);
    CHECK(no->details == header_list{{"Region", "eu-west-1"}});
    config.region.clear();
    CHECK(code(request_verifier(config).verify(get_example(), then)) == "");
}

TEST_CASE("requests without a usable signature are refused") {
    request_verifier const verifier(example_config());
    CHECK(code(verifier.verify({"GET", "/", {}}, then)) == "AccessDenied");
    CHECK(code(verifier.verify({"GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", {}}, then)) ==
          "AuthorizationQueryParametersError");
    auto head = get_example();
    replace(head, "Authorization", "AWS AKIA:xyz");
    CHECK(code(verifier.verify(head, then)) == "AuthorizationHeaderMalformed");
    head = get_example();
    replace(head, "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    CHECK(code(verifier.verify(head, then)) == "SignatureDoesNotMatch");
    replace(head, "x-amz-content-sha256", "nonsense");
    CHECK(code(verifier.verify(head, then)) == "InvalidArgument");
    head = get_example();
    replace(head, "x-amz-date", "20131324T000000Z");
    CHECK(code(verifier.verify(head, then)) == "AccessDenied");
    head = get_example();
    std::erase_if(head.headers, [](auto const& h) { return h.first == "x-amz-content-sha256"; });
    CHECK(code(verifier.verify(head, then)) == "InvalidRequest");
    head = get_example();
    head.target += "?X-Amz-Signature=00";
    CHECK(code(verifier.verify(head, then)) == "InvalidArgument");
}

TEST_CASE("a refused signature is shown with what the server has signed") {
    auto config = example_config();
    config.secret_access_key += "x";
    auto const no = request_verifier(config).verify(get_example(), then);
    REQUIRE(no);
    CHECK(no->status == 403);
    header_list const expected = {
        {"AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE"},
        {"StringToSign", "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
                         "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972"},
        {"SignatureProvided", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
        {"CanonicalRequest",
         std::string("GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
                     "x-amz-content-sha256:") +
             empty_hash + "\nx-amz-date:20130524T000000Z\n\n" +
             "host;range;x-amz-content-sha256;x-amz-date\n" + empty_hash}};
    CHECK(no->details == expected);
    auto head = get_example();
    head.headers.emplace_back("x-amz-acl", "private");
    CHECK(request_verifier(example_config()).verify(head, then).value().details ==
          header_list{{"HeadersNotSigned", "x-amz-acl"}});
}

TEST_CASE("AWS's presigned example is right, until it expires") {
    request_verifier const verifier(example_config());
    request_head const head{
        "GET",
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%"
        "2F20130524"
        "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
        "&X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        {{"Host", "examplebucket.s3.amazonaws.com"}}};
    using std::chrono::hours;
    CHECK(code(verifier.verify(head, then)) == "");
    CHECK(code(verifier.verify(head, then + hours(24))) == "");
    auto const late = verifier.verify(head, then + hours(25));
    REQUIRE(code(late) == "AccessDenied");
    CHECK(late->status == 403);
    CHECK(late->message == "Request has expired");
    CHECK(late->details == header_list{{"X-Amz-Expires", "86400"},
                                       {"Expires", "2013-05-25T00:00:00.000Z"},
                                       {"ServerTime", "2013-05-25T01:00:00.000Z"}});
    CHECK(verifier.verify(head, then - minutes(16)).value().message == "Request is not valid yet");
    auto const changed = [&](std::string const& from, std::string const& to) {
        auto other = head;
        other.target.replace(other.target.find(from), from.size(), to);
        return code(verifier.verify(other, then));
    };
    CHECK(changed("86400", "86401") == "SignatureDoesNotMatch");
    CHECK(changed("86400", "604801") == "AuthorizationQueryParametersError");
    CHECK(changed("86400", "soon") == "AuthorizationQueryParametersError");
    CHECK(changed("AKIAIOSFODNN7EXAMPLE", "AKIAOTHER") == "InvalidAccessKeyId");
    CHECK(changed("&X-Amz-SignedHeaders=host", "") == "AuthorizationQueryParametersError");
    CHECK(changed("us-east-1", "eu-west-1") == "AuthorizationQueryParametersError");
    auto config = example_config();
    config.region = "eu-west-1";
    auto const elsewhere = request_verifier(config).verify(head, then);
    REQUIRE(elsewhere);
    CHECK(elsewhere->message == "Error parsing the X-Amz-Credential parameter; the region "
                                "'us-east-1' is wrong; expecting 'eu-west-1'");
    CHECK(elsewhere->details == header_list{{"Region", "eu-west-1"}});
    auto chunked = head;
    chunked.headers.emplace_back("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    CHECK(code(verifier.verify(chunked, then)) == "NotImplemented");
}

TEST_CASE("the body is compared with the hash that was promised") {
    request_verifier const verifier(example_config());
    request_head head{"PUT", "/", {{"x-amz-content-sha256", welcome_hash}}};
    CHECK(code(verifier.verify_body(head, "Welcome to Amazon S3.")) == "");
    CHECK(code(verifier.verify_body(head, "Welcome to Amazon S3!")) == "XAmzContentSHA256Mismatch");
    head.headers.front().second = "UNSIGNED-PAYLOAD";
    CHECK(code(verifier.verify_body(head, "anything")) == "");
}
