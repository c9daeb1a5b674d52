#include "support/catch.hpp"
#include "support/long_tests.hpp"

#include <cairn/json/scanner.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace json = cairn::json;

namespace {

std::string complaint(std::string_view text, json::scan_options options = {}) {
    auto const bad = json::validate(text, options);
    return bad ? bad->to_string() : "";
}

std::string repeat(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i != times; ++i)
        out += text;
    return out;
}

} // namespace

TEST_CASE("a scanner accepts what RFC 8259 accepts") {
    std::string_view const good[] = {
        "0",
        "-0",
        "-0.0e-0",
        "1.10",
        "1E400",
        "true",
        "null",
        "\"\"",
        " [ ] ",
        "\t{\r\n} ",
        "[[],{}]",
        "false",
        "[1,2]",
        "{\"\":{}}",
        "{\"a\":1,\"a\":2}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"",
        "\"\x7f\xC3\xA9\xE2\x82\xAC\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"",
    };
    for (std::string_view const text : good) {
        INFO(text);
        CHECK(complaint(text) == "");
    }
}

TEST_CASE("a scanner says what is wrong and where") {
    struct row {
        std::string_view text, message;
    };
    row const rows[] = {
        {"", "the text ends where a value is expected at byte 0 (line 1)"},
        {"{\n\"a\": \n", "the text ends where a value is expected at byte 8 (line 3)"},
        {"x", "expected a value at byte 0 (line 1)"},
        {"tru", "expected a value at byte 0 (line 1)"},
        {"[1,]", "expected a value at byte 3 (line 1)"},
        {"[1\n2]", "expected ',' or ']' at byte 3 (line 2)"},
        {"[1", "expected ',' or ']' at byte 2 (line 1)"},
        {"[1}", "expected ',' or ']' at byte 2 (line 1)"},
        {"{\"a\":1,}", "expected a member's name at byte 7 (line 1)"},
        {"{a:1}", "expected a member's name at byte 1 (line 1)"},
        {"{\"a\" 1}", "expected ':' at byte 5 (line 1)"},
        {"{\"a\":1]", "expected ',' or '}' at byte 6 (line 1)"},
        {"1 2", "something follows the value at byte 2 (line 1)"},
        {"\"abc", "unterminated string at byte 0 (line 1)"},
        {"\"abc\\", "unterminated string at byte 4 (line 1)"},
        {"\"a\nb\"", "control character in a string at byte 2 (line 1)"},
        {"\"\\x\"", "invalid escape at byte 1 (line 1)"},
        {"\"\\u12g4\"", "invalid \\u escape at byte 1 (line 1)"},
        {"\"\\u12", "invalid \\u escape at byte 1 (line 1)"},
        {"\"\\ud800\"", "half of a surrogate pair at byte 1 (line 1)"},
        {"\"\\udc00\"", "half of a surrogate pair at byte 1 (line 1)"},
        {"\"\\ud800\\u0041\"", "half of a surrogate pair at byte 1 (line 1)"},
        {"01", "a number begins with 0 at byte 0 (line 1)"},
        {"-", "invalid number at byte 0 (line 1)"},
        {"1.", "invalid number at byte 0 (line 1)"},
        {"1e+", "invalid number at byte 0 (line 1)"},
        {"-x", "invalid number at byte 0 (line 1)"},
        {"+1", "expected a value at byte 0 (line 1)"},
        {".5", "expected a value at byte 0 (line 1)"},
        {"[NaN]", "NaN is not JSON at byte 1 (line 1)"},
        {"[Infinity]", "Infinity is not JSON at byte 1 (line 1)"},
        {"[-Infinity]", "-Infinity is not JSON at byte 1 (line 1)"},
        {"\xEF\xBB\xBF{}", "a byte order mark is not JSON at byte 0 (line 1)"},
    };
    for (row const& r : rows) {
        INFO(r.text);
        CHECK(complaint(r.text) == r.message);
    }
    CHECK(complaint(std::string_view("\"a\0b\"", 5)) ==
          "control character in a string at byte 2 (line 1)");
}

TEST_CASE("a scanner refuses what is not UTF-8, wherever it stands") {
    std::string_view const bad[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC3",
        "\xC3(",
        "\xE0\x9F\xBF",
        "\xE2\x82",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xF0\x9F\x98",
    };
    for (std::string_view const bytes : bad) {
        for (std::size_t before = 0; before != 40; ++before) { // at every place of a block
            std::string const text =
                "\"" + std::string(before, 'x') + std::string(bytes) + std::string(20, 'y') + "\"";
            INFO(text);
            CHECK(complaint(text) ==
                  "invalid UTF-8 at byte " + std::to_string(before + 1) + " (line 1)");
        }
    }
}

TEST_CASE("a string's end is found at every place of a block") {
    for (std::size_t length = 0; length != 70; ++length) {
        std::string const body(length, 'a');
        CHECK(complaint("\"" + body + "\"") == "");
        CHECK(complaint("\"" + body + "\\n\"") == "");
        CHECK(complaint("\"" + body) == "unterminated string at byte 0 (line 1)");
        CHECK(complaint("\"" + body + "\x1f" + body + "\"") ==
              "control character in a string at byte " + std::to_string(length + 1) + " (line 1)");
    }
}

TEST_CASE("nesting is bounded, and does not recurse") {
    CHECK(complaint(repeat("[", 512) + repeat("]", 512)) == "");
    CHECK(complaint(repeat("[", 513) + repeat("]", 513)) ==
          "nesting deeper than 512 levels at byte 512 (line 1)");
    CHECK(complaint(repeat("[", 10000) + repeat("]", 10000)) ==
          "nesting deeper than 512 levels at byte 512 (line 1)");
    CHECK(complaint(repeat("{\"a\":", 10000) + "1" + repeat("}", 10000)) ==
          "nesting deeper than 512 levels at byte 2560 (line 1)");
    CHECK(complaint("[[]]", {.max_depth = 1}) == "nesting deeper than 1 levels at byte 1 (line 1)");
    json::scan_options const deep{.max_depth = 1000000};
    CHECK(complaint(repeat("[{\"a\":", 100000) + "1" + repeat("}]", 100000), deep) == "");
    CHECK(complaint(repeat("[{\"a\":", 100000) + "1" + repeat("}]", 99999) + "]]", deep) ==
          "expected ',' or '}' at byte 799999 (line 1)");
}

TEST_CASE("a text of 10 MB, or of 100, is scanned") {
    auto const size = support::full_or_brief(100'000'000u, 10'000'000u);
    std::string text = "{\"a\":\"";
    text.append(size / 2, 'x');
    text += "\",\"b\":[";
    while (text.size() < size)
        text += "1.25,\"\\u00e9\xC3\xA9\",{\"k\":null},";
    text += "0]}";
    CHECK(complaint(text) == "");
    text.pop_back();
    CHECK(complaint(text) ==
          "expected ',' or '}' at byte " + std::to_string(text.size()) + " (line 1)");
}

TEST_CASE("a caller walks into objects and arrays and sees exact texts") {
    std::string_view const text =
        " { \"a\" : 1.10 , \"b\":[ true,{\"c\" : [ ]}, \"x\\u0061\" ],\"d\":{} } ";
    json::scanner in(text);
    std::vector<std::string_view> seen;
    std::string_view key, value;
    REQUIRE(in.peek() == json::kind::object);
    for (in.enter_object(); in.next_member(key);) {
        seen.push_back(key);
        if (in.peek() == json::kind::array) {
            for (in.enter_array(); in.next_element();) {
                in.value(value);
                seen.push_back(value);
            }
        } else if (in.peek() == json::kind::object) {
            for (in.enter_object(); in.next_member(key);)
                seen.push_back(key);
        } else {
            in.value(value);
            seen.push_back(value);
        }
    }
    CHECK(in.finish());
    CHECK(in.ok());
    CHECK(in.offset() == text.size());
    CHECK(seen == std::vector<std::string_view>{"\"a\"", "1.10", "\"b\"", "true", "{\"c\" : [ ]}",
                                                "\"x\\u0061\"", "\"d\""});
}

TEST_CASE("an error ends every loop, and stays") {
    json::scanner in("[1,2 3]");
    std::string_view value;
    int count = 0;
    for (in.enter_array(); in.next_element(); ++count)
        in.value(value);
    CHECK(count == 2);
    CHECK_FALSE(in.ok());
    CHECK_FALSE(in.value(value));
    CHECK_FALSE(in.enter_object());
    CHECK_FALSE(in.next_element());
    CHECK_FALSE(in.finish());
    CHECK(in.peek() == json::kind::none);
    CHECK(in.error().to_string() == "expected ',' or ']' at byte 5 (line 1)");
}

TEST_CASE("what comes next is told before it is read") {
    using json::kind;
    auto const next = [](std::string_view text, bool nan = false) {
        return json::scanner(text, {.allow_nan = nan}).peek();
    };
    CHECK(next(" {") == kind::object);
    CHECK(next("[") == kind::array);
    CHECK(next("\"") == kind::string);
    CHECK(next("-1") == kind::number);
    CHECK(next("7") == kind::number);
    CHECK(next("true") == kind::boolean);
    CHECK(next("false") == kind::boolean);
    CHECK(next("null") == kind::null);
    CHECK(next("NaN") == kind::none);
    CHECK(next("NaN", true) == kind::not_a_number);
    CHECK(next("-Infinity", true) == kind::not_a_number);
    CHECK(next(" ") == kind::none);
    CHECK(json::scanner("1").enter_object() == false);
    CHECK(json::scanner("1").enter_array() == false);
}

TEST_CASE("Python's NaN is taken on request, and its places are told") {
    json::scan_options const lenient{.allow_nan = true};
    std::string_view const text = "[NaN,{\"a\":-Infinity},Infinity,-1,\"NaN\"]";
    json::scanner in(text, lenient);
    std::string_view whole;
    REQUIRE(in.value(whole));
    REQUIRE(in.finish());
    std::vector<std::string_view> seen;
    for (json::span const& s : in.nans())
        seen.push_back(text.substr(s.offset, s.length));
    CHECK(seen == std::vector<std::string_view>{"NaN", "-Infinity", "Infinity"});
    CHECK(complaint("[Na]", lenient) == "expected a value at byte 1 (line 1)");
    CHECK(complaint("[-Inf]", lenient) == "expected a value at byte 1 (line 1)");
    CHECK(complaint("[-NaN]", lenient) == "invalid number at byte 1 (line 1)");
}

TEST_CASE("half a surrogate pair is taken on request") {
    json::scan_options const lenient{.allow_lone_surrogates = true};
    CHECK(complaint("\"\\ud800\"", lenient) == "");
    CHECK(complaint("\"\\ud800\\ud800\\udc00\"", lenient) == "");
    CHECK(complaint("\"\\udc00x\"", lenient) == "");
    CHECK(complaint("\"\\ud800\\u00\"", lenient) == "invalid \\u escape at byte 7 (line 1)");
}
