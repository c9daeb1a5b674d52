#include "support/catch.hpp"

#include <cairn/segments/update.hpp>

#include <string>
#include <string_view>
#include <vector>

using cairn::segments::token_list;
using cairn::segments::update;

TEST_CASE("an update holds an identity and its segments") {
    update u("\"p\"", {"\"a\"", "\"b\""});
    u.add("\"c\"");
    CHECK(u.identity() == "\"p\"");
    CHECK(u.joined() == "\"a\",\"b\",\"c\"");
    CHECK(update("7").joined().empty());
    CHECK(u == update("\"p\"", {"\"a\"", "\"b\"", "\"c\""}));
    CHECK_FALSE(update("\"p\"") == update("\"q\""));
}

TEST_CASE("joined tokens are walked one by one, whatever they contain") {
    std::vector<std::string> const tokens{R"("a")",  R"("")",     R"(",")",    R"("\",\"")",
                                          R"("\\")", R"("\\\"")", R"("[\\\\")"};
    std::string joined;
    for (std::string const& t : tokens)
        joined += (joined.empty() ? "" : ",") + t;
    token_list const list(joined);
    CHECK(std::vector<std::string>(list.begin(), list.end()) == tokens);
    token_list const none("");
    CHECK(none.begin() == none.end());
}
