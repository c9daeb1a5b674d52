#include "unit/segments/support.hpp"

#include <cairn/segments/day_document.hpp>

using namespace cairn::segments;
using namespace segments_test;

namespace {

std::string united(std::string_view text, update const& u) {
    day_document d = decode(text);
    REQUIRE(d.unite(u).has_value());
    return encode(d);
}

std::string replaced(std::string_view text, update const& u) {
    day_document d = decode(text);
    REQUIRE(d.replace(u).has_value());
    return encode(d);
}

std::string deduplicated(std::string_view text, duplicate_rule rule, std::size_t removed) {
    day_document d = decode(text);
    REQUIRE(d.deduplicate(rule).has_value());
    CHECK(d.warnings().duplicates_removed == removed);
    std::string const once = encode(d);
    REQUIRE(d.deduplicate(rule).has_value());
    CHECK(d.warnings().duplicates_removed == removed);
    CHECK(encode(d) == once);
    return once;
}

} // namespace

TEST_CASE("segments that are missing are appended, the rest stays as it is written") {
    update const u("\"p\"", {"\"b\"", "\"c\"", "\"b\""});
    CHECK(united(R"({"profiles": [{"smi_uid": "p", "segments": ["a", "b" ], "x": 1.10}]})", u) ==
          R"({"profiles": [{"smi_uid": "p", "segments": ["a", "b","c" ], "x": 1.10}]})");
    CHECK(united(R"({"profiles":[{"segments": [ ],"smi_uid":"p"}]})", u) ==
          R"({"profiles":[{"segments": ["b","c"],"smi_uid":"p"}]})");
    CHECK(united(R"({"profiles":[{"segments":null,"smi_uid":"p"}]})", u) ==
          R"({"profiles":[{"segments":["b","c"],"smi_uid":"p"}]})");
    CHECK(united("{\"profiles\":[{\"smi_uid\":\"p\"\n}]}", u) ==
          "{\"profiles\":[{\"smi_uid\":\"p\",\"segments\":[\"b\",\"c\"]\n}]}");
    CHECK(united(R"({"profiles":[]})", u) ==
          R"({"profiles":[{"smi_uid":"p","segments":["b","c"]}]})");
    CHECK(united(R"({"profiles":[{"smi_uid":"p","segments":[1,["b"],{"c":1}]}]})", u) ==
          R"({"profiles":[{"smi_uid":"p","segments":[1,["b"],{"c":1},"b","c"]}]})");
}

TEST_CASE("nothing is touched where there is nothing to add") {
    std::string const text =
        R"({"profiles": [{"smi_uid": "\u0070", "segments": ["\u0062", "c", "c" ]}]})";
    CHECK(united(text, update("\"p\"", {"\"c\"", "\"b\""})) == text);
    CHECK(united(text, update("\"p\"")) == text);
    CHECK(replaced(R"({"profiles":[{"smi_uid":1,"segments":["a","b"]}]})",
                   update("1", {"\"a\"", "\"b\""})) ==
          R"({"profiles":[{"smi_uid":1,"segments":["a","b"]}]})");
}

TEST_CASE("an identity is found however it is written, and only with its type") {
    update const u("\"\xC3\xA9\"", {"\"s\""});
    CHECK(united(R"({"profiles":[{"smi_uid":"\u00e9","segments":[]}]})", u) ==
          R"({"profiles":[{"smi_uid":"\u00e9","segments":["s"]}]})");
    CHECK(united(R"({"profiles":[{"smi_uid":1},{"smi_uid":"1"},{"smi_uid":1.0}]})",
                 update("1.0", {"\"s\""})) ==
          R"({"profiles":[{"smi_uid":1},{"smi_uid":"1"},{"smi_uid":1.0,"segments":["s"]}]})");
    CHECK(
        united(R"({"profiles":[{"\u0073mi_uid":7,"\u0073egments":[]}]})", update("7", {"\"s\""})) ==
        R"({"profiles":[{"\u0073mi_uid":7,"\u0073egments":["s"]}]})");
}

TEST_CASE("new profiles are separated as the old ones are") {
    CHECK(united(R"({"profiles": [{"smi_uid": 1}, {"smi_uid": 2}]})", update("3")) ==
          R"({"profiles": [{"smi_uid": 1}, {"smi_uid": 2}, {"smi_uid":3,"segments":[]}]})");
    CHECK(united("{\"profiles\":[\n{},\n{}\n]}", update("3")) ==
          "{\"profiles\":[\n{},\n{},\n{\"smi_uid\":3,\"segments\":[]}\n]}");
}

TEST_CASE("the latest segments replace those that are there") {
    update const u("\"p\"", {"\"b\"", "\"b\""});
    CHECK(replaced(R"({"profiles":[{"smi_uid": "p", "segments": ["a", 1], "x": 1.10}]})", u) ==
          R"({"profiles":[{"smi_uid": "p", "segments": ["b","b"], "x": 1.10}]})");
    CHECK(replaced(R"({"profiles":[{"smi_uid":"p"}]})", u) ==
          R"({"profiles":[{"smi_uid":"p","segments":["b","b"]}]})");
    CHECK(replaced(R"({"profiles":[{"smi_uid":"p","segments":["a"]}]})", update("\"p\"")) ==
          R"({"profiles":[{"smi_uid":"p","segments":[]}]})");
}

TEST_CASE("profiles without an identity are kept, and never merged into") {
    std::string const text =
        R"({"profiles":[{},{"smi_uid":null},{"smi_uid":null},{"smi_uid":""},{"smi_uid":""},{"x":1}]})";
    CHECK(deduplicated(text, duplicate_rule::unite, 0) == text);
    CHECK(united(text, update("null", {"\"a\""})).starts_with(text.substr(0, text.size() - 2)));
}

TEST_CASE("duplicates are united in the first one's place") {
    std::string const text = R"({"profiles": [{"smi_uid": "a", "segments": ["x", "y"]}, )"
                             R"({"smi_uid": "b", "segments": ["q"], "n": 1.10}, )"
                             R"({"segments": ["y", "z"], "smi_uid": "\u0061", "m": 2.50}, )"
                             R"({"smi_uid": "c"}, {"smi_uid": "d"}, )"
                             R"({"smi_uid": "a", "segments": ["\u0078", "w"], "m": 2.5E0}]})";
    CHECK(deduplicated(text, duplicate_rule::unite, 2) ==
          R"({"profiles": [{"smi_uid":"a","segments":["x","y","z","w"],"m":2.5E0}, )"
          R"({"smi_uid": "b", "segments": ["q"], "n": 1.10}, {"smi_uid": "c"}, )"
          R"({"smi_uid": "d"}]})");
    CHECK(deduplicated(text, duplicate_rule::last_wins, 2) ==
          R"({"profiles": [{"smi_uid":"a","segments":["\u0078", "w"],"m":2.5E0}, )"
          R"({"smi_uid": "b", "segments": ["q"], "n": 1.10}, {"smi_uid": "c"}, )"
          R"({"smi_uid": "d"}]})");
}

TEST_CASE("duplicates with segments that are null or absent are united") {
    std::string const text =
        R"({"profiles":[{"smi_uid":1,"k":0,"k":1},{"smi_uid":1,"segments":["a"]},)"
        R"({"smi_uid":1,"segments":null,"k":2},{"smi_uid":1}]})";
    CHECK(deduplicated(text, duplicate_rule::unite, 3) ==
          R"({"profiles":[{"smi_uid":1,"k":0,"k":2,"segments":["a"]}]})");
    CHECK(deduplicated(text, duplicate_rule::last_wins, 3) ==
          R"({"profiles":[{"smi_uid":1,"k":0,"k":2,"segments":null}]})");
    CHECK(deduplicated(R"({"profiles":[{"smi_uid":1},{"smi_uid":1}]})", duplicate_rule::unite, 1) ==
          R"({"profiles":[{"smi_uid":1}]})");
}

TEST_CASE("after duplicates are gone their identity is found") {
    day_document d = decode(R"({"profiles":[{"smi_uid":1},{"smi_uid":2},{"smi_uid":1},)"
                            R"({"smi_uid":3}]})");
    REQUIRE(d.deduplicate(duplicate_rule::unite).has_value());
    REQUIRE(d.unite(update("3", {"\"c\""})).has_value());
    REQUIRE(d.unite(update("1", {"\"a\""})).has_value());
    CHECK(encode(d) == R"({"profiles":[{"smi_uid":1,"segments":["a"]},{"smi_uid":2},)"
                       R"({"smi_uid":3,"segments":["c"]}]})");
    REQUIRE(d.unite(update("2", {"\"b\""})).has_value());
    CHECK(encode(d) == R"({"profiles":[{"smi_uid":1,"segments":["a"]},)"
                       R"({"smi_uid":2,"segments":["b"]},{"smi_uid":3,"segments":["c"]}]})");
}

TEST_CASE("what was appended twice can be united later") {
    day_document d;
    REQUIRE(d.append(update("1", {"\"a\""})).has_value());
    REQUIRE(d.unite(update("2", {"\"b\""})).has_value()); // the index is made here
    REQUIRE(d.append(update("1", {"\"c\""})).has_value());
    CHECK(d.size() == 3);
    REQUIRE(d.deduplicate(duplicate_rule::unite).has_value());
    CHECK(encode(d) == R"({"profiles":[{"smi_uid":1,"segments":["a","c"]},)"
                       R"({"smi_uid":2,"segments":["b"]}]})");
}

TEST_CASE("a person with very many duplicates costs one pass") {
    std::string text = R"({"profiles":[)";
    for (int i = 0; i != 20000; ++i)
        text += (i == 0 ? "" : ",") + std::string(R"({"smi_uid":"p","segments":["s)") +
                std::to_string(i % 1000) + "\"]}";
    text += "]}";
    day_document d = decode(text);
    REQUIRE(d.deduplicate(duplicate_rule::unite).has_value());
    REQUIRE(d.size() == 1);
    CHECK(d.warnings().duplicates_removed == 19999);
    CHECK(d[0].segments.starts_with(R"(["s0","s1","s2",)"));
    CHECK(d[0].segments.ends_with(R"("s999"])"));
}

TEST_CASE("profiles are seen as they stand") {
    day_document d = decode(R"({"profiles":[{"segments": [1], "smi_uid": "\u0061"},{}]})");
    REQUIRE(d.size() == 2);
    CHECK(d[0].text == R"({"segments": [1], "smi_uid": "\u0061"})");
    CHECK(d[0].identity == R"("\u0061")");
    CHECK(d[0].segments == "[1]");
    CHECK(d[1].text == "{}");
    CHECK(d[1].identity.empty());
    CHECK(d[1].segments.empty());
}
