// Forms as browsers post them: taken, and refused, with nothing stored, when one byte of a field is
// changed.
#include "signed_calls.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <string>

using namespace cairn::testing;
using namespace client_for_tests;
using namespace std::chrono_literals;

namespace {

sigv4::post_policy some_policy() {
    return std::move(sigv4::post_policy(identity().time + 10min)
                         .equals("bucket", "bkt")
                         .starts_with("key", "u/")
                         .equals("x-amz-meta-a", "1")
                         .equals("success_action_status", "201")
                         .starts_with("Content-Type", "text/")
                         .content_length(1, 10));
}

sigv4::form_fields signed_fields(sigv4::post_policy const& policy, identity const& who = {}) {
    auto fields = sigv4::signer(who.region, "s3", sigv4::preset::s3)
                      .sign_post(credentials_of(who), policy, who.time)
                      .value()
                      .fields;
    fields.emplace_back("key", "u/${filename}");
    fields.emplace_back("Content-Type", "text/plain");
    return fields;
}

call form(sigv4::form_fields const& fields, std::string const& file = "bytes") {
    std::string body;
    auto const part = [&body](std::string const& parameters, std::string const& content) {
        body += "--limit\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n" + content +
                "\r\n";
    };
    for (auto const& [name, value] : fields)
        part("name=\"" + name + "\"", value);
    part("name=\"file\"; filename=\"a b.txt\"", file);
    return {"POST",
            "/bkt",
            {{"Host", "127.0.0.1"}, {"Content-Type", "multipart/form-data; boundary=limit"}},
            body + "--limit--\r\n"};
}

std::string& value_of(sigv4::form_fields& fields, std::string_view name) {
    return std::find_if(fields.begin(), fields.end(),
                        [name](auto const& f) { return f.first == name; })
        ->second;
}

} // namespace

TEST_CASE("a posted form is stored under its key") {
    s3_server const server(with_bucket());
    auto const got = send(server, form(signed_fields(some_policy())));
    REQUIRE(got.status == 201);
    auto const stored = server.object("bkt", "u/a b.txt");
    REQUIRE(stored);
    CHECK(stored->bytes == "bytes");
    CHECK(stored->content_type == "text/plain");
    CHECK(stored->metadata == header_list{{"x-amz-meta-a", "1"}});
    CHECK(got.header("etag") == stored->etag);
    CHECK(got.header("location") == "http://127.0.0.1/bkt/u%2Fa%20b.txt");
    CHECK(got.body ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse>"
          "<Location>http://127.0.0.1/bkt/u%2Fa%20b.txt</Location><Bucket>bkt</Bucket>"
          "<Key>u/a b.txt</Key><ETag>&quot;4b3a6218bb3e3a7303e8a171a60fcf92&quot;</ETag>"
          "</PostResponse>");
    CHECK(server.requests().back().applied);
    auto virtual_host = form(signed_fields(some_policy()));
    virtual_host.target = "/";
    virtual_host.headers.front().second = "bkt.s3.localhost";
    CHECK(send(server, virtual_host).header("location") == "http://bkt.s3.localhost/u%2Fa%20b.txt");
}

TEST_CASE("a form says how its success is to be answered") {
    s3_server const server(with_bucket());
    auto const post = [&](char const* field, char const* value) {
        sigv4::post_policy policy(identity().time + 10min);
        policy.equals("bucket", "bkt").starts_with("key", "").starts_with("Content-Type", "");
        policy.equals(field, value);
        return send(server, form(signed_fields(policy)));
    };
    CHECK(post("success_action_status", "200").status == 200);
    CHECK(post("success_action_status", "204").status == 204);
    CHECK(post("success_action_status", "404").status == 204);
    CHECK(post("acl", "private").status == 204);
    auto const sent_on = post("success_action_redirect", "https://example.com/done?a=b");
    CHECK(sent_on.status == 303);
    CHECK(sent_on.header("location") ==
          "https://example.com/done?a=b&bucket=bkt&key=u%2Fa%20b.txt&etag="
          "%224b3a6218bb3e3a7303e8a171a60fcf92%22");
    CHECK(post("success_action_redirect", "/done").status == 204);
    CHECK(post("success_action_redirect", "http://x/\r\nSet-Cookie: a").status == 204);
    CHECK(server.counters().applied == 7);
    CHECK(post("x-amz-meta-a", "1\r\nSet-Cookie: a").code() == "InvalidArgument");
    CHECK(post("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==").code() == "BadDigest");
    CHECK(server.counters().applied == 7);
}

TEST_CASE("a form with one byte of a field changed is refused") {
    s3_server const server(with_bucket());
    auto const right = signed_fields(some_policy());
    for (std::size_t field = 0; field < right.size(); ++field)
        for (std::size_t i = 0; i < right[field].second.size(); ++i) {
            auto wrong = right;
            wrong[field].second[i] ^= 1;
            auto const& name = wrong[field].first;
            // The policy leaves this open.
            if ((name == "key" && i > 1) || (name == "Content-Type" && i > 4))
                continue;
            CAPTURE(name, wrong[field].second);
            auto const got = send(server, form(wrong));
            CHECK((got.status == 400 || got.status == 403));
        }
    auto const code = [&](std::string_view name) {
        auto wrong = right;
        value_of(wrong, name).front() ^= 1;
        return send(server, form(wrong)).code();
    };
    CHECK(code("policy") == "SignatureDoesNotMatch");
    CHECK(code("x-amz-signature") == "SignatureDoesNotMatch");
    CHECK(code("x-amz-credential") == "InvalidAccessKeyId");
    CHECK(code("x-amz-date") == "InvalidArgument");
    CHECK(code("x-amz-algorithm") == "InvalidArgument");
    CHECK(code("key") == "AccessDenied");
    CHECK(code("x-amz-meta-a") == "AccessDenied");
    CHECK(server.counters().applied == 0);
}

TEST_CASE("a form is refused as S3 refuses it") {
    auto config = with_bucket();
    config.buckets.push_back("other");
    s3_server const server(config);
    auto const right = signed_fields(some_policy());
    auto const without = [&](std::string_view name) {
        auto fields = right;
        std::erase_if(fields, [name](auto const& f) { return f.first == name; });
        return send(server, form(fields));
    };
    CHECK(without("key").code() == "InvalidArgument");
    CHECK(without("policy").code() == "InvalidArgument");
    CHECK(without("x-amz-signature")
              .body.find(
                  "<ArgumentName>X-Amz-Signature</ArgumentName><ArgumentValue></ArgumentValue>") !=
          std::string::npos);
    CHECK(without("Content-Type").code() == "AccessDenied"); // which the policy wants to be text
    CHECK(send(server, form({{"key", "k"}})).code() == "AccessDenied");
    auto extra = right;
    extra.emplace_back("acl", "private");
    CHECK(send(server, form(extra)).code() == "AccessDenied");
    auto const large = send(server, form(right, std::string(11, 'x')));
    CHECK(large.code() == "EntityTooLarge");
    CHECK(large.body.find("<ProposedSize>11</ProposedSize><MaxSizeAllowed>10</MaxSizeAllowed>") !=
          std::string::npos);
    CHECK(send(server, form(right, "")).code() == "EntityTooSmall");
    auto elsewhere = form(right);
    elsewhere.target = "/other";
    CHECK(send(server, elsewhere).code() == "AccessDenied");
    elsewhere.target = "/none";
    CHECK(send(server, elsewhere).code() == "AccessDenied");
    auto no_form = form(right);
    no_form.headers.back().second = "text/plain";
    CHECK(send(server, no_form).code() == "PreconditionFailed");
    no_form.headers.back().second = "multipart/form-data";
    CHECK(send(server, no_form).code() == "MalformedPOSTRequest");
    CHECK(send(server, form(signed_fields(sigv4::post_policy(identity().time - 1s))))
              .body.find("Invalid according to Policy: Policy expired.") != std::string::npos);
    auto bad = sigv4::signer("us-east-1", "s3", sigv4::preset::s3)
                   .sign_post_document(credentials_of({}), "{}", identity().time)
                   .value()
                   .fields;
    bad.emplace_back("key", "k");
    CHECK(send(server, form(bad)).code() == "InvalidPolicyDocument");
    CHECK(server.counters().applied == 0);
}

TEST_CASE("a form needs the region and the token of the server") {
    auto config = with_bucket();
    config.region = "eu-west-1";
    config.session_token = "token";
    s3_server const server(config);
    identity who;
    auto const post = [&] { return send(server, form(signed_fields(some_policy(), who))); };
    auto const no = post();
    CHECK(no.code() == "InvalidArgument");
    CHECK(no.body.find("<ArgumentName>X-Amz-Credential</ArgumentName>") != std::string::npos);
    CHECK(no.body.find("<Region>eu-west-1</Region>") != std::string::npos);
    CHECK(no.header("x-amz-bucket-region") == "eu-west-1");
    who.region = config.region;
    CHECK(post().code() == "InvalidAccessKeyId");
    who.token = "other";
    CHECK(post().code() == "InvalidToken");
    who.token = "token";
    CHECK(post().status == 201);

    config.wrong_region = wrong_region_answer::redirect_301;
    s3_server const redirecting(config);
    who.region = "us-east-1";
    CHECK(send(redirecting, form(signed_fields(some_policy(), who))).code() == "PermanentRedirect");
}
