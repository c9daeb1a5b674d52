#include "support/catch.hpp"

#include <segments_uploader/rejects.hpp>
#include <segments_uploader/text.hpp>

#include <string>

using namespace uploader;

namespace {

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
