#include <cairn/records/framer.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace cairn::records;

namespace {

using texts = std::vector<std::string>;

/// Each frame as text; pieces are put together, and stand before the end that they belong to.
struct collector {
    texts out;
    std::string pieces;

    void take(framer& in) {
        while (auto const f = in.next())
            add(*f);
    }
    void add(frame const& f) {
        if (f.what == frame::kind::piece) {
            pieces += f.text;
            return;
        }
        std::string text = pieces + std::string(f.text);
        CHECK(f.size == text.size());
        while (text.ends_with('\n')) // pieces may have it
            text.pop_back();
        CHECK((f.what == frame::kind::broken) == !f.reason.empty());
        pieces.clear();
        out.push_back(f.what == frame::kind::value       ? text
                      : f.what == frame::kind::too_large ? "<too large>" + text
                                                         : "<broken>" + text);
    }
};

texts frames(std::string_view input, std::size_t piece, std::size_t max_size = 1000) {
    framer in(max_size);
    collector c;
    for (; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
        in.feed(input.substr(0, piece));
        c.take(in);
    }
    in.finish();
    c.take(in);
    CHECK(in.unfinished() == 0);
    CHECK(c.pieces.empty());
    return c.out;
}

/// The frames must not depend on how the input arrives.
texts frames_of(std::string_view input, std::size_t max_size = 1000) {
    auto const whole = frames(input, input.size() + 1, max_size);
    for (std::size_t const piece : {1u, 2u, 3u, 7u, 64u}) {
        INFO("in pieces of " << piece);
        CHECK(frames(input, piece, max_size) == whole);
    }
    return whole;
}

/// One refusal's reason.
std::string reason_of(std::string_view input) {
    framer in(100'000'000);
    in.feed(input);
    in.finish();
    std::string reason;
    while (auto const f = in.next())
        if (f->what == frame::kind::broken)
            reason = f->reason;
    return reason;
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
    CHECK(frames_of("{\"a\":1} x\n{\"b\":2}\n") == texts{"{\"a\":1}", "x", "{\"b\":2}"});
    CHECK(frames_of("{\"a\":\"}{\\\"\"}\n7\n") == texts{"{\"a\":\"}{\\\"\"}", "7"});
}

TEST_CASE("a bad line stays alone") {
    CHECK(frames_of("{\"a\":1}\n{\"b\":\n]]]\n{\"c\":3}\n") ==
          texts{"{\"a\":1}", "{\"b\":\n]", "]]", "{\"c\":3}"});
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
    CHECK(frames_of("{\n\"a\":1\n]\n}\n") == texts{"{\n\"a\":1\n]", "}"});
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
    CHECK(frames_of("[1,{\"a\":2], 3, 4]") == texts{"1", "{\"a\":2]", "3", "4"});
    CHECK(frames_of("[1] 2") == texts{"1", "2"});
    CHECK(frames_of("[1,2") == texts{"1", "2", "<broken>"});
    CHECK(frames_of("[{\"a\":1}") == texts{"{\"a\":1}", "<broken>"});
    CHECK(frames_of("[1,{\"a\":") == texts{"1", "{\"a\":"});
    CHECK(frames_of("[") == texts{"<broken>"});
}

TEST_CASE("values of any kind follow each other, mixed, with or without line breaks") {
    CHECK(frames_of("[{\"a\":1}]\n[{\"b\":2},{\"c\":3}]\n") ==
          texts{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"});
    CHECK(frames_of("{\"a\":1}{\"b\":2}[{\"c\":3}][]{\"d\":4}") ==
          texts{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"d\":4}"});
    CHECK(frames_of("{\"a\":1}\n{\n\"b\":2\n}\n[\n{\"c\":\n3}\n]\n{\"d\":4}\n") ==
          texts{"{\"a\":1}", "{\n\"b\":2\n}", "{\"c\":\n3}", "{\"d\":4}"});
    std::string lines;
    for (int i = 0; i != 3000; ++i)
        lines += "[{\"a\":" + std::to_string(i) + "}]\n";
    auto const all = frames(lines, 4096);
    REQUIRE(all.size() == 3000);
    CHECK(all.back() == "{\"a\":2999}");
}

TEST_CASE("a byte order mark at the beginning of a line is passed over") {
    std::string const mark = "\xEF\xBB\xBF";
    CHECK(frames_of(mark + "{\"a\":1}\n" + mark + "{\"b\":2}\n" + mark + "[3]\n" + mark) ==
          texts{"{\"a\":1}", "{\"b\":2}", "3"});
    CHECK(frames_of(mark + mark + "1\n\xEF\xBB") == texts{"1", "\xEF\xBB"});
}

TEST_CASE("elements behind a broken one are found") {
    std::string const p = "{\"s\":[\"x\"]}";
    std::string const q = "{\"t\":{\"u\":\"b\"},\"s\":[\"x\"";
    CHECK(frames_of("[" + p + "," + q + "}}," + p + "," + p + "]") == texts{p, q + "}}", p, p});
    CHECK(frames_of("[" + q + "}," + p + "]") == texts{q + "}", p});
    CHECK(frames_of("[" + q + "]]," + p + "]") == texts{q + "]]", p});
    CHECK(frames_of("[" + q + "]}}}," + p + "]") == texts{q + "]}", "<broken>}}", p});
    CHECK(frames_of("[{\"s\":[\"x]},\n" + p + ",\n" + p + "\n]\n" + p) ==
          texts{"{\"s\":[\"x]},", p, p, p});
}

TEST_CASE("an array that was cut short takes nothing else with it") {
    CHECK(frames_of("[{\"a\":1}\n[{\"b\":2}]\n[{\"c\":3}]\n") ==
          texts{"{\"a\":1}", "<broken>", "{\"b\":2}", "{\"c\":3}"});
    CHECK(frames_of("[{\"a\":\n[{\"b\":2}]\n[{\"c\":3}]\n") ==
          texts{"{\"a\":", "{\"b\":2}", "{\"c\":3}"});
    CHECK(frames_of("[{\"a\":\"x\n{\"b\":2}\n{\"c\":3}\n]") ==
          texts{"{\"a\":\"x", "{\"b\":2}", "<broken>{\"c\":3}"});
}

TEST_CASE("too many brackets are told, and end with their line") {
    auto const deep = std::string(3'000'000, '[');
    CHECK(reason_of(deep).find("nested deeper than 1048576 levels") != std::string::npos);
    auto const all = frames(deep + "\n{\"a\":1}\n", 65536, 10'000'000);
    REQUIRE(all.size() == 2);
    CHECK(all[0] == "<broken>" + deep.substr(1));
    CHECK(all[1] == "{\"a\":1}");
}

TEST_CASE("an input that is cut tells what is left of it") {
    for (std::string const text :
         {"{\"a\":1}\n{\"b\":", "[{\"a\":1},{\"b\":", "{\"a\":1}\n  x\ny"}) {
        framer in(1000);
        collector c;
        in.feed(text);
        c.take(in);
        CHECK(in.unfinished() > 0);
        in.cut("because");
        c.take(in);
        REQUIRE(c.out.size() >= 2);
        CHECK(c.out[0] == "{\"a\":1}");
        CHECK(text.ends_with(c.out.back().substr(8)));
        CHECK(c.out.back().starts_with("<broken>"));
        CHECK(in.unfinished() == 0);
    }
    for (std::string const text : {"", "{\"a\":1} \n", "[{\"a\":1}", "[{\"a\":1} ,\n "}) {
        framer in(1000);
        collector c;
        in.feed(text);
        c.take(in);
        in.cut("because");
        c.take(in);
        CHECK(c.out.size() == (text.empty() ? 0u : 1u));
    }
}

TEST_CASE("however bytes arrive, each is in one frame, and the frames are the same") {
    std::mt19937 random(20261127);
    std::string_view const tokens[] = {
        "{", "}", "[",         "]",           ",", "\"", "\n",           "\n",
        ":", "a", "{\"a\":1}", "[{\"b\":2}]", " ", "\\", "\xEF\xBB\xBF", "1"};
    for (int round = 0; round != 20'000; ++round) {
        std::string input;
        for (auto n = random() % 24; n != 0; --n)
            input += tokens[random() % std::size(tokens)];
        INFO(input);
        auto const whole = frames(input, input.size() + 1, 12);
        auto const pieces = frames(input, 1 + random() % 3, 12);
        auto const plain = [](texts const& all) {
            std::string text;
            for (std::string const& s : all)
                text += s.substr(s.starts_with("<broken>")      ? 8
                                 : s.starts_with("<too large>") ? 11
                                                                : 0);
            std::erase_if(text, [](char c) {
                return std::string_view(" \n[],\xEF\xBB\xBF").find(c) != std::string_view::npos;
            });
            return text;
        };
        std::string kept = input;
        std::erase_if(kept, [](char c) {
            return std::string_view(" \n[],\xEF\xBB\xBF").find(c) != std::string_view::npos;
        });
        REQUIRE(plain(whole) == kept);
        REQUIRE(plain(pieces) == kept);
        REQUIRE(frames(input, input.size() + 1, 1000) == frames(input, 1 + random() % 3, 1000));
    }
}

TEST_CASE("what is too large is passed over, and what follows it is not") {
    std::string const big = "{\"a\":\"" + std::string(60, 'x') + "\"}";
    std::string const fits = "{\"a\":\"" + std::string(42, 'y') + "\"}";
    REQUIRE(fits.size() == 50);
    CHECK(frames_of(big + "\n" + fits + "\r\n" + big, 50) ==
          texts{"<too large>" + big, fits, "<too large>" + big});
    CHECK(frames_of(fits + "\n" + big + "\n1\n", 50) == texts{fits, "<too large>" + big, "1"});
    CHECK(frames_of("[" + big + "," + fits + "," + big + "]", 50) ==
          texts{"<too large>" + big, fits, "<too large>" + big});
    auto const wide = "{\n" + big + ":" + big + "\n}";
    CHECK(frames_of(wide + "\n" + fits, 50) == texts{"<too large>" + wide, fits});
    CHECK(frames_of("{\"a\":\"" + std::string(60, 'x') + "\n" + fits + "\n" + fits, 50) ==
          texts{"<too large>{\"a\":\"" + std::string(60, 'x'), fits, fits});
}

TEST_CASE("ten thousand levels are a payload like others") {
    auto const deep = std::string(10'000, '[') + std::string(10'000, ']');
    CHECK(frames("{\"a\":" + deep + "}\n1\n", 4096, 100'000) == texts{"{\"a\":" + deep + "}", "1"});
    CHECK(frames("[1," + deep + "]", 4096, 100'000) == texts{"1", deep});
}
