// What the server does when nothing goes wrong.
#include "client.hpp"
#include "support/catch.hpp"

#include <cairn/testing/s3_server.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

using namespace cairn::testing;
using namespace client_for_tests;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

s3_server_config with_bucket() {
    s3_server_config config;
    config.buckets = {"bkt"};
    return config;
}

// Sends one signed request and returns its answer; each by a connection of its own.
answer ask(s3_server const& server, std::string method, std::string target, std::string body = {},
           header_list headers = {}, identity const& who = {}) {
    connection c(server.port());
    auto const got = c.exchange(signed_call(
        {std::move(method), std::move(target), std::move(headers), std::move(body)}, who));
    REQUIRE(got);
    return *got;
}

} // namespace

TEST_CASE("an object comes back as it was put, with its metadata") {
    s3_server const server(with_bucket());
    auto const put = ask(server, "PUT", "/bkt/a%20b%2F/%C3%BC", "hello",
                         {{"Content-Type", "text/x"}, {"x-amz-meta-Id", "7"}});
    CHECK(put.status == 200);
    CHECK(put.header("etag") == "\"5d41402abc4b2a76b9719d911017c592\"");
    auto const got = ask(server, "GET", "/bkt/a%20b%2F/%C3%BC");
    CHECK(got.status == 200);
    CHECK(got.body == "hello");
    CHECK(got.header("content-type") == "text/x");
    CHECK(got.header("x-amz-meta-id") == "7");
    CHECK(got.header("etag") == put.header("etag"));
    auto const head = ask(server, "HEAD", "/bkt/a%20b%2F/%C3%BC");
    CHECK(head.status == 200);
    CHECK(head.header("content-length") == "5");
    CHECK(head.body.empty());
    auto const stored = server.object("bkt", "a b//\xc3\xbc");
    REQUIRE(stored);
    CHECK(stored->bytes == "hello");
    CHECK(stored->metadata == header_list{{"x-amz-meta-id", "7"}});

    CHECK(ask(server, "DELETE", "/bkt/a%20b%2F/%C3%BC").status == 204);
    CHECK(ask(server, "DELETE", "/bkt/a%20b%2F/%C3%BC").status == 204);
    CHECK(ask(server, "GET", "/bkt/a%20b%2F/%C3%BC").code() == "NoSuchKey");
    CHECK(server.counters().applied == 2);
}

TEST_CASE("ranges and conditions of reads") {
    s3_server server(with_bucket());
    auto const etag = server.put_object("bkt", "k", "0123456789", {{"x-amz-meta-a", "b"}});
    auto const range = [&](char const* r) {
        auto const got = ask(server, "GET", "/bkt/k", "", {{"Range", r}});
        return std::to_string(got.status) + " " + got.header("content-range") + " " +
               (got.status == 416 ? got.code() : got.body);
    };
    CHECK(range("bytes=2-4") == "206 bytes 2-4/10 234");
    CHECK(range("bytes=8-") == "206 bytes 8-9/10 89");
    CHECK(range("bytes=8-99") == "206 bytes 8-9/10 89");
    CHECK(range("bytes=-3") == "206 bytes 7-9/10 789");
    CHECK(range("bytes=10-") == "416  InvalidRange");
    CHECK(range("bytes=4-2") == "200  0123456789");
    CHECK(ask(server, "GET", "/bkt/k", "", {{"If-Match", etag}}).status == 200);
    CHECK(ask(server, "GET", "/bkt/k", "", {{"If-Match", "\"x\""}}).status == 412);
    auto const unchanged = ask(server, "GET", "/bkt/k", "", {{"If-None-Match", etag}});
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());
    CHECK(ask(server, "GET", "/bkt/k", "", {{"If-None-Match", "\"x\""}}).status == 200);
}

TEST_CASE("conditions of writes, and the digests of their bodies") {
    s3_server server(with_bucket());
    CHECK(ask(server, "PUT", "/bkt/k", "1", {{"If-None-Match", "*"}}).status == 200);
    CHECK(ask(server, "PUT", "/bkt/k", "2", {{"If-None-Match", "*"}}).code() ==
          "PreconditionFailed");
    auto const etag = server.object("bkt", "k")->etag;
    CHECK(ask(server, "PUT", "/bkt/k", "3", {{"If-Match", etag}}).status == 200);
    CHECK(ask(server, "PUT", "/bkt/k", "4", {{"If-Match", etag}}).status == 412);
    CHECK(ask(server, "PUT", "/bkt/j", "4", {{"If-Match", etag}}).status == 404);
    CHECK(server.object("bkt", "k")->bytes == "3");
    server.set_conditions(condition_behaviour::ignored);
    CHECK(ask(server, "PUT", "/bkt/k", "5", {{"If-Match", etag}}).status == 200);

    CHECK(ask(server, "PUT", "/bkt/m", "x", {{"Content-MD5", "nUng5vs8DrOWL3z3thmbsA=="}}).code() ==
          "BadDigest");
    CHECK(ask(server, "PUT", "/bkt/m", "x", {{"Content-MD5", "nUng"}}).code() == "InvalidDigest");
    CHECK(ask(server, "PUT", "/bkt/m", "x", {{"Content-MD5", "ndTkYSaMgDT1yFZOFVxnpg=="}}).status ==
          200);
    identity wrong;
    wrong.payload = std::string(64, 'a');
    CHECK(ask(server, "PUT", "/bkt/m", "x", {}, wrong).code() == "XAmzContentSHA256Mismatch");
    wrong.payload = "UNSIGNED-PAYLOAD";
    CHECK(ask(server, "PUT", "/bkt/m", "x", {}, wrong).status == 200);
}

TEST_CASE("buckets are made, found, listed and removed") {
    s3_server server;
    auto const missing = ask(server, "HEAD", "/bkt");
    CHECK(missing.status == 404);
    CHECK(missing.body.empty());
    CHECK(ask(server, "PUT", "/bkt/k", "x").code() == "NoSuchBucket");
    CHECK(ask(server, "PUT", "/bkt").status == 200);
    CHECK(ask(server, "HEAD", "/bkt").header("x-amz-bucket-region") == "us-east-1");
    CHECK(ask(server, "PUT", "/B").code() == "InvalidBucketName");
    for (auto const* key : {"a&<b", "c/d", "c/e", "f"})
        server.put_object("bkt", key, key);
    CHECK(server.keys("bkt") == std::vector<std::string>{"a&<b", "c/d", "c/e", "f"});
    auto const page = ask(server, "GET", "/bkt?list-type=2&max-keys=2&delimiter=%2F").body;
    CHECK(page.find("<Key>a&amp;&lt;b</Key>") != std::string::npos);
    CHECK(page.find("<CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>") != std::string::npos);
    CHECK(page.find("<IsTruncated>true</IsTruncated>") != std::string::npos);
    auto const at = page.find("<NextContinuationToken>") + 23;
    auto const token = page.substr(at, page.find('<', at) - at);
    auto const next =
        ask(server, "GET",
            "/bkt?list-type=2&encoding-type=url&delimiter=%2F&continuation-token=" + token)
            .body;
    CHECK(next.find("<Key>f</Key>") != std::string::npos);
    CHECK(next.find("<KeyCount>1</KeyCount>") != std::string::npos);
    CHECK(ask(server, "GET", "/bkt?list-type=2&continuation-token=x").code() == "InvalidArgument");
    CHECK(ask(server, "GET", "/bkt?location").body.find("<LocationConstraint") !=
          std::string::npos);
    CHECK(ask(server, "DELETE", "/bkt").code() == "BucketNotEmpty");
    CHECK(ask(server, "GET", "/bkt?versioning").code() == "NotImplemented");
}

TEST_CASE("errors are documents that name the request; those of HEAD have no body") {
    s3_server const server(with_bucket());
    auto const got = ask(server, "GET", "/bkt/no%26ne");
    CHECK(got.status == 404);
    CHECK(got.header("content-type") == "application/xml");
    CHECK(got.body.find("<Resource>/bkt/no%26ne</Resource>") != std::string::npos);
    CHECK(got.body.find("<RequestId>" + got.header("x-amz-request-id") + "</RequestId>") !=
          std::string::npos);
    auto const head = ask(server, "HEAD", "/bkt/none");
    CHECK(head.status == 404);
    CHECK(head.body.empty());
    CHECK_FALSE(head.header("x-amz-request-id").empty());
}

TEST_CASE("who may not come in is told why") {
    auto config = with_bucket();
    config.session_token = "token";
    config.region = "eu-west-1";
    config.wrong_region = wrong_region_answer::redirect_301;
    s3_server const server(config);
    identity who;
    who.region = "eu-west-1";
    auto const code = [&] { return ask(server, "GET", "/bkt/k", "", {}, who).code(); };
    CHECK(code() == "InvalidAccessKeyId");
    who.token = "other";
    CHECK(code() == "InvalidToken");
    who.token = "token";
    CHECK(code() == "NoSuchKey");
    who.secret += "x";
    CHECK(code() == "SignatureDoesNotMatch");
    who.secret = identity{}.secret;
    who.time -= std::chrono::minutes(20);
    CHECK(code() == "RequestTimeTooSkewed");
    who.time = identity{}.time;
    who.region = "us-east-1";
    auto const elsewhere = ask(server, "HEAD", "/bkt", "", {}, who);
    CHECK(elsewhere.status == 301);
    CHECK(elsewhere.header("x-amz-bucket-region") == "eu-west-1");
    CHECK(server.requests().back().code == "PermanentRedirect");
}

TEST_CASE("AWS's published PUT and GET work on the wire, by virtual host") {
    s3_server_config config;
    config.access_key_id = "AKIAIOSFODNN7EXAMPLE";
    config.secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    config.base_domain = "s3.amazonaws.com";
    config.buckets = {"examplebucket"};
    config.clock = [] { return std::chrono::system_clock::from_time_t(1369353600); };
    s3_server server(config);
    server.put_object("examplebucket", "test.txt", "0123456789abc");
    std::string const credential =
        "Authorization: AWS4-HMAC-SHA256 "
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,";
    std::string const common = "Host: examplebucket.s3.amazonaws.com\r\n"
                               "x-amz-date: 20130524T000000Z\r\n";
    connection c(server.port());
    c.send("PUT /test%24file.text HTTP/1.1\r\n" + common +
           "Date: Fri, 24 May 2013 00:00:00 GMT\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n"
           "x-amz-content-sha256: "
           "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\r\n"
           "Content-Length: 21\r\n" +
           credential +
           "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
           "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd\r\n\r\n"
           "Welcome to Amazon S3.");
    CHECK(c.receive().value().status == 200);
    CHECK(server.object("examplebucket", "test$file.text")->bytes == "Welcome to Amazon S3.");
    c.send("GET /test.txt HTTP/1.1\r\n" + common +
           "Range: bytes=0-9\r\nx-amz-content-sha256: "
           "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n" +
           credential +
           "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
           "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\r\n\r\n");
    CHECK(c.receive().value().body == "0123456789");
    CHECK(server.counters().connections_accepted == 1);
}

TEST_CASE("100-continue: a refusal comes before the body, else the body is asked for") {
    s3_server const server(with_bucket());
    auto call = signed_call({"PUT", "/bkt/k", {}, "hello"}, {});
    call.headers.emplace_back("Expect", "100-continue");
    auto head = call;
    head.body.clear();
    connection c(server.port());
    c.send(on_wire(head));
    auto const go = c.receive();
    REQUIRE(go);
    CHECK(go->status == 100);
    c.send("hello");
    CHECK(c.receive().value().status == 200);
    CHECK(server.counters().continues_sent == 1);

    head.headers.emplace_back("x-amz-acl", "not signed");
    connection d(server.port());
    d.send(on_wire(head));
    auto const no = d.receive();
    REQUIRE(no);
    CHECK(no->status == 403);
    CHECK(no->header("connection") == "close");
    CHECK(d.rest().empty());
}

TEST_CASE("what is no S3 request is refused") {
    auto config = with_bucket();
    config.max_object_size = 10;
    s3_server const server(config);
    CHECK(ask(server, "PUT", "/bkt/k", std::string(11, 'x')).code() == "EntityTooLarge");
    CHECK(ask(server, "PUT", "/bkt/" + std::string(1025, 'k'), "x").code() == "KeyTooLongError");
    CHECK(ask(server, "PATCH", "/bkt/k").code() == "NotImplemented");
    connection c(server.port());
    c.send("PUT /bkt/k HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(c.receive().value().code() == "MissingContentLength");
    connection d(server.port());
    d.send("GET /bkt/k HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(d.receive().value().code() == "AccessDenied");
    connection e(server.port());
    e.send("nonsense\r\n\r\n");
    CHECK(e.receive().value().status == 400);
}

TEST_CASE("HTTPS, verified with the certificate that was made for it") {
    auto config = with_bucket();
    config.tls = make_self_signed_certificate();
    s3_server server(config);
    CHECK(server.endpoint() == "https://127.0.0.1:" + std::to_string(server.port()));
    server.put_object("bkt", "k", std::string(300'000, 'x'));
    connection c(server.port(), config.tls->certificate_pem);
    for (int i = 0; i < 3; ++i)
        CHECK(c.exchange(signed_call({"GET", "/bkt/k", {}, ""}, {})).value().body.size() ==
              300'000);
    CHECK(server.counters().connections_accepted == 1);
    CHECK_THROWS_AS(
        connection(server.port(), make_self_signed_certificate({}, {"127.0.0.1"}).certificate_pem),
        boost::system::system_error);
}

TEST_CASE("connections are counted, and closed when they are idle") {
    auto config = with_bucket();
    config.idle_timeout = milliseconds(300);
    s3_server server(config);
    connection c(server.port());
    REQUIRE(c.exchange(signed_call({"HEAD", "/bkt", {}, ""}, {})));
    CHECK(server.counters().connections_accepted == 1);
    CHECK(server.wait_for_open_connections(0, seconds(5)));
    CHECK(c.rest().empty());
    connection half(server.port());
    half.send("GET /bkt/k HT");
    CHECK(half.rest().empty());
    connection slow(server.port());
    auto call = signed_call({"PUT", "/bkt/k", {}, "hello"}, {});
    call.body = "hel";
    CHECK(slow.exchange(call).value().code() == "RequestTimeout");
    CHECK(server.keys("bkt").empty());
}

TEST_CASE("idle connections are closed on demand, busy ones are not") {
    s3_server server(with_bucket());
    connection idle(server.port());
    REQUIRE(idle.exchange(signed_call({"HEAD", "/bkt", {}, ""}, {})));
    server.inject({{}, delay(milliseconds(300), milliseconds(0))});
    connection busy(server.port());
    busy.send(on_wire(signed_call({"HEAD", "/bkt", {}, ""}, {})));
    REQUIRE(server.wait_for_requests(2, seconds(5)));
    server.close_idle_connections();
    CHECK(idle.rest().empty());
    CHECK(busy.receive("HEAD").value().status == 200);
    server.close_connections();
    CHECK(busy.rest().empty());
    CHECK(server.wait_for_open_connections(0, seconds(5)));
}

TEST_CASE("connections are rejected when they are to be") {
    s3_server server(with_bucket());
    server.reject_connections(2);
    auto const head = signed_call({"HEAD", "/bkt", {}, ""}, {});
    CHECK_FALSE(connection(server.port()).exchange(head));
    CHECK_FALSE(connection(server.port()).exchange(head));
    CHECK(connection(server.port()).exchange(head));
    CHECK(server.counters().connections_accepted == 3);
    CHECK(server.counters().requests == 1);
}

TEST_CASE("what is not HTTP does not touch the log of what was, on the same connection") {
    s3_server const server(with_bucket());
    connection c(server.port());
    REQUIRE(c.exchange(signed_call({"HEAD", "/bkt", {}, ""}, {})));
    c.send("nonsense\r\n\r\n");
    CHECK(c.receive().value().status == 400);
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].status == 200);
}

TEST_CASE("of many that create one key at once, one does") {
    s3_server const server(with_bucket());
    std::vector<std::thread> threads;
    std::vector<int> statuses(8);
    for (auto& status : statuses)
        threads.emplace_back([&server, &status] {
            connection c(server.port());
            auto const got = c.exchange(
                signed_call({"PUT", "/bkt/k", {{"If-None-Match", "*"}}, "x"}, identity()));
            status = got ? got->status : 0;
        });
    for (auto& t : threads)
        t.join();
    CHECK(std::count(statuses.begin(), statuses.end(), 200) == 1);
    CHECK(std::count(statuses.begin(), statuses.end(), 412) == 7);
    CHECK(server.counters().applied == 1);
}

TEST_CASE("the log tells what came and what became of it") {
    s3_server server(with_bucket());
    ask(server, "PUT", "/bkt/a%20b", "x", {{"x-custom", "1"}});
    ask(server, "GET", "/bkt/none");
    auto const log = server.requests();
    REQUIRE(log.size() == 2);
    CHECK(log[0].number == 1);
    CHECK(log[0].head.method == "PUT");
    CHECK(log[0].head.target == "/bkt/a%20b");
    CHECK(log[0].head.header("X-Custom") == "1");
    CHECK(log[0].bucket == "bkt");
    CHECK(log[0].key == "a b");
    CHECK(log[0].status == 200);
    CHECK(log[0].applied);
    CHECK(log[1].connection == 2);
    CHECK(log[1].code == "NoSuchKey");
    CHECK_FALSE(log[1].applied);
    server.clear_requests();
    ask(server, "DELETE", "/bkt/a%20b");
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].number == 3);
    CHECK(server.requests()[0].applied);
}
