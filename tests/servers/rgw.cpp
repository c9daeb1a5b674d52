// The client against Ceph's gateway: run it with what tests/servers/rgw_up.sh wrote sourced.
#include "servers/rgw_fixture.hpp"

#include <cairn/s3_storage/s3_storage.hpp>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

using rgw::fixture;
using namespace cairn;
namespace asio = boost::asio;

TEST_CASE("rgw: each operation") {
    fixture f;
    auto c = f.client();
    auto const b = f.bucket(c, "operations");
    auto const there =
        f.run<s3::head_bucket_result>([&](auto h) { c.async_head_bucket({.bucket = b}, h); });
    CHECK(there);
    auto const nowhere = f.run<s3::head_bucket_result>(
        [&](auto h) { c.async_head_bucket({.bucket = "cairn-there-is-none"}, h); });
    CHECK(nowhere.error().code == condition::absent);
    CHECK(f.get(c, {.bucket = "cairn-there-is-none", .key = "k"}).error().code ==
          errc::no_such_bucket);

    s3::metadata_entry const metadata[] = {{"who", "me"}};
    auto const put =
        f.put(c, {.bucket = b, .key = "k", .content_type = "text/plain", .metadata = metadata},
              "content");
    REQUIRE(put);
    auto const got = f.get(c, {.bucket = b, .key = "k"});
    REQUIRE(got);
    CHECK(got->body == "content");
    CHECK(got->etag == put->etag);
    CHECK(got->headers.find("x-amz-meta-who") == "me");
    CHECK(got->headers.find("content-type") == "text/plain");
    auto const head = f.run<s3::head_object_result>(
        [&](auto h) { c.async_head_object({.bucket = b, .key = "k"}, h); });
    REQUIRE(head);
    CHECK(head->size == 7);

    auto const range = [&](std::uint64_t offset, std::uint64_t length) {
        return f.get(c, {.bucket = b, .key = "k", .range = byte_range{offset, length}});
    };
    CHECK(range(2, 3)->body == "nte");
    CHECK(range(2, 3)->size == 7);
    CHECK(range(5, 100)->body == "nt");
    CHECK(range(5, ~std::uint64_t{0})->body == "nt");
    CHECK(range(7, 1).error().status == 416);

    for (int i = 0; i != 2; ++i) // the second finds nothing to remove
        CHECK(f.run<void>([&](auto h) { c.async_delete_object({.bucket = b, .key = "k"}, h); }));
    CHECK(f.get(c, {.bucket = b, .key = "k"}).error().code == errc::not_found);
    auto const gone = f.run<s3::head_object_result>(
        [&](auto h) { c.async_head_object({.bucket = b, .key = "k"}, h); });
    CHECK(gone.error().code == errc::not_found);
}

TEST_CASE("rgw: keys with unusual characters are written, read and listed as they are") {
    fixture f;
    auto c = f.client();
    auto const b = f.bucket(c, "keys");
    std::set<std::string> const keys = {
        "a b",  "a+b",     "a=b@c", "a//b",        "/a",
        "a/",   "%41",     "?q#f",  "a/../b",      "./x",
        "~",    "*'()!",   "&;:,$", "caf\xc3\xa9", "\xf0\x9f\x98\x80/\xe6\x97\xa5",
        "a\\b", "a\"b<c>", "a\tb"};
    for (auto const& key : keys) {
        CAPTURE(key);
        REQUIRE(f.put(c, {.bucket = b, .key = key}, key));
        auto const got = f.get(c, {.bucket = b, .key = key});
        REQUIRE(got);
        CHECK(got->body == key);
    }
    auto const all = f.list(c, {.bucket = b});
    REQUIRE(all);
    std::set<std::string> listed;
    for (auto const& o : all->objects)
        listed.insert(o.key);
    CHECK(listed == keys);
}

TEST_CASE("rgw: listings come in pages") {
    fixture f;
    auto c = f.client();
    auto const b = f.bucket(c, "pages");
    for (int i = 0; i != 25; ++i)
        REQUIRE(f.put(c, {.bucket = b, .key = "p/" + std::to_string(100 + i)}, "x"));
    REQUIRE(f.put(c, {.bucket = b, .key = "p/d/1"}, "x"));
    REQUIRE(f.put(c, {.bucket = b, .key = "q"}, "x"));
    std::vector<std::string> keys;
    std::string token;
    int pages = 0;
    do {
        auto const page =
            f.list(c, {.bucket = b, .prefix = "p/", .continuation_token = token, .max_keys = 10});
        REQUIRE(page);
        for (auto const& o : page->objects)
            keys.push_back(o.key);
        token = page->next_continuation_token;
        ++pages;
    } while (!token.empty() && pages < 10);
    CHECK(pages == 3);
    CHECK(keys.size() == 26);
    CHECK(std::is_sorted(keys.begin(), keys.end()));
    auto const grouped =
        f.list(c, {.bucket = b, .prefix = "p/", .delimiter = "/", .start_after = "p/122"});
    REQUIRE(grouped);
    CHECK(grouped->objects.size() == 2);
    CHECK(grouped->common_prefixes == std::vector<std::string>{"p/d/"});
}

TEST_CASE("rgw: bodies of several megabytes, over TLS too") {
    fixture f;
    auto c = f.client();
    auto const b = f.bucket(c, "large");
    auto secure = rgw::config();
    secure.endpoint = rgw::variable("CAIRN_RGW_ENDPOINT_TLS");
    auto const untrusted = f.get(f.client(secure), {.bucket = b, .key = "k"});
    REQUIRE_FALSE(untrusted);
    CHECK(untrusted.error().to_string().find("certificate") != std::string::npos);
    secure.ca_file = rgw::variable("CAIRN_RGW_CA");
    auto s = f.client(secure);
    std::string body(9'000'000, '\0');
    for (std::size_t i = 0; i != body.size(); ++i)
        body[i] = static_cast<char>(i * 31 % 251);
    REQUIRE(f.put(c, {.bucket = b, .key = "k"}, body));
    auto const over_tls = f.get(s, {.bucket = b, .key = "k"});
    REQUIRE(over_tls);
    CHECK((over_tls->body == body));
    REQUIRE(f.put(s, {.bucket = b, .key = "k2"}, body));
    CHECK((f.get(c, {.bucket = b, .key = "k2"})->body == body));
}

TEST_CASE("rgw: wrong credentials are refused") {
    fixture f;
    auto wrong = rgw::config();
    wrong.credentials = {rgw::variable("CAIRN_RGW_ACCESS_KEY"), "not-the-secret"};
    auto const refused = f.get(f.client(wrong), {.bucket = "b", .key = "k"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == condition::refused);
    CHECK(refused.error().status == 403);
    wrong.credentials = {"nobody", "x"};
    CHECK(f.get(f.client(wrong), {.bucket = "b", .key = "k"}).error().code == condition::refused);
    wrong = rgw::config();
    wrong.credentials = {rgw::variable("CAIRN_RGW_ACCESS_KEY2"),
                         rgw::variable("CAIRN_RGW_SECRET_KEY2")};
    auto c = f.client();
    auto const b = f.bucket(c, "mine");
    CHECK(f.put(f.client(wrong), {.bucket = b, .key = "k"}, "x").error().code ==
          errc::access_denied);
}

namespace {

/// Adds one to a number by compare-and-swap, so often; returns how many were told applied.
int count_up(std::string const& bucket, std::string const& key, int times) {
    fixture f;
    storage::s3_storage s(f.client(), bucket);
    int applied = 0;
    for (int tries = 0; applied != times && tries != 5000; ++tries) {
        auto const got = f.run<storage::object>([&](auto h) { s.async_get(key, h); });
        std::string const next = std::to_string((got ? std::stoi(got->bytes) : 0) + 1);
        storage::const_buffers const content{asio::buffer(next)};
        auto const put =
            got ? f.run<storage::version>(
                      [&](auto h) { s.async_replace(key, got->version, content, h); })
                : f.run<storage::version>([&](auto h) { s.async_create(key, content, h); });
        if (put)
            ++applied;
        // Ceph says 500 to some of those who lose; none of these is applied.
        else if (put.error().code != condition::lost_race &&
                 put.error().code != errc::service_failure)
            return -1;
    }
    return applied;
}

} // namespace

TEST_CASE("rgw: conditional writes of several clients, none lost") {
    fixture f;
    auto const b = f.bucket(f.client(), "race");
    constexpr int clients = 6, times = 20;
    std::vector<int> applied(clients, -1);
    std::vector<std::thread> threads;
    for (int i = 0; i != clients; ++i)
        threads.emplace_back(
            [&, i] { applied[static_cast<std::size_t>(i)] = count_up(b, "n", times); });
    for (auto& t : threads)
        t.join();
    CHECK(applied == std::vector<int>(clients, times));
    CHECK(f.get(f.client(), {.bucket = b, .key = "n"})->body == std::to_string(clients * times));
}

TEST_CASE("rgw: a versioned bucket is refused by the probe, which leaves nothing behind") {
    fixture f;
    auto c = f.client();
    auto const b = f.bucket(c, "versioned");
    std::string const on =
        "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        "<Status>Enabled</Status></VersioningConfiguration>";
    s3::request versioning(s3::method::put, b, "", s3::repeatability::idempotent);
    versioning.query.emplace_back("versioning", "");
    versioning.body = {asio::buffer(on)};
    auto const set = f.run<s3::response>([&](auto h) { c.async_send(versioning, h); });
    REQUIRE(set);

    storage::s3_storage s(c, b);
    std::string const body = "x";
    auto const made =
        f.run<storage::version>([&](auto h) { s.async_create("k", {asio::buffer(body)}, h); });
    REQUIRE_FALSE(made);
    CHECK(made.error().code == errc::conditions_unsupported);
    CHECK(made.error().effect == remote_effect::none);
    CHECK(made.error().message.find("bucket \"" + b + "\"") == 0);
    CHECK(made.error().message.find("versioned") != std::string::npos);

    s3::request versions(s3::method::get, b, "", s3::repeatability::safe);
    versions.query.emplace_back("versions", "");
    auto const left = f.run<s3::response>([&](auto h) { c.async_send(versions, h); });
    REQUIRE(left);
    CHECK(left->body.find("ListVersionsResult") != std::string::npos);
    CHECK(left->body.find("<Version>") == std::string::npos);
    CHECK(left->body.find("<DeleteMarker>") == std::string::npos);
}
