// Uses nothing but the signer.
#include <cairn/sigv4.hpp>
#include <cairn/version.hpp>

#include <chrono>
#include <cstdio>

static_assert(CAIRN_VERSION_NUMBER >= 100);

int main() {
    cairn::sigv4::credentials const who("id", "secret");
    cairn::sigv4::signer const signer("us-east-1", "s3", cairn::sigv4::preset::s3);
    cairn::sigv4::header const headers[] = {{"Host", "stones.s3.us-east-1.amazonaws.com"}};
    cairn::sigv4::request_view const get{.method = "GET", .path = "/a", .headers = headers};
    cairn::sigv4::signature out;
    if (auto const done = signer.sign(who, get, std::chrono::system_clock::now(), out); !done)
        return 1;
    std::puts("signed with cairn " CAIRN_VERSION);
    return 0;
}
