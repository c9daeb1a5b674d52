#include "support/catch.hpp"

#include <cairn/segments/payload.hpp>

#include <string>
#include <string_view>
#include <vector>

using cairn::errc;
using cairn::segments::payload_reader;
using cairn::segments::update;

namespace {

cairn::error refusal(std::string_view payload, payload_reader const& reader = {}) {
    auto const read = reader.read(payload);
    REQUIRE(read.has_error());
    CHECK(read.error().effect == cairn::remote_effect::none);
    return read.error();
}

std::string identity(std::string_view payload, std::vector<std::string> const& pointers) {
    auto const read = payload_reader::make(pointers).value().read(payload);
    return read ? std::string(read->identity()) : read.error().message;
}

} // namespace

TEST_CASE("a payload gives an identity and its segments, in order") {
    auto const u = payload_reader().read(R"( {"traits" : {"smi_uid":"p1", "x":[{}]},
        "segments": [ "b", "a" ,"b", "" ], "more": 1.10} )");
    REQUIRE(u.has_value());
    CHECK(u->identity() == "\"p1\"");
    CHECK(u->joined() == R"("b","a","b","")");
    auto const none = payload_reader().read(R"({"segments":[],"traits":{"smi_uid":17}})");
    REQUIRE(none.has_value());
    CHECK(none->identity() == "17");
    CHECK(none->joined().empty());
}

TEST_CASE("an identity is the same only if type and text match") {
    auto const id = [](std::string const& token) {
        return identity(R"({"traits":{"smi_uid":)" + token + R"(},"segments":[]})",
                        {"/traits/smi_uid"});
    };
    CHECK(id("1.10") == "1.10");
    CHECK(id("-0") == "-0");
    CHECK(id("1E2") == "1E2");
    CHECK(id("\"1\"") == "\"1\"");
    CHECK(id(R"("\u0061\/")") == "\"a/\"");
    CHECK(id(R"("\u00e9")") == "\"\xC3\xA9\"");
    for (char const* token : {"null", "true", "false", "\"\"", "[]", "{}"})
        CHECK(id(token) == "Could not find payload.traits.smi_uid");
}

TEST_CASE("segments are canonical tokens") {
    auto const u = payload_reader().read(
        R"({"traits":{"smi_uid":1},"segments":["\u0061","\"","\\","a\\\"","\u0001"]})");
    REQUIRE(u.has_value());
    std::vector<std::string> const tokens(u->segments().begin(), u->segments().end());
    CHECK(tokens ==
          std::vector<std::string>{R"("a")", R"("\"")", R"("\\")", R"("a\\\"")", R"("\u0001")"});
}

TEST_CASE("the first pointer that hits gives the identity") {
    std::vector<std::string> const both{"/a/b", "/ids/1"};
    CHECK(identity(R"({"a":{"b":1},"ids":[2,3],"segments":[]})", both) == "1");
    CHECK(identity(R"({"a":{"b":null},"ids":[2,3],"segments":[]})", both) == "3");
    CHECK(identity(R"({"ids":[2],"segments":[]})", both) == "Could not find payload.a.b");
    CHECK(identity(R"({"a":{"b":1},"ids":1,"ids":2,"segments":[]})", both) == "1");
    CHECK(identity(R"({"ids":1,"ids":2,"segments":[]})", both) ==
          "duplicate member \"ids\" at byte 9 (line 1)");
    CHECK(identity(R"({"x/y":"z","segments":[]})", {"/x~1y"}) == "\"z\"");
}

TEST_CASE("a missing identity has the original's message") {
    for (char const* payload : {"{}", R"({"segments":[]})", R"({"traits":{}})",
                                R"({"traits":null,"segments":3})", R"({"traits":[]})"}) {
        cairn::error const e = refusal(payload);
        CHECK(e.code == errc::not_found);
        CHECK(e.message == "Could not find payload.traits.smi_uid");
    }
}

TEST_CASE("everything else that is wrong is told, with its place") {
    struct row {
        std::string payload, message;
    };
    std::string const id = R"({"traits":{"smi_uid":1})";
    std::string deep = id + ",\"x\":";
    for (int i = 0; i != 10000; ++i)
        deep += '[';
    row const rows[] = {
        {"", "unreadable JSON: the text ends where a value is expected at byte 0 (line 1)"},
        {"{\"traits\":", "unreadable JSON: the text ends where a value is expected at byte 10 "
                         "(line 1)"},
        {"{\n\"traits\" 1}", "unreadable JSON: expected ':' at byte 11 (line 2)"},
        {"{} {}", "unreadable JSON: something follows the value at byte 3 (line 1)"},
        {id + ",\"x\":NaN}", "unreadable JSON: NaN is not JSON at byte 28 (line 1)"},
        {id + ",\"x\":-Infinity}", "unreadable JSON: -Infinity is not JSON at byte 28 (line 1)"},
        {id + ",\"x\":\"\xFF\"}", "unreadable JSON: invalid UTF-8 at byte 29 (line 1)"},
        {id + ",\"x\":\"\\ud800\"}",
         "unreadable JSON: half of a surrogate pair at byte 29 (line 1)"},
        {deep, "unreadable JSON: nesting deeper than 512 levels at byte 539 (line 1)"},
        {"[]", "the payload is not an object"},
        {"\"traits\"", "the payload is not an object"},
        {id + ",\"traits\":{}}", "duplicate member \"traits\" at byte 24 (line 1)"},
        {R"({"traits":{"smi_uid":1,"smi_uid":1}})",
         "duplicate member \"smi_uid\" at byte 23 (line 1)"},
        {id + ",\"segments\":[],\"segments\":[]}",
         "duplicate member \"segments\" at byte 38 (line 1)"},
        {id + "}", "the payload has no segments"},
        {id + ",\"segments\":null}", "segments is not an array, at byte 35"},
        {id + ",\"segments\":\"a\"}", "segments is not an array, at byte 35"},
        {id + ",\"segments\":[\"a\", 7]}", "segments[1] is not a string, at byte 41"},
        {id + ",\"segments\":[null]}", "segments[0] is not a string, at byte 36"},
    };
    for (row const& r : rows) {
        INFO(r.payload.substr(0, 100));
        cairn::error const e = refusal(r.payload);
        CHECK(e.code == errc::invalid_argument);
        CHECK(e.message == r.message);
    }
}

TEST_CASE("validity comes first, then the identity, then the segments") {
    CHECK(refusal(R"({"segments":7,"x":01})").message ==
          "unreadable JSON: a number begins with 0 at byte 18 (line 1)");
    CHECK(refusal(R"({"segments":7})").code == errc::not_found);
    CHECK(refusal(R"({"segments":7,"traits":{"smi_uid":1}})").message ==
          "segments is not an array, at byte 12");
}

TEST_CASE("duplicates that are not on the way do no harm") {
    CHECK(payload_reader()
              .read(R"({"x":1,"x":2,"traits":{"y":1,"smi_uid":1,"y":2},"segments":[]})")
              .has_value());
}

TEST_CASE("bad pointers are refused when the reader is made") {
    auto const message = [](std::vector<std::string> const& pointers) {
        auto const made = payload_reader::make(pointers);
        REQUIRE(made.has_error());
        CHECK(made.error().code == errc::invalid_argument);
        return made.error().message;
    };
    CHECK(message({}) == "no JSON Pointer names the identity");
    CHECK(message({"/a", "b"}) == "not a JSON Pointer: \"b\" does not begin with '/'");
    CHECK(message({"/a~"}) == "not a JSON Pointer: in \"/a~\", '~' is followed by neither 0 nor 1");
    CHECK(message({""}) == "the JSON Pointer \"\" names the payload itself");
}

TEST_CASE("a payload of 100 MB is read") {
    std::string payload = R"({"traits":{"smi_uid":"big"},"junk":")";
    payload.append(100'000'000, 'x');
    payload += R"(","segments":["a"]})";
    auto const u = payload_reader().read(payload);
    REQUIRE(u.has_value());
    CHECK(*u == update("\"big\"", {"\"a\""}));
}
