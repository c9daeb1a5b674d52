#include "support/catch.hpp"

#include <segments_uploader/input.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace uploader;

namespace {

using texts = std::vector<std::string>;

std::string show(frame const& f) {
    switch (f.what) {
    case frame::kind::payload: return std::string(f.text);
    case frame::kind::too_large: return "<too large>";
    case frame::kind::broken: break;
    }
    return "<broken>" + std::string(f.text);
}

void take(framer& in, texts& out) {
    while (auto const f = in.next())
        out.push_back(show(*f));
}

texts frames(std::string_view input, std::size_t piece, std::size_t max_payload = 1000) {
    framer in(max_payload);
    texts out;
    for (; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
        in.feed(input.substr(0, piece));
        take(in, out);
    }
    in.finish();
    take(in, out);
    return out;
}

/// The frames must not depend on how the input arrives.
texts frames_of(std::string_view input, std::size_t max_payload = 1000) {
    auto const whole = frames(input, input.size() + 1, max_payload);
    for (std::size_t const piece : {1u, 2u, 3u, 7u, 64u}) {
        INFO("in pieces of " << piece);
        CHECK(frames(input, piece, max_payload) == whole);
    }
    return whole;
}

} // namespace

TEST_CASE("an empty input has no payloads") {
    CHECK(frames_of("").empty());
    CHECK(frames_of("\n\r\n  \t\n").empty());
    CHECK(frames_of("\xEF\xBB\xBF").empty());
    CHECK(frames_of("[]").empty());
    CHECK(frames_of(" [ ] \n").empty());
}

TEST_CASE("a complete first line means lines") {
    CHECK(frames_of("{\"a\":1}\n{\"b\":2}\n") == texts{"{\"a\":1}", "{\"b\":2}"});
    CHECK(frames_of("{\"a\":1}\n{\"b\":2}") == texts{"{\"a\":1}", "{\"b\":2}"});
    CHECK(frames_of("\xEF\xBB\xBF{\"a\":1}\r\n\r\n  {\"b\":2}  \r\n") ==
          texts{"{\"a\":1}", "{\"b\":2}"});
    CHECK(frames_of("{\"a\":1} x\n{\"b\":2}\n") == texts{"{\"a\":1} x", "{\"b\":2}"});
    CHECK(frames_of("{\"a\":\"}{\\\"\"}\n7\n") == texts{"{\"a\":\"}{\\\"\"}", "7"});
}

TEST_CASE("a bad line stays alone") {
    CHECK(frames_of("{\"a\":1}\n{\"b\":\n]]]\n{\"c\":3}\n") ==
          texts{"{\"a\":1}", "{\"b\":", "]]]", "{\"c\":3}"});
    CHECK(frames_of("nonsense\n{\"b\":2}\n") == texts{"nonsense", "{\"b\":2}"});
    CHECK(frames_of("}\n{\"b\":2}\n") == texts{"}", "{\"b\":2}"});
    CHECK(frames_of("{\"a\":[1}\n{\"b\":2}\n") == texts{"{\"a\":[1}", "{\"b\":2}"});
}

TEST_CASE("a first line that was cut short does not make a document of lines") {
    CHECK(frames_of("{\"a\":\"x\n{\"b\":2}\n{\"c\":3}\n") ==
          texts{"{\"a\":\"x", "{\"b\":2}", "{\"c\":3}"});
    CHECK(frames_of("{\"a\":1,\n{\"b\":2}\n") == texts{"{\"a\":1,", "{\"b\":2}"});
    CHECK(frames_of("{\"a\":[1\n{\"b\":2}") == texts{"{\"a\":[1", "{\"b\":2}"});
    CHECK(frames_of("{\"a\":\n{\"b\":2}\n{\"c\":3}\n") ==
          texts{"{\"a\":", "{\"b\":2}", "{\"c\":3}"});
    CHECK(frames_of("not { json\n{\"b\":2}\n") == texts{"not { json", "{\"b\":2}"});
}

TEST_CASE("one document goes over several lines") {
    CHECK(frames_of("{\n  \"a\": {\n    \"b\": [1,\n 2]\n  }\n}\n") ==
          texts{"{\n  \"a\": {\n    \"b\": [1,\n 2]\n  }\n}"});
    CHECK(frames_of("{\n\"a\":[\n{\"x\":1},\n{\"y\":2}\n]}") ==
          texts{"{\n\"a\":[\n{\"x\":1},\n{\"y\":2}\n]}"});
    CHECK(frames_of("{\n\"a\":1\n}\n{\n\"b\":2\n}\n") == texts{"{\n\"a\":1\n}", "{\n\"b\":2\n}"});
    CHECK(frames_of("{\n\"a\":1\n") == texts{"{\n\"a\":1"});
    CHECK(frames_of("{\n\"a\":1\n]\n}\n") == texts{"<broken>{\n\"a\":1"});
}

TEST_CASE("a document is there as soon as its last bracket is") {
    framer in(1000);
    in.feed("{\n\"a\":1\n}");
    auto const f = in.next();
    REQUIRE(f.has_value());
    CHECK(f->text == "{\n\"a\":1\n}");
}

TEST_CASE("a leading bracket means an array, element by element") {
    CHECK(frames_of("[{\"a\":1},{\"b\":[1,2]} , 3,\"x,]\",null]\n") ==
          texts{"{\"a\":1}", "{\"b\":[1,2]}", "3", "\"x,]\"", "null"});
    CHECK(frames_of("\xEF\xBB\xBF\n [\n{\"a\":\n1}\n]") == texts{"{\"a\":\n1}"});
    framer in(1000);
    in.feed("[{\"a\":1}");
    auto const f = in.next();
    REQUIRE(f.has_value());
    CHECK(f->text == "{\"a\":1}");
}

TEST_CASE("a broken element is told, and what follows where it can be told apart") {
    CHECK(frames_of("[{\"a\":nope},{\"b\":2}]") == texts{"{\"a\":nope}", "{\"b\":2}"});
    CHECK(frames_of("[1,,2]") == texts{"1", "<broken>", "2"});
    CHECK(frames_of("[1,]") == texts{"1", "<broken>"});
    CHECK(frames_of("[{\"a\":1} {\"b\":2}, 3]") == texts{"{\"a\":1}", "<broken>{\"b\":2}", "3"});
    CHECK(frames_of("[1,{\"a\":2], 3, 4]") == texts{"1", "<broken>{\"a\":2"});
    CHECK(frames_of("[1] 2") == texts{"1", "<broken>2"});
    CHECK(frames_of("[1,2") == texts{"1", "2"});
    CHECK(frames_of("[{\"a\":1}") == texts{"{\"a\":1}", "<broken>"});
    CHECK(frames_of("[1,{\"a\":") == texts{"1", "{\"a\":"});
    CHECK(frames_of("[") == texts{"<broken>"});
}

TEST_CASE("after what cannot be told apart no more is read") {
    framer in(1000);
    in.feed("[}");
    CHECK(in.next().has_value());
    CHECK_FALSE(in.next().has_value());
    CHECK(in.gave_up());
    in.feed("1,2,3]");
    CHECK_FALSE(in.next().has_value());
}

TEST_CASE("what is too large is passed over, and what follows it is not") {
    std::string const big = "{\"a\":\"" + std::string(60, 'x') + "\"}";
    std::string const fits = "{\"a\":\"" + std::string(42, 'y') + "\"}";
    REQUIRE(fits.size() == 50);
    CHECK(frames_of(big + "\n" + fits + "\r\n" + big, 50) ==
          texts{"<too large>", fits, "<too large>"});
    CHECK(frames_of(fits + "\n" + big + "\n1\n", 50) == texts{fits, "<too large>", "1"});
    CHECK(frames_of("[" + big + "," + fits + "," + big + "]", 50) ==
          texts{"<too large>", fits, "<too large>"});
    CHECK(frames_of("{\n" + big + ":" + big + "\n}\n" + fits, 50) == texts{"<too large>", fits});
    CHECK(frames_of("{\"a\":\"" + std::string(60, 'x') + "\n" + fits + "\n" + fits, 50) ==
          texts{"<too large>", fits, fits});
}

TEST_CASE("ten thousand levels are a payload like others") {
    auto const deep = std::string(10'000, '[') + std::string(10'000, ']');
    CHECK(frames("{\"a\":" + deep + "}\n1\n", 4096, 100'000) == texts{"{\"a\":" + deep + "}", "1"});
    CHECK(frames("[1," + deep + "]", 4096, 100'000) == texts{"1", deep});
}
