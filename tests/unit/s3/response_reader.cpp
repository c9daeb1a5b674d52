#include "support/results.hpp"

#include <cairn/s3/detail/response_reader.hpp>

#include <algorithm>
#include <cstring>
#include <optional>

using namespace cairn;
using namespace cairn::s3;
using namespace cairn::s3::detail;

namespace {

constexpr std::size_t no_limit = std::size_t{1} << 40;

/// Feeds a reader as a connection would, at most `step` bytes at a time.
struct feed {
    response_reader reader;
    std::size_t used = 0;

    explicit feed(bool head = false, std::size_t limit = no_limit) : reader(head, limit) {}

    result<void> operator()(std::string_view bytes, std::size_t step) {
        while (used != bytes.size() && !reader.complete()) {
            auto const room = reader.prepare();
            REQUIRE(room.size() != 0);
            std::size_t const n = std::min({step, room.size(), bytes.size() - used});
            std::memcpy(room.data(), bytes.data() + used, n);
            used += n;
            auto const taken = reader.commit(n);
            if (!taken)
                return taken;
        }
        return {};
    }
};

std::size_t const steps[] = {1, 2, 3, 7, 64, 1000, 16 * 1024, 1 << 20};

std::string with_length(std::string const& body, std::string const& more = {}) {
    return "HTTP/1.1 200 OK\r\nETag: \"e\"\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i != size; ++i)
        text[i] = static_cast<char>('a' + i * 7 % 26);
    return text;
}

std::string chunked(std::string const& body, std::size_t chunk) {
    std::string out = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    char size[32];
    for (std::size_t at = 0; at < body.size(); at += chunk) {
        std::string const piece = body.substr(at, chunk);
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        out += size + piece + "\r\n";
    }
    return out + "0\r\n\r\n";
}

} // namespace

TEST_CASE("response_reader: a body of known length, in pieces of every size") {
    for (std::size_t const size : {0u, 1u, 100u, 4095u, 4096u, 16'384u, 100'000u})
        for (std::size_t const step : steps) {
            CAPTURE(size, step);
            std::string const body = pattern(size);
            feed f;
            CHECK_FALSE(f.reader.started());
            REQUIRE(f(with_length(body), step));
            REQUIRE(f.reader.complete());
            CHECK(f.reader.started());
            CHECK(f.reader.get().status == 200);
            CHECK(f.reader.get().headers.find("ETAG") == "\"e\"");
            CHECK(f.reader.get().body == body);
            CHECK(f.reader.keep_alive());
        }
}

TEST_CASE("response_reader: a large body is read straight into its place") {
    std::string const body = pattern(1 << 20);
    std::string const bytes = with_length(body);
    feed f;
    std::size_t const head = bytes.size() - body.size();
    REQUIRE(f(std::string_view(bytes).substr(0, head + 10), 1 << 20));
    auto const room = f.reader.prepare();
    CHECK(room.size() == body.size() - 10);
    CHECK(room.data() == f.reader.get().body.data() + 10);
    REQUIRE(f(bytes, 1 << 20));
    CHECK(f.reader.complete());
    CHECK(f.reader.get().body == body);
}

TEST_CASE("response_reader: chunked bodies") {
    for (std::size_t const step : steps)
        for (std::size_t const chunk : {1u, 10u, 5000u, 50'000u}) {
            CAPTURE(step, chunk);
            std::string const body = pattern(20'000);
            feed f;
            REQUIRE(f(chunked(body, chunk), step));
            REQUIRE(f.reader.complete());
            CHECK(f.reader.get().body == body);
            CHECK(f.reader.keep_alive());
        }
}

TEST_CASE("response_reader: a body that ends with the connection") {
    for (std::size_t const step : steps) {
        feed f;
        std::string const body = pattern(20'000);
        REQUIRE(f("HTTP/1.1 200 OK\r\n\r\n" + body, step));
        CHECK_FALSE(f.reader.complete());
        REQUIRE(f.reader.commit_eof());
        CHECK(f.reader.complete());
        CHECK(f.reader.get().body == body);
        CHECK_FALSE(f.reader.keep_alive());
    }
}

TEST_CASE("response_reader: answers that have no body whatever their header says") {
    for (std::size_t const step : steps) {
        feed head(true);
        REQUIRE(head("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", step));
        CHECK(head.reader.complete());
        CHECK(head.reader.get().body.empty());
        CHECK(head.reader.keep_alive());
        for (char const* status : {"204 No Content", "304 Not Modified"}) {
            CAPTURE(status, step);
            feed f;
            REQUIRE(f(std::string("HTTP/1.1 ") + status + "\r\nETag: x\r\n\r\n", step));
            CHECK(f.reader.complete());
            CHECK(f.reader.keep_alive());
        }
    }
}

TEST_CASE("response_reader: interim answers are passed over") {
    for (std::size_t const step : steps)
        for (bool const head : {false, true}) {
            CAPTURE(step, head);
            feed f(head);
            REQUIRE(f("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nDate: d\r\n\r\n",
                      step));
            REQUIRE(f.reader.complete());
            CHECK(f.reader.get().status == 404);
            CHECK(f.reader.get().headers.find("date") == "d");
            CHECK(f.reader.get().headers.find("link").empty());
            CHECK(f.reader.keep_alive());
        }
}

TEST_CASE("response_reader: endless interim answers end") {
    std::string bytes;
    for (int i = 0; i != 10'000; ++i)
        bytes += "HTTP/1.1 100 Continue\r\n\r\n";
    feed f;
    auto const taken = f(bytes, 16 * 1024);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == errc::bad_response);
}

TEST_CASE("response_reader: whether the connection may serve again") {
    auto const alive = [](std::string const& bytes) {
        feed f;
        REQUIRE(f(bytes, 1000));
        REQUIRE(f.reader.complete());
        return f.reader.keep_alive();
    };
    CHECK(alive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    CHECK_FALSE(alive("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
    CHECK_FALSE(alive("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    CHECK(alive("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"));
}

TEST_CASE("response_reader: bytes after the response's end spoil the connection, not the answer") {
    for (std::size_t const step : {1000u, 100'000u}) {
        feed f;
        REQUIRE(f(with_length("abc") + "HTTP/1.1 200 OK\r\n", step));
        REQUIRE(f.reader.complete());
        CHECK(f.reader.get().body == "abc");
        CHECK_FALSE(f.reader.keep_alive());
    }
}

TEST_CASE("response_reader: a truncated answer is the end of the connection, wherever it is cut") {
    std::string const bytes[] = {with_length(pattern(100)), with_length(pattern(10'000)),
                                 chunked(pattern(10'000), 900),
                                 "HTTP/1.1 100 Continue\r\n\r\n" + with_length("x")};
    for (std::string const& whole : bytes)
        for (std::size_t cut = 0; cut<whole.size(); cut += whole.size()> 1000 ? 97 : 1) {
            CAPTURE(cut);
            feed f;
            REQUIRE(f(whole.substr(0, cut), 512));
            CHECK_FALSE(f.reader.complete());
            CHECK(f.reader.started() == (cut != 0));
            auto const ended = f.reader.commit_eof();
            REQUIRE_FALSE(ended);
            CHECK(ended.error().code == errc::connection_closed);
        }
}

TEST_CASE("response_reader: what is not HTTP is refused") {
    for (std::string const bytes : {
             "SSH-2.0-NotAnHttpServer\r\n\r\n",
             "\x15\x03\x03 TLS speaks here, in an alert\r\n\r\n",
             "HTTP/1.1 abc OK\r\n\r\n",
             "HTTP/3.7 200 OK\r\n\r\n",
             "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
             "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
         })
        for (std::size_t const step : {1u, 1000u}) {
            CAPTURE(bytes, step);
            feed f;
            auto const taken = f(bytes, step);
            REQUIRE_FALSE(taken);
            CHECK(taken.error().code == errc::bad_response);
            CHECK(taken.error().message.find("not an HTTP response") != std::string::npos);
        }
}

TEST_CASE("response_reader: an oversize header is refused, in one line or in many") {
    for (std::size_t const step : {1u, 1000u, 100'000u}) {
        feed line;
        auto const one = line("HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x'), step);
        REQUIRE_FALSE(one);
        CHECK(one.error().code == errc::bad_response);

        std::string many = "HTTP/1.1 200 OK\r\n";
        for (int i = 0; i != 5000; ++i)
            many += "X-" + std::to_string(i) + ": some value or other\r\n";
        feed lines;
        auto const all = lines(many, step);
        REQUIRE_FALSE(all);
        CHECK(all.error().code == errc::bad_response);
    }
}

TEST_CASE("response_reader: an oversize body is refused before it is kept") {
    std::string const body = pattern(10'001);
    std::string const forms[] = {with_length(body), chunked(body, 900),
                                 "HTTP/1.1 200 OK\r\n\r\n" + body};
    for (std::string const& bytes : forms)
        for (std::size_t const step : {1u, 1000u, 100'000u}) {
            CAPTURE(step);
            feed f(false, 10'000);
            auto const taken = f(bytes, step);
            REQUIRE_FALSE(taken);
            CHECK(taken.error().code == errc::too_large);
            CHECK(taken.error().message.find("10000 bytes") != std::string::npos);
            feed enough(false, 10'001);
            CHECK(enough(bytes, step));
        }
    feed huge(false, 10'000);
    auto const told = huge("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n", 1000);
    REQUIRE_FALSE(told);
    CHECK(told.error().code == errc::too_large);
}

TEST_CASE("response_reader: a refusal's body has a limit of its own") {
    std::string const body = pattern(20'000);
    feed small(false, 10); // the success's limit is not the refusal's
    REQUIRE(small("HTTP/1.1 404 Not Found\r\nContent-Length: 20000\r\n\r\n" + body, 1000));
    CHECK(small.reader.get().body == body);
    feed large;
    auto const taken = large("HTTP/1.1 500 Oops\r\nContent-Length: 2000000\r\n\r\n", 1000);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == errc::too_large);
}
