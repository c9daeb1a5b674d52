#include "support/catch.hpp"

#include <cairn/merge/ledger.hpp>

using cairn::merge::ledger;

TEST_CASE("a ledger knows the commits that it recorded") {
    ledger const base;
    ledger l;
    l.record("x", 1);
    CHECK(l.find("a", 1, base) == ledger::standing::absent);
    l.record("a", 1);
    CHECK(l.find("a", 1, base) == ledger::standing::applied);
    CHECK(l.find("a", 2, base) == ledger::standing::absent);
    l.record("a", 2);
    CHECK(l.find("a", 1, base) == ledger::standing::applied);
}

TEST_CASE("a ledger keeps the most recent writers and says when it cannot tell") {
    ledger l(2);
    l.record("a", 1);
    l.record("b", 1);
    CHECK(l.find("c", 1, l) == ledger::standing::absent); // full, and nobody was dropped
    ledger const base = l;
    l.record("a", 2);
    l.record("c", 7);
    CHECK(l.entries() == std::vector<ledger::entry>{{"c", 7}, {"a", 2}});
    CHECK(l.dropped() == 1);
    CHECK(l.find("d", 1, base) == ledger::standing::forgotten);
    CHECK(l.find("d", 1, l) == ledger::standing::absent); // dropped before the commit was made
}

TEST_CASE("a writer with a smaller ledger does not make a larger one lie") {
    ledger base(128);
    base.record("x", 1);
    ledger small(1);
    small.append({"a", 1});
    small.append({"x", 1});
    small.record("b", 1);

    ledger large(128);
    for (auto const& e : small.entries())
        large.append(e);
    large.restore_dropped(small.dropped());
    CHECK(large.find("a", 1, base) == ledger::standing::forgotten);
}

TEST_CASE("a document that somebody wrote without its ledger says nothing of what it held") {
    ledger base;
    CHECK(ledger().find("us", 1, base) == ledger::standing::forgotten);
    base.record("us", 1);
    CHECK(ledger().find("us", 2, base) == ledger::standing::forgotten);
    ledger begun_anew;
    begun_anew.record("other", 1);
    CHECK(begun_anew.find("us", 2, base) == ledger::standing::forgotten);
}

TEST_CASE("a watermark never moves back") {
    ledger l;
    l.record("a", 5);
    l.record("a", 3);
    CHECK(l.find("a", 5, ledger()) == ledger::standing::applied);
}
