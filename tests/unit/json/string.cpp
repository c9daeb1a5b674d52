#include "support/catch.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace json = cairn::json;
using namespace std::string_view_literals;

TEST_CASE("text is quoted with as few escapes as possible") {
    CHECK(json::quote("") == "\"\"");
    CHECK(json::quote("a/b\x7f\xC3\xA9") == "\"a/b\x7f\xC3\xA9\"");
    CHECK(json::quote("\"\\\b\f\n\r\t\x01\x1f"sv) == R"("\"\\\b\f\n\r\t\u0001\u001f")");
    CHECK(json::quote("\0"sv) == R"("\u0000")");
    std::string out = "x";
    json::append_quoted(out, "y");
    CHECK(out == "x\"y\"");
}

TEST_CASE("equal strings have equal canonical tokens") {
    std::string scratch;
    auto const canonical = [&scratch](std::string_view t) {
        return std::string(json::canonical(t, scratch));
    };
    CHECK(canonical(R"("\u0061")") == "\"a\"");
    CHECK(canonical(R"("\/")") == "\"/\"");
    CHECK(canonical(R"("\u00E9")") == "\"\xC3\xA9\"");
    CHECK(canonical(R"("\u20ac")") == "\"\xE2\x82\xAC\"");
    CHECK(canonical(R"("\uD83D\uDE00!")") == "\"\xF0\x9F\x98\x80!\"");
    CHECK(canonical(R"("\u000a\u0022\u005C\u0000\u001F")") == R"("\n\"\\\u0000\u001f")");
    CHECK(canonical(R"("\b\f\n\r\t\"\\")") == R"("\b\f\n\r\t\"\\")");
    CHECK(canonical(R"("\uD800x\uDC00")") == R"("\ud800x\udc00")");
    CHECK(canonical(R"("\uD800\uD83D\uDE00")") == "\"\\ud800\xF0\x9F\x98\x80\"");
    std::string_view const plain = "\"plain\"";
    CHECK(json::canonical(plain, scratch).data() == plain.data());
}

TEST_CASE("a token's text is what was quoted, for every character") {
    std::string scratch;
    for (unsigned code = 1; code < 0x11000; code += code < 0x900 ? 1 : 37) {
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        char escape[16];
        if (code < 0x10000)
            std::snprintf(escape, sizeof escape, "\\u%04X", code);
        else
            std::snprintf(escape, sizeof escape, "\\u%04X\\u%04X",
                          0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF));
        std::string const token = "\"" + std::string(escape) + "\"";
        std::string const text = json::unquote(token);
        REQUIRE(json::quote(text) == json::canonical(token, scratch));
        REQUIRE_FALSE(json::validate(json::quote(text)).has_value());
        REQUIRE(json::unquote(json::quote(text)) == text);
        REQUIRE(json::stands_for(token, text));
    }
    CHECK(json::unquote(R"("\ud800")") == "\xEF\xBF\xBD");
    CHECK(json::unquote(R"("a\"\/\u0041")") == "a\"/A");
    CHECK(json::stands_for(R"("ab")", "ab"));
    CHECK_FALSE(json::stands_for(R"("ab")", "a"));
    CHECK_FALSE(json::stands_for(R"("a\u0062")", "a"));
}
