#include <cairn/sigv4/v4a/signer_v4a.hpp>

#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/v4a/v4a_key.hpp>
#include <cairn/sigv4/verify/verifier.hpp>

#include "support/catch.hpp"

#include <string>
#include <thread>
#include <vector>

using namespace cairn::sigv4;
using namespace std::chrono_literals;

namespace {

credentials const example("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
auto const example_time = timestamp::parse("20130524T000000Z").value().time();
header const example_host{"Host", "bucket.accesspoint.s3-global.amazonaws.com"};
request_view const get{"GET", "/k", "b=2&a=1", {&example_host, 1}};

credentials find(std::string_view) {
    return example;
}

} // namespace

// The keys of AWS's own signers' tests.
TEST_CASE("the V4A key follows from the credentials alone") {
    struct row {
        credentials who;
        std::string_view x, y;
    };
    for (auto const& [who, x, y] :
         {row{{"AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom"},
              "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
              "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0"},
          row{example, "18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab",
              "fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2"}}) {
        auto const key = v4a_key::derive(who);
        REQUIRE(bool(key));
        CHECK(to_hex(key.public_key().x) == x);
        CHECK(to_hex(key.public_key().y) == y);
    }
    CHECK(bool(v4a_key::derive({std::string(300, 'A'), "secret"})));
    CHECK(!v4a_key::derive({}));
}

TEST_CASE("a V4A key takes no signature but its own") {
    auto const key = v4a_key::derive(example);
    v4a_key::signature_digits digits;
    std::string const good(key.sign("text", digits));
    REQUIRE(!good.empty());
    CHECK(key.verify("text", good));
    CHECK(!key.verify("text", ""));
    CHECK(!key.verify("text", good.substr(2)));
    CHECK(!key.verify("text", good.substr(1)));
    CHECK(!key.verify("text", good + "00"));
    CHECK(!key.verify("text", std::string(144, '0')));
    CHECK(!key.verify("text", std::string(1000, 'f')));
    CHECK(!key.verify("text", std::string(good.size(), 'x')));
    CHECK(!v4a_key::derive({"AKID", "other"}).verify("text", good));
    CHECK(v4a_key().sign("text", digits).empty());
    CHECK(!v4a_key().verify("text", good));
    CHECK(v4a_key().public_key().x == std::array<unsigned char, 32>{});
}

TEST_CASE("threads that derive the same key at once all get it") {
    credentials const who("AKID", "secret");
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    std::string const expected = to_hex(v4a_key::derive({"AKID", "secret"}).public_key().x);
    for (int i = 0; i < 8; ++i)
        threads.emplace_back(
            [&] { right += to_hex(v4a_key::derive(who).public_key().x) == expected; });
    for (auto& t : threads)
        t.join();
    CHECK(right == 8);
}

TEST_CASE("a region set is stated in the request, and each region of it takes the request") {
    signer_v4a const sign("us-east-1,eu-*", "s3", preset::s3);
    signature out;
    REQUIRE(sign.sign(example, get, example_time, out).has_value());
    std::vector<header> headers{example_host};
    bool stated = false;
    for (header const& h : out.headers()) {
        headers.push_back(h);
        stated = stated || (h.name == "x-amz-region-set" && h.value == "us-east-1,eu-*");
    }
    CHECK(stated);
    CHECK(out.scope() == "20130524/s3/aws4_request");
    struct row {
        std::string_view region;
        verdict found;
    };
    for (auto const& [region, expected] :
         {row{"us-east-1", verdict::valid}, row{"eu-west-3", verdict::valid},
          row{"eu-", verdict::valid}, row{"us-east-11", verdict::wrong_scope},
          row{"us-west-2", verdict::wrong_scope}, row{"ap-eu-1", verdict::wrong_scope}}) {
        CAPTURE(region);
        verifier const server(region, "s3", preset::s3);
        auto const v = server.verify({"GET", "/k", "a=1&b=2", headers}, find, example_time);
        CHECK(v.found == expected);
        CHECK(v.algorithm == algorithm::v4a);
        CHECK(server.verify({"GET", "/l", "a=1&b=2", headers}, find, example_time).found ==
              (expected == verdict::valid ? verdict::signature_differs : expected));
    }
}

TEST_CASE("patterns of a region set") {
    struct row {
        std::string_view set, region;
        bool in;
    };
    for (auto const& [set, region, in] :
         {row{"*", "us-east-1", true}, row{"us-*-1", "us-east-1", true},
          row{"us-*-1", "us-east-2", false}, row{"*-*-1", "us-east-1", true},
          row{"*-1", "us-east-1", true}, row{"u*s*t*1", "us-east-1", true},
          row{"us-e*east-1", "us-east-1", false}, row{"", "us-east-1", false},
          row{"us-west-2,us-east-1", "us-east-1", true}, row{"a*a", "a", false}}) {
        CAPTURE(set, region);
        signer_v4a const sign(set, "s3", preset::s3);
        signature out;
        bool const done = sign.presign(example, get, example_time, 60s, out).has_value();
        CHECK(done == !set.empty());
        if (done)
            CHECK(verifier(region, "s3", preset::s3)
                      .verify({"GET", "/k", out.query(), {&example_host, 1}}, find, example_time)
                      .valid() == in);
    }
}

TEST_CASE("what cannot be signed with V4A is refused") {
    signature out;
    auto const message = [&](std::string_view set, request_view const& request,
                             credentials const& who = example) {
        auto const done = signer_v4a(set, "s3", preset::s3).sign(who, request, example_time, out);
        CHECK(out.authorization().empty());
        return done ? "accepted" : done.error().message;
    };
    for (auto const* set : {"", "us east", "us/east", "us\n"})
        CHECK(message(set, get).find("the region") == 0);
    CHECK(message("*", {"GET", "/"}) == "the host header is missing");
    CHECK(message("*", get, {}) == "there are no credentials");
    CHECK(signer_v4a("*", "s3", preset::s3)
              .presign(example, get, example_time, 0s, out)
              .error()
              .message == "a presigned URL lasts one second to seven days");
}
