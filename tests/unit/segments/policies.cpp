#include "unit/segments/support.hpp"

#include <cairn/merge/concepts.hpp>
#include <cairn/segments/policies.hpp>

#include <vector>

using namespace cairn::segments;
using namespace segments_test;

static_assert(cairn::merge::policy<union_policy, day_document>);
static_assert(cairn::merge::policy<replace_policy, day_document>);
static_assert(cairn::merge::policy<append_policy, day_document>);
static_assert(union_policy::idempotent);
static_assert(!replace_policy::idempotent);
static_assert(!append_policy::idempotent);

namespace {

template <class Policy>
std::string merged(std::string_view text, std::vector<update> const& updates, int times = 1) {
    Policy policy;
    typename Policy::group group;
    for (update const& u : updates)
        policy.fold(group, u);
    day_document d = decode(text);
    while (times-- > 0)
        REQUIRE(policy.apply(d, group).has_value());
    return encode(d);
}

std::vector<update> const three{update("\"p\"", {"\"b\"", "\"a\"", "\"b\""}),
                                update("\"q\"", {"\"x\""}), update("\"p\"", {"\"c\"", "\"a\""})};

std::string const twice = R"({"profiles":[{"smi_uid":"p","segments":["a"]},{"smi_uid":"r"},)"
                          R"({"smi_uid":"p","segments":["z"]}]})";

} // namespace

TEST_CASE("union keeps what is there and adds what is new, once") {
    std::string const all = R"({"profiles":[{"smi_uid":"p","segments":["a","z","b","c"]},)"
                            R"({"smi_uid":"r"},{"smi_uid":"q","segments":["x"]}]})";
    CHECK(merged<union_policy>(twice, three) == all);
    CHECK(merged<union_policy>(twice, three, 3) == all);
    CHECK(merged<union_policy>(all, three) == all);
    CHECK(merged<union_policy>(R"({"profiles":[]})", three) ==
          R"({"profiles":[{"smi_uid":"p","segments":["b","a","c"]},)"
          R"({"smi_uid":"q","segments":["x"]}]})");
}

TEST_CASE("replace keeps the latest payload's segments") {
    CHECK(merged<replace_policy>(twice, three) ==
          R"({"profiles":[{"smi_uid":"p","segments":["c","a"]},{"smi_uid":"r"},)"
          R"({"smi_uid":"q","segments":["x"]}]})");
    CHECK(merged<replace_policy>(twice, {update("\"r\"")}) ==
          R"({"profiles":[{"smi_uid":"p","segments":["z"]},{"smi_uid":"r","segments":[]}]})");
}

TEST_CASE("append adds every payload, as the original did") {
    CHECK(merged<append_policy>(twice, three) ==
          twice.substr(0, twice.size() - 2) +
              R"(,{"smi_uid":"p","segments":["b","a","b"]},{"smi_uid":"q","segments":["x"]},)"
              R"({"smi_uid":"p","segments":["c","a"]}]})");
}

TEST_CASE("a group is as small as the people in it") {
    union_policy::group u;
    replace_policy::group r;
    append_policy::group a;
    for (int i = 0; i != 1000; ++i) {
        update const one("\"p" + std::to_string(i % 10) + "\"", {"\"s\""});
        union_policy{}.fold(u, one);
        replace_policy{}.fold(r, one);
        append_policy{}.fold(a, one);
    }
    CHECK(u.size() == 10);
    CHECK(r.size() == 10);
    CHECK(a.size() == 1000);
}

TEST_CASE("a person with very many segments is folded in first-seen order") {
    union_policy::group g;
    std::string expected;
    for (int i = 0; i != 20000; ++i) {
        std::string const token = "\"s" + std::to_string(i % 5000) + "\"";
        union_policy{}.fold(g, update("1", {token, "\"s0\""}));
        if (i < 5000)
            expected += (i == 0 ? "" : ",") + token;
    }
    day_document d;
    REQUIRE(union_policy{}.apply(d, g).has_value());
    CHECK(d[0].segments == "[" + expected + "]");
    REQUIRE(union_policy{}.apply(d, g).has_value());
    CHECK(d[0].segments == "[" + expected + "]");
}
