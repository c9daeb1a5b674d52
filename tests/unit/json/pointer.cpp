#include "support/catch.hpp"

#include <cairn/json/pointer.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace json = cairn::json;

namespace {

json::pointer at(std::string_view text) {
    return json::pointer::parse(text).value();
}

std::string refusal(std::string_view text) {
    auto const parsed = json::pointer::parse(text);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == cairn::errc::invalid_argument);
    return parsed.error().message;
}

// The text found, "absent", or what is wrong.
std::string look(std::string_view text, std::string_view pointer) {
    json::lookup const found = json::find(text, at(pointer));
    if (found.problem)
        return found.problem->to_string();
    return std::string(found.value.value_or("absent"));
}

} // namespace

TEST_CASE("JSON Pointers are parsed as RFC 6901 says") {
    using tokens = std::vector<std::string>;
    CHECK(at("").tokens() == tokens{});
    CHECK(at("/").tokens() == tokens{""});
    CHECK(at("/a/b").tokens() == tokens{"a", "b"});
    CHECK(at("/a~1b/m~0n/~01//").tokens() == tokens{"a/b", "m~n", "~1", "", ""});
    CHECK(at("/traits/smi_uid").dotted() == ".traits.smi_uid");
    CHECK(at("/a\n/\"").dotted() == ".a\\n.\\\"");
    CHECK(refusal("a") == "not a JSON Pointer: \"a\" does not begin with '/'");
    CHECK(refusal("/a~") == "not a JSON Pointer: in \"/a~\", '~' is followed by neither 0 nor 1");
    CHECK(refusal("/a~2b") ==
          "not a JSON Pointer: in \"/a~2b\", '~' is followed by neither 0 nor 1");
    CHECK(refusal("/\xFF") == "not a JSON Pointer: invalid UTF-8");
}

TEST_CASE("the RFC's own example is found") {
    std::string_view const text = R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3,
        "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8})";
    CHECK(look(text, "") == text);
    CHECK(look(text, "/foo") == R"(["bar", "baz"])");
    CHECK(look(text, "/foo/0") == "\"bar\"");
    CHECK(look(text, "/foo/1") == "\"baz\"");
    CHECK(look(text, "/") == "0");
    CHECK(look(text, "/a~1b") == "1");
    CHECK(look(text, "/c%d") == "2");
    CHECK(look(text, "/i\\j") == "5");
    CHECK(look(text, "/k\"l") == "6");
    CHECK(look(text, "/ ") == "7");
    CHECK(look(text, "/m~0n") == "8");
}

TEST_CASE("what is not there is absent") {
    CHECK(look(R"({"a":[1]})", "/b") == "absent");
    CHECK(look(R"({"a":[1]})", "/a/1") == "absent");
    CHECK(look(R"({"a":[1]})", "/a/-") == "absent");
    CHECK(look(R"({"a":[1]})", "/a/00") == "absent");
    CHECK(look(R"({"a":[1]})", "/a/") == "absent");
    CHECK(look(R"({"a":[1]})", "/a/99999999999999999999999") == "absent");
    CHECK(look(R"({"a":[1]})", "/a/0/x") == "absent");
    CHECK(look(R"({"a":"b"})", "/a/b") == "absent");
}

TEST_CASE("names are compared by what they stand for, texts are handed out as they stand") {
    CHECK(look(R"({"\u0061": 1.10 })", "/a") == "1.10");
    CHECK(look("{\"\xC3\xA9\":1E2}", "/\xC3\xA9") == "1E2");
    CHECK(look(R"({"\u00e9":[ 1 ]})", "/\xC3\xA9") == "[ 1 ]");
}

TEST_CASE("duplicate members on the path are noticed, others are not") {
    CHECK(look(R"({"a":1,"b":2,"a":3})", "/a") == "duplicate member \"a\" at byte 13 (line 1)");
    CHECK(look("{\"a\":1,\n\"\\u0061\":1}", "/a") == "duplicate member \"a\" at byte 8 (line 2)");
    CHECK(look(R"({"x":{"a":1,"a":3}})", "/x/a") == "duplicate member \"a\" at byte 12 (line 1)");
    CHECK(look(R"({"a":1,"a":3,"b":2})", "/b") == "2");
}

TEST_CASE("unreadable text is told with its place in the whole") {
    CHECK(look("{\"a\":{\"b\":x}}", "/a/b") == "expected a value at byte 10 (line 1)");
    CHECK(look("", "/a") == "the text ends where a value is expected at byte 0 (line 1)");
}
