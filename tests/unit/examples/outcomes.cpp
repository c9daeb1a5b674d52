#include "support/catch.hpp"

#include <common/outcomes.hpp>

#include <memory>
#include <string>

using namespace common;

namespace {

error_text text(char const* t) {
    return std::make_shared<std::string const>(t);
}

std::string error_line(std::string_view t) {
    std::string out;
    append_error_line(out, t);
    return out;
}

} // namespace

TEST_CASE("outcome lines have the original's bytes") {
    CHECK(success_line("JSON data uploaded to S3.") ==
          "{\"port\":\"success\",\"value\":{\"message\":\"JSON data uploaded to S3.\"}}\n");
    CHECK(error_line("Could not find payload.traits.smi_uid") ==
          "{\"port\":\"error\",\"value\":{\"error\":\"Could not find payload.traits.smi_uid\"}}\n");
}

TEST_CASE("an error line is one line of JSON, whatever the text") {
    CHECK(
        error_line("a\"b\\c\nd\x01"
                   "e\xC5\x82\xFFz") ==
        "{\"port\":\"error\",\"value\":{\"error\":\"a\\\"b\\\\c\\nd\\u0001e\xC5\x82\xEF\xBF\xBDz\""
        "}}\n");
}

TEST_CASE("outcomes come out in the order in which payloads went in") {
    outcome_ring ring(3);
    CHECK(ring.empty());
    CHECK(ring.accept(10, 77) == 0);
    CHECK(ring.accept(20) == 1);
    CHECK(ring.accept(30) == 2);
    CHECK(ring.full());
    CHECK(ring.bytes() == 60);
    CHECK_FALSE(ring.pop().has_value());

    ring.settle(1, 2, text("no"));
    CHECK_FALSE(ring.pop().has_value());
    ring.settle(0, 1, nullptr);
    auto first = ring.pop();
    REQUIRE(first.has_value());
    CHECK(first->index == 0);
    CHECK(first->tag == 77);
    CHECK_FALSE(first->error);
    CHECK(ring.bytes() == 50);

    CHECK(ring.accept(1) == 3); // in the slot that became free
    CHECK(*ring.pop()->error == "no");
    CHECK(*ring.pop()->error == "no");
    CHECK_FALSE(ring.pop().has_value());
    ring.settle(3, 1, nullptr);
    CHECK_FALSE(ring.pop()->error);
    CHECK(ring.empty());
    CHECK(ring.accepted() == 4);
    CHECK(ring.bytes() == 0);
}

TEST_CASE("a payload's text is kept for its failure only") {
    outcome_ring ring(4);
    ring.accept(1, 0, "first");
    ring.accept(1, 0, "second");
    ring.settle(0, 1, nullptr);
    ring.settle(1, 1, text("no"));
    CHECK(ring.pop()->kept.empty());
    CHECK(ring.pop()->kept == "second");
}
