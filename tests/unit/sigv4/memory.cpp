// What signing asks of the heap, and leaves there: the program's own new and delete count, and
// look at what is released.
#include <cairn/sigv4/chunk_encoder.hpp>
#include <cairn/sigv4/signer.hpp>
#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/v4a/signer_v4a.hpp>
#include <cairn/sigv4/verify/verifier.hpp>

#include "support/catch.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace {

std::atomic<std::size_t> allocations{0};

// What no memory may hold when it is released; others' threads release some, too.
struct sought_bytes {
    std::atomic<char const*> data{nullptr};
    std::atomic<std::size_t> size{0};
    std::atomic<std::size_t> found{0};

    void look_at(char const* memory, std::size_t room) noexcept {
        char const* const wanted = data.load();
        std::size_t const length = size.load();
        if (wanted && std::string_view(memory, room).find({wanted, length}) != std::string::npos)
            ++found;
    }
};
sought_bytes sought;

constexpr std::size_t before = alignof(std::max_align_t); // room for a block's size

void* allocate(std::size_t size) noexcept {
    ++allocations;
    auto* const block = static_cast<char*>(std::malloc(before + size));
    if (!block)
        return nullptr;
    std::memcpy(block, &size, sizeof size);
    return block + before;
}

void* allocate_or_throw(std::size_t size) {
    if (void* const memory = allocate(size))
        return memory;
    throw std::bad_alloc();
}

void release(void* memory) noexcept {
    if (!memory)
        return;
    char* const block = static_cast<char*>(memory) - before;
    std::size_t size;
    std::memcpy(&size, block, sizeof size);
    sought.look_at(block + before, size);
    std::free(block);
}

} // namespace

void* operator new(std::size_t size) {
    return allocate_or_throw(size);
}
void* operator new[](std::size_t size) {
    return allocate_or_throw(size);
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    return allocate(size);
}
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept {
    return allocate(size);
}
void operator delete(void* memory) noexcept {
    release(memory);
}
void operator delete[](void* memory) noexcept {
    release(memory);
}
void operator delete(void* memory, std::nothrow_t const&) noexcept {
    release(memory);
}
void operator delete[](void* memory, std::nothrow_t const&) noexcept {
    release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    release(memory);
}

using namespace cairn::sigv4;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
auto const noon = timestamp::parse("20261121T120000Z").value().time();

template <class F>
std::size_t allocations_of(F f) {
    std::size_t const earlier = allocations;
    f();
    return allocations - earlier;
}

// How often memory that `f` releases holds the bytes.
template <class F>
std::size_t remains_of(std::string_view bytes, F f) {
    sought.found = 0;
    sought.size = bytes.size();
    sought.data = bytes.data();
    f();
    sought.data = nullptr;
    return sought.found;
}

} // namespace

TEST_CASE("signing a request of usual size allocates nothing") {
    signer const s3("us-east-1", "s3", preset::s3), other("us-east-1", "dynamodb", preset::generic);
    credentials const who("AKIAIOSFODNN7EXAMPLE", secret);
    std::vector<std::string> names;
    std::string query;
    for (char c = 'a'; c < 'a' + 24; ++c)
        query.append(query.empty() ? "" : "&").append(1, c).append("=1");
    for (int i = 0; i < 37; ++i) // with the three that signing adds: 40
        names.push_back("x-amz-meta-" + std::to_string(i));
    std::vector<header> headers{{"Host", "examplebucket.s3.amazonaws.com"}};
    for (std::size_t i = 1; i < 37; ++i)
        headers.push_back({names[i], "v"});
    std::string const path = "/" + std::string(510, 'p');
    signature out;
    auto const sign = [&](signer const& by, request_view const& r) {
        return allocations_of([&] { REQUIRE(by.sign(who, r, noon, out).has_value()); });
    };
    std::span<header const> const host(headers.data(), 1);
    request_view const small{.method = "PUT", .path = "/a/b", .headers = host};
    sign(s3, small); // derives the key
    sign(other, small);
    CHECK(sign(s3, small) == 0);
    CHECK(sign(s3, {.path = "/", .query = query, .headers = headers}) == 0);
    CHECK(sign(other, {.path = path, .headers = host}) == 0);
    CHECK(allocations_of([&] { REQUIRE(s3.presign(who, small, noon, 1h, out).has_value()); }) == 0);

    std::string const long_path = "/" + std::string(10'000, 'x');
    request_view const large{.path = long_path, .headers = host};
    CHECK(sign(s3, large) <= 2); // the canonical request, and what follows it
    CHECK(sign(s3, large) == 0);
}

TEST_CASE("a chunk's signature allocates nothing") {
    signer const s3("us-east-1", "s3", preset::s3);
    credentials const who("AKIAIOSFODNN7EXAMPLE", secret);
    header const host{"Host", "examplebucket.s3.amazonaws.com"};
    signature seed;
    REQUIRE(s3.sign(who,
                    {.method = "PUT", .headers = {&host, 1}, .payload_hash = streaming_payload},
                    noon, seed)
                .has_value());
    chunk_chain chain = s3.chunks(who, seed).value();
    CHECK(allocations_of([&] { chain.sign(sha256_of("some data")); }) == 0);
}

TEST_CASE("no memory is released with a secret in it") {
    // The looking itself: it finds what was not wiped.
    CHECK(remains_of(secret, [] { std::string const copy(secret); }) == 1);

    auto const work = [] {
        auto const v4 = std::make_unique<signer>("us-east-1", "s3", preset::s3);
        auto const v4a = std::make_unique<signer_v4a>("*", "s3", preset::s3);
        verifier const server("us-east-1", "s3", preset::s3);
        auto who = std::make_unique<credentials>("AKIAIOSFODNN7EXAMPLE", secret, "token");
        auto const copy = std::make_unique<credentials>(*who);
        header const host{"Host", "examplebucket.s3.amazonaws.com"};
        request_view const request{
            .method = "PUT", .headers = {&host, 1}, .payload_hash = streaming_payload};
        signature out;
        REQUIRE(v4->sign(*who, request, noon, out).has_value());
        auto const chain = std::make_unique<chunk_chain>(v4->chunks(*who, out).value());
        std::vector<header> sent(request.headers.begin(), request.headers.end());
        for (header const& h : out.headers())
            sent.push_back(h);
        CHECK(server
                  .verify(
                      {.method = "PUT", .headers = sent}, [&](std::string_view) { return *copy; },
                      noon)
                  .valid());
        REQUIRE(v4->sign_post(*who, post_policy(noon + 1h), noon).has_value());
        request_view const plain{.method = "PUT", .headers = {&host, 1}};
        REQUIRE(v4a->sign(*who, plain, noon, out).has_value());
        who.reset();
    };
    CHECK(remains_of(secret, work) == 0);

    // Nor with the key that was derived from it.
    hmac_key const key = detail::derive_signing_key(secret, "20261121", "us-east-1", "s3");
    std::string_view const inner(reinterpret_cast<char const*>(key.inner.data()), sizeof key.inner);
    CHECK(remains_of(inner, [&] { auto const copy = std::make_unique<std::string>(inner); }) == 1);
    CHECK(remains_of(inner, work) == 0);
}
