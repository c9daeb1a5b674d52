// The scanner's verdict against Boost.JSON's, on valid texts and on damaged ones.
#include "support/catch.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace json = cairn::json;

namespace {

using engine = std::mt19937_64;

std::size_t below(engine& random, std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

// Accepts everything that is grammatical: no limit but the grammar's.
struct ignore_all {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using code = boost::system::error_code;
    using view = boost::json::string_view;
    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t, code&) { return true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t, code&) { return true; }
    bool on_key_part(view, std::size_t, code&) { return true; }
    bool on_key(view, std::size_t, code&) { return true; }
    bool on_string_part(view, std::size_t, code&) { return true; }
    bool on_string(view, std::size_t, code&) { return true; }
    bool on_number_part(view, code&) { return true; }
    bool on_int64(std::int64_t, view, code&) { return true; }
    bool on_uint64(std::uint64_t, view, code&) { return true; }
    bool on_double(double, view, code&) { return true; }
    bool on_bool(bool, code&) { return true; }
    bool on_null(code&) { return true; }
    bool on_comment_part(view, code&) { return true; }
    bool on_comment(view, code&) { return true; }
};

bool boost_accepts(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::basic_parser<ignore_all> parser(options);
    boost::system::error_code problem;
    std::size_t const used = parser.write_some(false, text.data(), text.size(), problem);
    return !problem && used == text.size();
}

bool scanner_accepts(std::string_view text) {
    return !json::validate(text, {.max_depth = 64});
}

std::string const& pick(engine& random, std::vector<std::string> const& from) {
    return from[below(random, from.size())];
}

std::string generate(engine& random, int depth) {
    static std::vector<std::string> const scalars{
        "0",
        "-1",
        "1.10",
        "2e5",
        "-0.5E-3",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\"",
        R"("\u00e9\n\ud83d\ude00")",
        "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"",
        "\"a longer string, of more than sixteen bytes\""};
    static std::vector<std::string> const spaces{"", "", "", " ", "\n", " \t\r\n"};
    auto const space = [&random] { return pick(random, spaces); };
    std::size_t const what = depth == 0 ? 0 : below(random, 4);
    if (what < 2)
        return space() + pick(random, scalars) + space();
    bool const object = what == 2;
    std::string out = object ? "{" : "[";
    for (std::size_t i = 0, n = below(random, 5); i != n; ++i) {
        out += i == 0 ? space() : ",";
        if (object)
            out += space() + "\"k" + std::to_string(i) + "\"" + space() + ":";
        out += generate(random, depth - 1);
    }
    return space() + out + space() + (object ? "}" : "]") + space();
}

void damage(engine& random, std::string& text) {
    static std::vector<std::string> const pieces{"{",
                                                 "}",
                                                 "[",
                                                 "]",
                                                 ",",
                                                 ":",
                                                 "\"",
                                                 "\\",
                                                 "\\u",
                                                 "\\ud800",
                                                 "\\udc00",
                                                 "0",
                                                 "-",
                                                 ".",
                                                 "e",
                                                 "E+",
                                                 "1",
                                                 "t",
                                                 "true",
                                                 "nul",
                                                 "NaN",
                                                 "Infinity",
                                                 " ",
                                                 "\n",
                                                 std::string(1, '\0'),
                                                 "\x1f",
                                                 "\x7f",
                                                 "\x80",
                                                 "\xC0\x80",
                                                 "\xC3",
                                                 "\xED\xA0\x80",
                                                 "\xF4\x90\x80\x80",
                                                 "\xF0\x9F",
                                                 "/",
                                                 "\xEF\xBB\xBF"};
    for (std::size_t i = 0, n = 1 + below(random, 3); i != n; ++i) {
        std::size_t const at = below(random, text.size() + 1);
        switch (below(random, 4)) {
        case 0: text.insert(at, pick(random, pieces)); break;
        case 1: text.erase(at, 1 + below(random, 4)); break;
        case 2: text.resize(at); break;
        default:
            if (at != text.size())
                text[at] = static_cast<char>(below(random, 256));
        }
    }
}

} // namespace

TEST_CASE("the scanner and Boost.JSON agree on what is JSON") {
    std::uint64_t const seed = 20240607;
    std::cout << "differential seed " << seed << '\n';
    engine random(seed);
    std::size_t accepted = 0, refused = 0;
    for (int i = 0; i != 60000; ++i) {
        std::string text = generate(random, 4);
        REQUIRE(scanner_accepts(text));
        REQUIRE(boost_accepts(text));
        damage(random, text);
        bool const ours = scanner_accepts(text);
        if (ours != boost_accepts(text))
            FAIL("they differ on " << json::quote(text));
        ++(ours ? accepted : refused);
    }
    std::cout << "damaged texts: " << accepted << " accepted, " << refused << " refused\n";
    CHECK(accepted > 1000);
    CHECK(refused > 10000);
}

TEST_CASE("a random string keeps its value through quoting, as Boost.JSON reads it") {
    engine random(77);
    for (int i = 0; i != 5000; ++i) {
        std::string text;
        for (std::size_t n = below(random, 30); n != 0; --n)
            text += static_cast<char>(below(random, 128));
        CHECK(boost::json::parse(json::quote(text)).as_string() == text);
        std::string const theirs = boost::json::serialize(boost::json::string(text));
        CHECK(json::unquote(theirs) == text);
    }
}
