#include <cairn/sigv4/post_policy.hpp>

#include <cairn/sigv4/signer.hpp>
#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/verify/verifier.hpp>

#include "support/catch.hpp"

#include <string>

using namespace cairn::sigv4;
using namespace std::chrono_literals;

namespace {

credentials const example("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
credentials const guest("AKIDGUEST", "guest's secret", "guest/token");
signer const s3("us-east-1", "s3", preset::s3);
verifier const server("us-east-1", "s3", preset::s3);
auto const noon = timestamp::parse("20261121T120000Z").value().time();

credentials find(std::string_view key_id) {
    return key_id == "AKIDGUEST" ? guest : key_id.empty() ? credentials() : example;
}

std::string* field(form_fields& fields, std::string_view name) {
    for (auto& [n, value] : fields)
        if (n == name)
            return &value;
    return nullptr;
}

std::string json_of(post_policy const& policy) {
    std::string text;
    REQUIRE(policy.write_json(text).has_value());
    return text;
}

post_policy uploads() {
    return post_policy(noon + 1h)
        .equals("bucket", "stones")
        .starts_with("key", "user/")
        .equals("acl", "private")
        .starts_with("Content-Type", "image/")
        .starts_with("x-amz-meta-tag", "")
        .content_length(1, 100);
}

form_fields filled(credentials const& who = example) {
    form_fields fields = s3.sign_post(who, uploads(), noon).value().fields;
    fields.emplace_back("key", "user/a.png");
    fields.emplace_back("Content-Type", "image/png");
    fields.emplace_back("X-Amz-Meta-Tag", "anything");
    fields.emplace_back("x-ignore-me", "1");
    return fields;
}

verification seen(form_fields const& fields, std::uint64_t size = 50,
                  std::string_view bucket = "stones",
                  std::chrono::system_clock::time_point now = noon + 1min) {
    return server.verify_post({fields, bucket, size}, find, now);
}

// A form for a policy that is not one of ours.
verification seen_policy(std::string_view json, form_fields more = {}) {
    form_fields fields = s3.sign_post_document(example, json, noon).value().fields;
    fields.insert(fields.end(), more.begin(), more.end());
    return seen(fields);
}

} // namespace

// AWS's page "Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)".
TEST_CASE("S3's documented example: a POST policy") {
    std::string_view const policy =
        "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n"
        "  \"conditions\": [\r\n"
        "    {\"bucket\": \"sigv4examplebucket\"},\r\n"
        "    [\"starts-with\", \"$key\", \"user/user1/\"],\r\n"
        "    {\"acl\": \"public-read\"},\r\n"
        "    {\"success_action_redirect\": "
        "\"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},\r\n"
        "    [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n"
        "    {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n"
        "    {\"x-amz-server-side-encryption\": \"AES256\"},\r\n"
        "    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n"
        "\r\n"
        "    {\"x-amz-credential\": "
        "\"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},\r\n"
        "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n"
        "    {\"x-amz-date\": \"20151229T000000Z\" }\r\n"
        "  ]\r\n"
        "}";
    auto const day = timestamp::parse("20151229T000000Z").value().time();
    auto form = s3.sign_post_document(example, policy, day).value();
    CHECK(*field(form.fields, "x-amz-signature") ==
          "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    CHECK(
        field(form.fields, "policy")->starts_with("eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAw"));
    CHECK(form.policy_json == policy);

    for (auto const& [name, value] :
         form_fields{{"key", "user/user1/${filename}"},
                     {"acl", "public-read"},
                     {"success_action_redirect",
                      "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},
                     {"Content-Type", "image/jpeg"},
                     {"x-amz-meta-uuid", "14365123651274"},
                     {"x-amz-server-side-encryption", "AES256"},
                     {"x-amz-meta-tag", "t"}})
        form.fields.emplace_back(name, value);
    CHECK(seen(form.fields, 1, "sigv4examplebucket", day + 12h).detail == "");
    CHECK(seen(form.fields, 1, "otherbucket", day + 12h).found == verdict::policy_violated);
    CHECK(seen(form.fields, 1, "sigv4examplebucket", day + 36h + 1s).found == verdict::expired);
}

TEST_CASE("a policy's document holds its conditions and those that bind it to the signer") {
    auto const form = s3.sign_post(guest, uploads(), noon).value();
    CHECK(form.policy_json ==
          R"({"expiration":"2026-11-21T13:00:00.000Z","conditions":[{"bucket":"stones"},)"
          R"(["starts-with","$key","user/"],{"acl":"private"},)"
          R"(["starts-with","$Content-Type","image/"],["starts-with","$x-amz-meta-tag",""],)"
          R"(["content-length-range",1,100],{"x-amz-algorithm":"AWS4-HMAC-SHA256"},)"
          R"({"x-amz-credential":"AKIDGUEST/20261121/us-east-1/s3/aws4_request"},)"
          R"({"x-amz-date":"20261121T120000Z"},{"x-amz-security-token":"guest/token"}]})");
    std::vector<std::string> names;
    for (auto const& [name, value] : form.fields)
        names.push_back(name);
    CHECK(names == std::vector<std::string>{"acl", "x-amz-algorithm", "x-amz-credential",
                                            "x-amz-date", "x-amz-security-token", "policy",
                                            "x-amz-signature"});
    CHECK(json_of(post_policy(noon + 5ms)) ==
          R"({"expiration":"2026-11-21T12:00:00.005Z","conditions":[]})");
    CHECK(json_of(post_policy(noon).equals("k\"", "\x01\\")).find(R"({"k\"":"\u0001\\"})") !=
          std::string::npos);
}

TEST_CASE("a form that keeps to its policy is valid") {
    for (auto const& who : {example, guest}) {
        auto const v = seen(filled(who));
        CHECK(v.detail == "");
        CHECK(v.valid());
        CHECK(v.access_key_id == who.access_key_id());
        CHECK(v.who.id() == who.id());
    }
}

TEST_CASE("a changed form is not") {
    for (auto const* name : {"policy", "x-amz-signature", "x-amz-credential", "x-amz-date",
                             "x-amz-algorithm", "acl", "key", "Content-Type"}) {
        CAPTURE(name);
        form_fields fields = filled();
        field(fields, name)->front() ^= 1;
        CHECK(!seen(fields).valid());
        fields = filled();
        std::erase_if(fields, [name](auto const& f) { return f.first == name; });
        CHECK(!seen(fields).valid());
    }
    form_fields fields = filled();
    fields.emplace_back("x-amz-meta-other", "1");
    CHECK(seen(fields).detail == "no condition covers the field \"x-amz-meta-other\"");
    CHECK(seen(filled(), 0).detail == "the file's size is outside the content-length-range");
    CHECK(seen(filled(), 101).found == verdict::policy_violated);
    CHECK(seen(filled(), 50, "pebbles").detail ==
          "the condition on the field \"bucket\" does not hold");
    CHECK(seen(filled(), 50, "stones", noon + 1h + 1s).found == verdict::expired);
    CHECK(seen(filled(), 50, "stones", noon - 16min).found == verdict::clock_skew);
    fields = filled(guest);
    std::erase_if(fields, [](auto const& f) { return f.first == "x-amz-security-token"; });
    CHECK(seen(fields).found == verdict::wrong_token);
    fields = filled();
    fields.emplace_back("policy", "e30=");
    CHECK(seen(fields).found == verdict::malformed);
    CHECK(seen({}).found == verdict::malformed);
}

TEST_CASE("a policy may last longer than the clock can count") {
    auto const lasting = [](std::string const& until) {
        return seen_policy(R"({"expiration":")" + until +
                           R"(","conditions":[{"bucket":"stones"},)"
                           R"(["starts-with","$x-amz-credential",""],)"
                           R"(["starts-with","$x-amz-algorithm",""],)"
                           R"(["starts-with","$x-amz-date",""]]})");
    };
    CHECK(lasting("9999-12-31T23:59:59Z").detail == "");
    CHECK(lasting("2262-01-01T00:00:00.000Z").detail == "");
    CHECK(lasting("2400-02-29T00:00:00Z").detail == "");
    for (auto const* text :
         {"9999-13-31T23:59:59Z", "99a9-12-31T23:59:59Z", "9999-12-31T24:59:59Z"})
        CHECK(lasting(text).found == verdict::malformed);
}

TEST_CASE("a policy has to cover the bucket") {
    std::string const json = R"({"expiration":"2026-11-21T13:00:00Z","conditions":[)"
                             R"(["starts-with","$x-amz-credential",""],)"
                             R"(["starts-with","$x-amz-algorithm",""],)"
                             R"(["starts-with","$x-amz-date",""])";
    CHECK(seen_policy(json + "]}").found == verdict::policy_violated);
    CHECK(seen_policy(json + "]}").detail == "no condition covers the bucket");
    CHECK(seen_policy(json + R"(,["starts-with","$bucket",""]]})").detail == "");
    // A service without buckets.
    auto const fields = s3.sign_post_document(example, json + "]}", noon).value().fields;
    CHECK(seen(fields, 50, "").detail == "");
}

TEST_CASE("each of several content types has to begin as demanded") {
    form_fields fields = filled();
    *field(fields, "Content-Type") = "image/png, image/gif";
    CHECK(seen(fields).valid());
    *field(fields, "Content-Type") = "image/png,text/html";
    CHECK(seen(fields).found == verdict::policy_violated);
}

TEST_CASE("policies that cannot be read are named") {
    std::string const rest = R"({"expiration":"2026-11-21T13:00:00Z","conditions":[)"
                             R"({"bucket":"stones"},)"
                             R"(["starts-with","$x-amz-credential",""],)"
                             R"(["starts-with","$x-amz-algorithm",""],)"
                             R"(["starts-with","$x-amz-date",""])";
    CHECK(seen_policy(rest + "]}").detail == "");
    CHECK(seen_policy(rest + R"(,["content-length-range","1","50"]]})").detail == "");
    CHECK(seen_policy(rest + R"(,["EQ","$acl","a"]]})", {{"acl", "a"}}).detail == "");
    struct row {
        std::string policy;
        std::string_view detail;
    };
    for (auto const& [policy, detail] :
         {row{" ", "the policy is not an object"}, row{"[]", "the policy is not an object"},
          row{"{}", "the policy has no expiration or no conditions"},
          row{rest + "]", "the policy is not JSON: "},
          row{rest + "]}x", "the policy is not JSON: "},
          row{R"({"expiration":"tomorrow","conditions":[]})",
              "the policy's expiration is not of the form 2015-12-30T12:00:00.000Z"},
          row{R"({"expiration":"2026-11-21T13:00:00.Z","conditions":[]})",
              "the policy's expiration is not of the form 2015-12-30T12:00:00.000Z"},
          row{R"({"expiration":"2026-11-21T13:00:00.0aZ","conditions":[]})",
              "the policy's expiration is not of the form 2015-12-30T12:00:00.000Z"},
          row{R"({"expiration":7,"conditions":[]})",
              "the policy has something else where a text belongs"},
          row{R"({"expiration":"2026-11-21T13:00:00Z","conditions":{}})",
              "the policy's conditions are not a list"},
          row{rest + ",7]}", "a condition of the policy is neither an object nor a list"},
          row{rest + R"(,["like","$key","a"]]})",
              "a condition of the policy has the unknown operator \"like\""},
          row{rest + R"(,[]]})", "a condition of the policy has no operator"},
          row{rest + R"(,["eq","$key"]]})", "a condition of the policy does not have three parts"},
          row{rest + R"(,["eq","key","a"]]})",
              "a condition's field does not begin with a dollar sign"},
          row{rest + R"(,["content-length-range",1,-5]]})",
              "a bound of content-length-range is no whole number"},
          row{rest + R"(,["content-length-range",1]]})",
              "a content-length-range does not have two bounds"},
          row{R"({"expiration":"2026-11-21T13:00:00Z","conditions":[],"conditions":[]})",
              "the policy has two lists of conditions"}}) {
        CAPTURE(policy);
        auto const v = seen_policy(policy);
        CHECK(v.found == verdict::malformed);
        CHECK(v.detail.substr(0, detail.size()) == detail);
    }
}

TEST_CASE("a policy that cannot be signed is refused") {
    auto const message = [](post_policy const& policy, credentials const& who = example) {
        auto const form = s3.sign_post(who, policy, noon);
        return form ? "accepted" : form.error().message;
    };
    CHECK(message(uploads(), {}) == "there are no credentials");
    CHECK(message(uploads().equals("X-Amz-Date", "20260101T000000Z")) ==
          "the policy has a condition on x-amz-date, which signing adds");
    CHECK(message(uploads().content_length(5, 4)) ==
          "the least size of the file is above the most");
    CHECK(message(uploads().equals("key", "\xff")) == "a field of the policy is not UTF-8");
    CHECK(message(post_policy(timestamp::parse("19700101T000000Z").value().time() - 1s)) ==
          "the policy's expiration lies outside the years 1970 to 2261");
}
