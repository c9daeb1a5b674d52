#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <common/rejects.hpp>
#include <common/text.hpp>

#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

using namespace common;

namespace {

/// Writes beyond so many bytes of a file fail, as on a full disk, while it lives.
class full_disk {
public:
    explicit full_disk(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        rlimit limited = before_;
        limited.rlim_cur = size;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limited) == 0);
    }
    full_disk(full_disk const&) = delete;
    full_disk& operator=(full_disk const&) = delete;
    ~full_disk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    void (*handler_)(int);
    rlimit before_{};
};

std::vector<std::string> lines_of(std::string const& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

std::string again(std::string const& text) {
    auto const line = reject_line(3, "because \"so\"", text);
    CHECK(line.back() == '\n');
    CHECK(line.find('\n') == line.size() - 1);
    auto const got = unwrap_reject(line);
    REQUIRE(got.has_value());
    CHECK_FALSE(got->lost);
    return got->payload;
}

} // namespace

TEST_CASE("a rejected payload is read again as it was") {
    CHECK(reject_line(3, "why", "{\"a\": 1.10}") ==
          "{\"index\":3,\"reason\":\"why\",\"payload\":{\"a\": 1.10}}\n");
    for (std::string const text :
         {"{\"a\":1.10,\"a\":2}", "[1,2]", "17", "not json", "{\"a\":\"", "\"\\ud800\"",
          "\\ \"\t\x01", "\xFF\xFE not UTF-8 \x80", "{\"index\":1}", "a\r\nb"}) {
        INFO(text);
        CHECK(again(text) == text);
    }
    CHECK(again(std::string("nul \0 inside", 12)) == std::string("nul \0 inside", 12));
    CHECK(again("{\n\"a\":\r\n1}") == "{ \"a\":  1}");
    CHECK(again(std::string(600, '[')) == std::string(600, '['));
}

TEST_CASE("what was too long to be kept is said to be lost") {
    auto const line = reject_line(9, "too large", "");
    CHECK(line == "{\"index\":9,\"reason\":\"too large\",\"lost\":true}\n");
    auto const got = unwrap_reject(line);
    REQUIRE(got.has_value());
    CHECK(got->lost);
}

TEST_CASE("rejects are recognised in another layout") {
    auto const got =
        unwrap_reject("{ \"payload\": {\"a\": 1},\n \"reason\": \"x\", \"index\": 0 }");
    REQUIRE(got.has_value());
    CHECK(got->payload == "{\"a\": 1}");
}

TEST_CASE("other payloads are not taken for rejects") {
    for (auto const* text : {"{}", "[]", "7", "", "{", "{\"traits\":{}}",
                             "{\"index\":1,\"reason\":\"x\"}", "{\"index\":1,\"payload\":{}}",
                             "{\"index\":1,\"reason\":\"x\",\"payload\":{},\"more\":1}",
                             "{\"index\":1,\"reason\":\"x\",\"payload\":{},\"text\":\"\"}",
                             "{\"index\":\"1\",\"reason\":\"x\",\"payload\":{}}",
                             "{\"index\":1,\"reason\":\"x\",\"text\":{}}",
                             "{\"index\":1,\"reason\":\"x\",\"base64\":\"!!!!\"}",
                             "{\"index\":1,\"reason\":\"x\",\"lost\":false}"}) {
        INFO(text);
        CHECK_FALSE(unwrap_reject(text).has_value());
    }
}

TEST_CASE("UTF-8 is told from what is not") {
    CHECK(is_utf8("a\xC5\x82\xE2\x82\xAC\xF0\x9F\x98\x80"));
    for (auto const* bad : {"\x80", "\xC0\x80", "\xC5", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
                            "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
        CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("a line that a full disk tore is ended before the next is added") {
    support::temporary_directory const directory;
    auto const path = directory.path() + "/rejects";
    auto file = rejects_file::open(path);
    REQUIRE(file.has_value());
    bool kept = true;
    {
        full_disk const limited(20);
        kept = file->add(0, "why", "{}").has_value();
    }
    CHECK_FALSE(kept);
    REQUIRE(file->add(1, "why", "[]").has_value());
    REQUIRE(file->add(2, "why", "7").has_value());
    auto const lines = lines_of(path);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].size() == 20);
    CHECK(unwrap_reject(lines[1])->payload == "[]");
    CHECK(unwrap_reject(lines[2])->payload == "7");
}

TEST_CASE("a device without room is an error of each reject") {
    auto file = rejects_file::open("/dev/full");
    REQUIRE(file.has_value());
    CHECK(file->add(0, "why", "{}").has_error());
    CHECK(file->add_piece(0, "piece").has_error());
}

TEST_CASE("pieces before and behind one that could not be kept are not joined") {
    support::temporary_directory const directory;
    auto const path = directory.path() + "/rejects";
    auto file = rejects_file::open(path);
    REQUIRE(file.has_value());
    REQUIRE(file->add_piece(0, "a").has_value());
    {
        full_disk const limited(1);
        CHECK(file->add_piece(0, "b").has_error());
    }
    REQUIRE(file->add_piece(0, "c").has_value());
    file->end_pieces(0, 0, 3);
    REQUIRE(file->add(0, "too large", "").has_value());
    auto const lines = lines_of(path);
    REQUIRE(lines.size() == 3);
    auto const before = unwrap_reject(lines[0]);
    auto const behind = unwrap_reject(lines[1]);
    auto const last = unwrap_reject(lines[2]);
    REQUIRE((before && behind && last));
    CHECK((before->payload == "a" && behind->payload == "c"));
    CHECK(before->stream != behind->stream);
    CHECK((last->last && last->stream == behind->stream));
}

TEST_CASE("what has no piece that was kept is said to be lost") {
    support::temporary_directory const directory;
    auto const path = directory.path() + "/rejects";
    auto file = rejects_file::open(path);
    REQUIRE(file.has_value());
    {
        full_disk const limited(0);
        CHECK(file->add_piece(0, "a").has_error());
    }
    file->end_pieces(0, 0, 1);
    REQUIRE(file->add(0, "too large", "").has_value());
    auto const lines = lines_of(path);
    REQUIRE(lines.size() == 1);
    CHECK(unwrap_reject(lines[0])->lost);
}
