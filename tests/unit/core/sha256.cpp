#include <cairn/core/sha256.hpp>

#include "support/catch.hpp"

#include <string>
#include <thread>
#include <vector>

using namespace cairn;

namespace {

constexpr char of_nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::vector<unsigned char> bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

} // namespace

TEST_CASE("SHA-256 gives the hashes of FIPS 180-4's examples") {
    CHECK(sha256_hex("") == of_nothing);
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
    CHECK(to_hex(hasher.finish()) == of_nothing);
}

TEST_CASE("a copy of a hasher goes on from where it was taken") {
    sha256 a;
    a.update("ab");
    sha256 b = a;
    a.update("c");
    b.update("d");
    CHECK(to_hex(a.finish()) == sha256_hex("abc"));
    CHECK(to_hex(b.finish()) == sha256_hex("abd"));
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

TEST_CASE("a prepared HMAC key signs like the key that it was made from") {
    for (std::size_t length : {1u, 32u, 63u, 64u, 65u, 200u}) {
        std::vector<unsigned char> const key(length, 0x5a);
        hmac_key const ready = hmac_key::from(key);
        for (std::size_t size : {0u, 31u, 55u, 56u, 64u, 1000u}) {
            std::string const data(size, 'x');
            // the definition, spelled out
            std::string inner(64, '\x36'), outer(64, '\x5c');
            sha256_digest const hashed =
                sha256_of({reinterpret_cast<char const*>(key.data()), key.size()});
            for (std::size_t i = 0; i < (length > 64 ? 32 : length); ++i) {
                unsigned char const k = length > 64 ? hashed[i] : key[i];
                inner[i] = static_cast<char>(0x36 ^ k);
                outer[i] = static_cast<char>(0x5c ^ k);
            }
            sha256_digest const first = sha256_of(inner + data);
            outer.append(first.begin(), first.end());
            CHECK(ready.sign(data) == sha256_of(outer));
        }
    }
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
