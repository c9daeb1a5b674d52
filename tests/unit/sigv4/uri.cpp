#include <cairn/sigv4/uri.hpp>

#include "support/catch.hpp"

using namespace cairn::sigv4;

TEST_CASE("unreserved characters stay, every other byte is escaped in upper-case digits") {
    std::string all;
    for (int c = 0; c < 256; ++c)
        all += static_cast<char>(c);
    std::string expected;
    for (int c = 0; c < 256; ++c) {
        auto const ch = static_cast<char>(c);
        bool const alnum =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (alnum || ch == '-' || ch == '.' || ch == '_' || ch == '~')
            expected += ch;
        else {
            char const* const digits = "0123456789ABCDEF";
            expected += '%';
            expected += digits[c / 16];
            expected += digits[c % 16];
        }
    }
    CHECK(percent_encoded(all, false) == expected);
    CHECK(percent_decoded(expected) == all);
}

TEST_CASE("a slash stays only where it is asked for") {
    CHECK(percent_encoded("a/b c", true) == "a/b%20c");
    CHECK(percent_encoded("a/b c", false) == "a%2Fb%20c");
}

TEST_CASE("encoding appends, and encodes what looks encoded again") {
    std::string out = "/bucket/";
    append_percent_encoded(out, "100%25+=@~\xc3\xa4", true);
    CHECK(out == "/bucket/100%2525%2B%3D%40~%C3%A4");
    append_percent_encoded(out, "", true);
    CHECK(out == "/bucket/100%2525%2B%3D%40~%C3%A4");
}

TEST_CASE("decoding leaves plus signs and broken escapes alone") {
    CHECK(percent_decoded("a+b%2") == "a+b%2");
    CHECK(percent_decoded("%zz%4") == "%zz%4");
    CHECK(percent_decoded("%41%e1%88%B4") == "A\xe1\x88\xb4");
    CHECK(percent_decoded("%") == "%");
}
