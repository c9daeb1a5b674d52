#include "unit/segments/support.hpp"

#include <cairn/segments/day_codec.hpp>

using namespace cairn::segments;
using namespace segments_test;

static_assert(cairn::merge::codec<day_codec>);

TEST_CASE("a new day is an empty list") {
    day_codec codec;
    day_document d = codec.empty();
    CHECK(d.size() == 0);
    CHECK(encode(d) == R"({"profiles":[]})");
    d.ledger().record("w", 3);
    CHECK(encode(d) == R"({"profiles":[],"_cairn":{"format":1,"writers":{"w":3}}})");
}

TEST_CASE("what was stored is stored again, byte for byte") {
    std::string_view const texts[] = {
        R"({"profiles":[]})",
        "\n{ \"profiles\" : [ ] }\n",
        R"({"profiles": [{"smi_uid": "a", "segments": ["x", "y"]}, {"smi_uid": 1.10}]})",
        R"({"v":1.10,"v":1E400,"profiles":[{"x":-0.0,"smi_uid":"\u0061","segments":null}],"t":[]})",
        "{\n  \"profiles\": [\n    {\"smi_uid\": 1},\n\n    {\"smi_uid\": 2}\n  ],\n  \"a\": 0\n}",
        R"({"profiles":[{},{"smi_uid":null,"segments":[1,{"a":[]},null]},{"smi_uid":""}]})",
        R"({"_cairn":{"format":1,"writers":{}},"profiles":[]})",
        R"({"profiles":[{"smi_uid":"\ud800"}],"_cairn":{"format":1,"writers":{"a":2,"b":1}}})",
    };
    for (std::string_view const text : texts) {
        INFO(text);
        day_document d = decode(text);
        CHECK(d.warnings() == repairs{});
        CHECK(encode(d) == text);
        CHECK(encode(d) == text); // and from its own buffer
    }
}

TEST_CASE("the ledger is kept in one reserved member, where it stands") {
    day_document d = decode(
        R"({"a":1,"_cairn": {"writers":{"w\u0031":7,"x":18446744073709551615},"later":1.10,"format":1},)"
        R"("profiles":[{"smi_uid":1}],"b":2})");
    using entry = cairn::merge::ledger::entry;
    CHECK(d.ledger().entries() == std::vector<entry>{{"w1", 7}, {"x", UINT64_MAX}});
    d.ledger().record("\"q\"", 1);
    CHECK(encode(d) ==
          R"({"a":1,"_cairn": {"format":1,"writers":{"\"q\"":1,"w1":7,)"
          R"("x":18446744073709551615},"later":1.10},"profiles":[{"smi_uid":1}],"b":2})");
    d.ledger().record("x", 1);
    std::string const text = encode(d);
    CHECK(decode(text).ledger().entries() ==
          std::vector<entry>{{"x", UINT64_MAX}, {"\"q\"", 1}, {"w1", 7}});
    CHECK(day_codec(5).decode(text)->ledger().capacity() == 5);
    CHECK(day_codec(5).empty().ledger().capacity() == 5);
}

TEST_CASE("a ledger is added after the last member, and found again") {
    day_document d = decode("{\"profiles\": [] ,\n\"z\": {}\n}\n");
    d.ledger().record("w", 1);
    CHECK(encode(d) ==
          "{\"profiles\": [] ,\n\"z\": {},\"_cairn\":{\"format\":1,\"writers\":{\"w\":1}}\n}\n");
    d.ledger().record("w", 2);
    CHECK(encode(d) ==
          "{\"profiles\": [] ,\n\"z\": {},\"_cairn\":{\"format\":1,\"writers\":{\"w\":2}}\n}\n");
    d.ledger().record("v", 10);
    day_document again = decode(encode(d));
    CHECK(again.ledger().entries() == d.ledger().entries());
}

TEST_CASE("NaN in place of the segments is an empty list") {
    day_document d = decode(R"({"profiles": [{"smi_uid": "p", "segments": NaN}]})");
    CHECK(d.warnings().nan_as_null == 1);
    CHECK(d.unite(update("\"p\"", {"\"a\""})).has_value());
    CHECK(encode(d) == R"({"profiles": [{"smi_uid": "p", "segments": ["a"]}]})");
}

TEST_CASE("NaN is read as null, and counted") {
    day_document d = decode(R"({"profiles": [{"smi_uid": NaN, "segments": ["a", NaN]}, )"
                            R"({"smi_uid": "p", "score": -Infinity, "s": "NaN"}], "x": Infinity})");
    CHECK(d.warnings() == repairs{.nan_as_null = 4, .duplicates_removed = 0});
    CHECK(encode(d) == R"({"profiles": [{"smi_uid": null, "segments": ["a", null]}, )"
                       R"({"smi_uid": "p", "score": null, "s": "NaN"}], "x": null})");
    CHECK(decode(encode(d)).warnings() == repairs{});
}

TEST_CASE("what is not a day is refused, with what is wrong and where") {
    struct row {
        std::string_view text, message;
    };
    row const rows[] = {
        {"", "it is empty, of 0 bytes"},
        {"hello", "it is not JSON: expected a value at byte 0 (line 1)"},
        {"{\"profiles\":[]", "it is not JSON: expected ',' or '}' at byte 14 (line 1)"},
        {"{\"profiles\":[]}x", "it is not JSON: something follows the value at byte 15 (line 1)"},
        {"{\"profiles\":[{}\n{}]}", "it is not JSON: expected ',' or ']' at byte 16 (line 2)"},
        {"{\"profiles\":[{\"smi_uid\":x}]}",
         "it is not JSON: expected a value at byte 24 (line 1)"},
        {"{\"profiles\":x}", "it is not JSON: expected a value at byte 12 (line 1)"},
        {"{\"profiles\":[x]}", "it is not JSON: expected a value at byte 13 (line 1)"},
        {"{\"profiles\":[{\"segments\":}]}",
         "it is not JSON: expected a value at byte 25 (line 1)"},
        {"{\"profiles\":[\"\xFF\"]}", "profiles[0] is not an object at byte 13 (line 1)"},
        {"{\"a\":\"\xFF\"}", "it is not JSON: invalid UTF-8 at byte 6 (line 1)"},
        {"[]", "it is not an object at byte 0 (line 1)"},
        {" 7", "it is not an object at byte 1 (line 1)"},
        {"{}", "it has no member \"profiles\" at byte 0 (line 1)"},
        {"{\"profiles\":{}}", "profiles is not an array at byte 12 (line 1)"},
        {"{\"profiles\":null}", "profiles is not an array at byte 12 (line 1)"},
        {"{\"profiles\":[],\"profiles\":[]}", "two members \"profiles\" at byte 15 (line 1)"},
        {"{\"profiles\":[],\"pro\\u0066iles\":[]}", "two members \"profiles\" at byte 15 (line 1)"},
        {"{\"profiles\":[{},\n 3]}", "profiles[1] is not an object at byte 18 (line 2)"},
        {"{\"profiles\":[[]]}", "profiles[0] is not an object at byte 13 (line 1)"},
        {"{\"profiles\":[{\"segments\":\"a\"}]}",
         "profiles[0] has segments that are not an array at byte 25 (line 1)"},
        {"{\"profiles\":[{\"segments\":{}}]}",
         "profiles[0] has segments that are not an array at byte 25 (line 1)"},
        {"{\"profiles\":[{\"smi_uid\":true}]}",
         "profiles[0] has a smi_uid that is neither a string nor a number at byte 24 (line 1)"},
        {"{\"profiles\":[{\"smi_uid\":[]}]}",
         "profiles[0] has a smi_uid that is neither a string nor a number at byte 24 (line 1)"},
        {"{\"profiles\":[{\"smi_uid\":{}}]}",
         "profiles[0] has a smi_uid that is neither a string nor a number at byte 24 (line 1)"},
        {"{\"profiles\":[{\"smi_uid\":1,\"smi_uid\":1}]}",
         "profiles[0] has two smi_uid at byte 36 (line 1)"},
        {"{\"profiles\":[{\"segments\":[],\"segments\":[]}]}",
         "profiles[0] has two segments at byte 39 (line 1)"},
        {"{\"_cairn\":{\"format\":1,\"writers\":{}},\"profiles\":[],\"_cairn\":1}",
         "two members \"_cairn\" at byte 50 (line 1)"},
    };
    for (row const& r : rows) {
        INFO(r.text);
        CHECK(refusal(r.text) == r.message);
    }
}

TEST_CASE("a day nested too deeply is refused") {
    std::string const text = "{\"profiles\":[{\"x\":" + std::string(10000, '[');
    CHECK(refusal(text) == "it is not JSON: nesting deeper than 512 levels at byte 527 (line 1)");
}

TEST_CASE("a malformed reserved member is refused") {
    auto const with = [](std::string const& member) {
        return refusal("{\"profiles\":[],\"_cairn\":" + member + "}");
    };
    std::string const bad = "its member \"_cairn\" is malformed: ";
    CHECK(with("7") == bad + "it is not an object");
    CHECK(with("{}") == bad + "its format is not a number that counts from 1");
    CHECK(with("{\"format\":0,\"writers\":{}}") ==
          bad + "its format is not a number that counts from 1");
    CHECK(with("{\"format\":1.0,\"writers\":{}}") ==
          bad + "its format is not a number that counts from 1");
    CHECK(with("{\"format\":\"1\",\"writers\":{}}") ==
          bad + "its format is not a number that counts from 1");
    CHECK(with("{\"format\":1,\"format\":1}") == bad + "duplicate member \"format\"");
    CHECK(with("{\"format\":1}") == bad + "it has no member \"writers\"");
    CHECK(with("{\"format\":1,\"writers\":[]}") == bad + "its writers are not an object");
    CHECK(with("{\"format\":1,\"writers\":{},\"writers\":{}}") == bad + "two members \"writers\"");
    CHECK(with("{\"format\":1,\"writers\":{\"a\":-1}}") ==
          bad + "the number of writer \"a\" is not a count");
    CHECK(with("{\"format\":1,\"writers\":{\"a\":18446744073709551616}}") ==
          bad + "the number of writer \"a\" is not a count");
    CHECK(with("{\"format\":1,\"writers\":{\"a\":1,\"\\u0061\":2}}") ==
          bad + "writer \"a\" stands there twice");
    CHECK(with("{\"format\":1,\"writers\":{\"\\ud800\":1}}") ==
          bad + "a writer's name is not text");
}

TEST_CASE("a newer format is refused by its number, whatever else has changed") {
    std::string const message = "it was written in format 2; this program reads up to format 1";
    CHECK(refusal(R"({"profiles":[],"_cairn":{"format":2,"writers":7}})") == message);
    CHECK(refusal(R"({"profiles":{"p":[]},"_cairn":{"format":2}})") == message);
    CHECK(refusal(R"({"people":[],"_cairn":{"format":2}})") == message);
    CHECK(refusal(R"({"profiles":[7],"_cairn":{"format":2}})") == message);
}

TEST_CASE("encoded bytes outlive the document and its later changes") {
    day_codec codec;
    cairn::merge::encoded kept;
    {
        day_document d = decode(R"({"profiles":[{"smi_uid":1,"segments":[]}]})");
        kept = codec.encode(d);
        REQUIRE(d.unite(update("1", {"\"x\""})).has_value());
        codec.encode(d);
    }
    CHECK(text_of(kept) == R"({"profiles":[{"smi_uid":1,"segments":[]}]})");
}

TEST_CASE("a document may be copied and moved, each with its own changes") {
    day_document d = decode(R"({"profiles":[{"smi_uid":1,"segments":["a"]}]})");
    REQUIRE(d.unite(update("1", {"\"b\""})).has_value());
    day_document copy = d;
    REQUIRE(copy.unite(update("1", {"\"c\""})).has_value());
    day_document moved = std::move(d);
    CHECK(encode(moved) == R"({"profiles":[{"smi_uid":1,"segments":["a","b"]}]})");
    CHECK(encode(copy) == R"({"profiles":[{"smi_uid":1,"segments":["a","b","c"]}]})");
}

TEST_CASE("how many writers the ledger dropped is stored with it") {
    std::string text;
    {
        day_document d = decode(R"({"profiles":[],"_cairn":{"format":1,"writers":{"a":1,"b":2}}})");
        d.ledger() = cairn::merge::ledger(2);
        d.ledger().append({"a", 1});
        d.ledger().append({"b", 2});
        d.ledger().record("c", 1);
        text = encode(d);
    }
    CHECK(text == R"({"profiles":[],"_cairn":{"format":1,"writers":{"c":1,"a":1},"dropped":1}})");
    CHECK(decode(text).ledger().dropped() == 1);
}
