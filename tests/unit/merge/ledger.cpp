#include "support/catch.hpp"

#include <cairn/merge/ledger.hpp>

using cairn::merge::ledger;

TEST_CASE("a ledger knows the commits that it recorded") {
    ledger l;
    CHECK(l.find("a", 1, 0) == ledger::verdict::absent);
    l.record("a", 1);
    CHECK(l.find("a", 1, 0) == ledger::verdict::applied);
    CHECK(l.find("a", 2, 0) == ledger::verdict::absent);
    l.record("a", 2);
    CHECK(l.find("a", 1, 0) == ledger::verdict::applied);
}

TEST_CASE("a ledger keeps the most recent writers and says when it cannot tell") {
    ledger l(2);
    l.record("a", 1);
    l.record("b", 1);
    CHECK(l.find("c", 1, l.dropped()) == ledger::verdict::absent); // full, and nobody was dropped
    l.record("a", 2);
    l.record("c", 7);
    CHECK(l.entries() == std::vector<ledger::entry>{{"c", 7}, {"a", 2}});
    CHECK(l.dropped() == 1);
    CHECK(l.find("b", 1, 0) == ledger::verdict::forgotten);
    CHECK(l.find("b", 1, 1) == ledger::verdict::absent); // dropped before the commit was made
}

TEST_CASE("a writer with a smaller ledger does not make a larger one lie") {
    ledger small(1);
    small.append({"a", 1});
    small.record("b", 1);

    ledger large(128);
    for (auto const& e : small.entries())
        large.append(e);
    large.restore_dropped(small.dropped());
    CHECK(large.find("a", 1, 0) == ledger::verdict::forgotten);
}

TEST_CASE("a watermark never moves back") {
    ledger l;
    l.record("a", 5);
    l.record("a", 3);
    CHECK(l.find("a", 5, 0) == ledger::verdict::applied);
}
