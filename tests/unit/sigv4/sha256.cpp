#include <cairn/sigv4/sha256.hpp>

#include "support/catch.hpp"

#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace cairn::sigv4;

namespace {

std::vector<unsigned char> bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

} // namespace

TEST_CASE("SHA-256 gives the hashes of FIPS 180-4's examples") {
    CHECK(sha256_hex("") == empty_payload_hash);
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("a streamed hash equals the hash of the whole, and the hasher begins anew") {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += std::to_string(i);
    sha256 hasher;
    for (std::size_t step : {1u, 7u, 63u, 64u, 65u, 1000u}) {
        for (std::size_t at = 0; at < text.size(); at += step)
            hasher.update(std::string_view(text).substr(at, step));
        CHECK(to_hex(hasher.finish()) == sha256_hex(text));
    }
    hasher.update("half of somethi");
    hasher.reset();
    CHECK(to_hex(hasher.finish()) == empty_payload_hash);
}

TEST_CASE("a hasher can be moved") {
    sha256 a;
    a.update("ab");
    sha256 b = std::move(a);
    b.update("c");
    CHECK(to_hex(b.finish()) == sha256_hex("abc"));
    sha256 c;
    c = std::move(b);
    c.update("abc");
    CHECK(to_hex(c.finish()) == sha256_hex("abc"));
}

TEST_CASE("HMAC-SHA-256 gives the results of RFC 4231") {
    CHECK(to_hex(hmac_sha256(std::vector<unsigned char>(20, 0x0b), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(to_hex(hmac_sha256(bytes("Jefe"), "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(to_hex(hmac_sha256(std::vector<unsigned char>(131, 0xaa),
                             "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(to_hex(hmac_sha256({}, "")) ==
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("threads hash at the same time") {
    std::vector<std::thread> threads;
    std::vector<std::string> results(4);
    for (auto& result : results)
        threads.emplace_back([&result] {
            for (int i = 0; i < 200; ++i)
                result = sha256_hex("abc");
        });
    for (auto& t : threads)
        t.join();
    for (auto const& result : results)
        CHECK(result == sha256_hex("abc"));
}
