#include "support/catch.hpp"

#include <cairn/testing/detail/fault_plan.hpp>
#include <cairn/testing/fault.hpp>

#include <set>

using namespace cairn::testing;

namespace {

// Which of some requests a plan hits, by the faults' names.
std::string hits(detail::fault_plan& plan, std::vector<std::pair<std::string, std::string>> calls) {
    std::string names;
    for (auto const& [method, key] : calls) {
        auto const due = plan.next(method, "b", key);
        names += due ? due->name.substr(0, 1) : "-";
    }
    return names;
}

fault make(char const* name, fault_matcher matcher) {
    fault f;
    f.matcher = std::move(matcher);
    f.action = close_before_apply();
    f.action.name = name;
    return f;
}

} // namespace

TEST_CASE("a fault hits the requests that it is meant for") {
    detail::fault_plan plan;
    fault_matcher m;
    m.method = "PUT";
    m.nth = 2;
    auto const second_put = plan.add(make("x", m));
    CHECK(plan.pending() == 1);
    CHECK(hits(plan, {{"GET", "k"}, {"PUT", "k"}, {"GET", "k"}, {"PUT", "j"}, {"PUT", "k"}}) ==
          "---x-");
    CHECK(plan.fired(second_put) == 1);
    CHECK(plan.pending() == 0);

    m = {};
    m.key = "k";
    m.count = 2;
    plan.add(make("y", m));
    CHECK(hits(plan, {{"GET", "j"}, {"GET", "k"}, {"PUT", "k"}, {"GET", "k"}}) == "-yy-");

    m = {};
    m.count = 0;
    m.key_predicate = [](std::string_view key) { return key.ends_with(".json"); };
    plan.add(make("z", m));
    CHECK(hits(plan, {{"GET", "a.json"}, {"GET", "a"}, {"PUT", "b.json"}}) == "z-z");
    plan.clear();
    CHECK(hits(plan, {{"GET", "a.json"}}) == "-");

    m = {};
    m.bucket = "other";
    plan.add(make("w", m));
    CHECK(hits(plan, {{"GET", "k"}}) == "-");
}

TEST_CASE("two faults that are due at once take one request each") {
    detail::fault_plan plan;
    plan.add(make("a", {}));
    plan.add(make("b", {}));
    CHECK(hits(plan, {{"GET", "k"}, {"GET", "k"}, {"GET", "k"}}) == "ab-");
}

TEST_CASE("the ready-made faults have names of their own") {
    for (auto const& list :
         {write_faults(std::chrono::milliseconds(5)), read_faults(), list_faults()}) {
        std::set<std::string> names;
        for (auto const& action : list)
            CHECK(names.insert(action.name).second);
        CHECK(names.count("") == 0);
    }
}
