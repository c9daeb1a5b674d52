#include "support/catch.hpp"

#include <cairn/core/base64.hpp>

#include <string>
#include <string_view>

using namespace cairn;

TEST_CASE("base64 is written as RFC 4648 has it") {
    CHECK(to_base64("") == "");
    CHECK(to_base64("f") == "Zg==");
    CHECK(to_base64("fo") == "Zm8=");
    CHECK(to_base64("foo") == "Zm9v");
    CHECK(to_base64("foob") == "Zm9vYg==");
    CHECK(to_base64("\xfb\xff\xbf") == "+/+/");
}

TEST_CASE("base64 goes both ways") {
    std::string every, out;
    for (int i = 0; i < 600; ++i) {
        REQUIRE(from_base64(to_base64(every), out));
        REQUIRE(out == every);
        every += static_cast<char>(i * 7);
    }
}

TEST_CASE("base64 is read strictly") {
    for (std::string_view const bad : {"Y", "YQ", "YQ=", "Y===", "====", "YQ==\n", " YQ=", "YW I",
                                       "Y=Q=", "YQ==YQ==", "Y-J_", "!!!!"}) {
        INFO(bad);
        std::string bytes = "old";
        CHECK_FALSE(from_base64(bad, bytes));
        CHECK(bytes.empty());
    }
}
