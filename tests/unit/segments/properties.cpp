// Random days and random payloads against a model, read back by an independent parser.
#include "unit/segments/support.hpp"

#include <cairn/segments/payload.hpp>
#include <cairn/segments/policies.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <random>
#include <vector>

using namespace cairn::segments;
using namespace segments_test;

namespace {

using engine = std::mt19937_64;
using list = std::vector<std::string>;

struct payload {
    std::string identity; // as JSON
    list segments;        // as text
};

// The profiles in the order in which they came.
struct model {
    list order;
    std::map<std::string, list> segments;

    list& at(std::string const& identity) {
        if (!segments.contains(identity))
            order.push_back(identity);
        return segments[identity];
    }
};

std::size_t below(engine& random, std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

payload random_payload(engine& random) {
    static list const names{"gold",   "with \"quotes\"",  "tab\there", "\xC3\xA9t\xC3\xA9",
                            "back\\", "\xF0\x9F\x98\x80", "a,b",       "",
                            "new"};
    payload p;
    std::string const number = std::to_string(below(random, 25));
    switch (below(random, 3)) {
    case 0: p.identity = number; break;
    case 1: p.identity = "\"" + number + "\""; break;
    default: p.identity = "\"\xC3\xA9" + number + "\"";
    }
    for (std::size_t n = below(random, 6); n != 0; --n)
        p.segments.push_back(names[below(random, names.size())] +
                             (below(random, 2) == 0 ? "" : std::to_string(below(random, 40))));
    return p;
}

// A string as JSON, some of its characters escaped without need.
std::string disguise(engine& random, std::string const& quoted) {
    std::string out;
    for (char const c : quoted) {
        bool const letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool const escaped = !out.empty() && out.back() == '\\';
        if (quoted[0] == '"' && letter && !escaped && below(random, 6) == 0) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
            out += escape;
        } else {
            out += c;
        }
    }
    return out;
}

update read(engine& random, payload const& p) {
    std::string text =
        "{\"traits\":{\"smi_uid\":" + disguise(random, p.identity) + "},\"segments\":[";
    for (std::string const& s : p.segments) {
        text += text.back() == '[' ? "" : ", ";
        text += disguise(random, boost::json::serialize(boost::json::string(s)));
    }
    auto u = payload_reader().read(text + "]}");
    REQUIRE(u.has_value());
    return std::move(*u);
}

model parse(std::string const& text) {
    model m;
    boost::json::value const day = boost::json::parse(text);
    for (auto const& profile : day.at("profiles").as_array()) {
        list& segments = m.at(boost::json::serialize(profile.at("smi_uid")));
        for (auto const& s : profile.at("segments").as_array())
            segments.emplace_back(s.as_string().c_str());
    }
    return m;
}

void unite(list& into, list const& from) {
    for (std::string const& s : from) {
        if (std::find(into.begin(), into.end(), s) == into.end())
            into.push_back(s);
    }
}

// Folds the payloads group by group, storing and at times reading the day again in between.
template <class Policy>
std::string run(engine& random, std::vector<payload> const& payloads, day_document d) {
    Policy policy;
    for (std::size_t i = 0; i != payloads.size();) {
        typename Policy::group group;
        for (std::size_t n = 1 + below(random, 20); n != 0 && i != payloads.size(); --n)
            policy.fold(group, read(random, payloads[i++]));
        REQUIRE(policy.apply(d, group).has_value());
        d.ledger().record("writer", i);
        std::string const stored = encode(d);
        if (below(random, 2) == 0)
            d = decode(stored);
        if (Policy::idempotent && below(random, 3) == 0) {
            REQUIRE(policy.apply(d, group).has_value());
            REQUIRE(encode(d) == stored);
        }
    }
    return encode(d);
}

std::vector<payload> random_payloads(engine& random) {
    std::vector<payload> payloads;
    for (std::size_t n = below(random, 200); n != 0; --n)
        payloads.push_back(random_payload(random));
    return payloads;
}

} // namespace

TEST_CASE("the stored day is what a model says, as an independent parser reads it") {
    std::uint64_t const seed = 987654321;
    std::cout << "properties seed " << seed << '\n';
    engine random(seed);
    for (int round = 0; round != 60; ++round) {
        auto const payloads = random_payloads(random);
        model united, latest;
        for (payload const& p : payloads) {
            unite(united.at(p.identity), p.segments);
            latest.at(p.identity) = p.segments;
        }
        model const u = parse(run<union_policy>(random, payloads, {}));
        REQUIRE(u.order == united.order);
        REQUIRE(u.segments == united.segments);
        model const r = parse(run<replace_policy>(random, payloads, {}));
        REQUIRE(r.order == latest.order);
        REQUIRE(r.segments == latest.segments);
        boost::json::value const a = boost::json::parse(run<append_policy>(random, payloads, {}));
        auto const& profiles = a.at("profiles").as_array();
        REQUIRE(profiles.size() == payloads.size());
        for (std::size_t i = 0; i != payloads.size(); ++i) {
            REQUIRE(boost::json::serialize(profiles[i].at("smi_uid")) == payloads[i].identity);
            REQUIRE(profiles[i].at("segments").as_array().size() == payloads[i].segments.size());
        }
    }
}

TEST_CASE("how payloads are grouped does not matter to a union") {
    engine random(42);
    for (int round = 0; round != 30; ++round) {
        auto const payloads = random_payloads(random);
        day_document day = decode(R"({"profiles":[{"smi_uid":3,"segments":["z"]},{"smi_uid":3}]})");
        model const one = parse(run<union_policy>(random, payloads, day));
        model const other = parse(run<union_policy>(random, payloads, day));
        REQUIRE(one.order == other.order);
        REQUIRE(one.segments == other.segments);
    }
}

TEST_CASE("what we do not know survives many merges, byte for byte") {
    engine random(7);
    std::vector<std::string> const odd{R"("n": 1.10)",
                                       R"("big":123456789012345678901234567890.10e+00)",
                                       R"("d":1,"d":2)",
                                       R"("\u006e\/":"\u00e9\/")",
                                       R"("deep":[[{"a" : [ ]}], -0.0])",
                                       "\"sp\" :\t null"};
    std::string text = "{\"before\": 1.10,\n \"profiles\" : [ ";
    std::vector<std::string> members;
    for (int i = 0; i != 30; ++i) {
        members.push_back(odd[below(random, odd.size())] + " , \"tag\":" + std::to_string(i) +
                          ".00");
        bool const front = below(random, 2) == 0;
        text +=
            (i == 0 ? "{" : " ,{") + (front ? members.back() + "," : std::string()) +
            "\"smi_uid\":" + (i % 2 == 0 ? std::to_string(i) : "\"" + std::to_string(i) + "\"") +
            ", \"segments\" :[]" + (front ? "" : "," + members.back()) + "}";
    }
    text += " ],\"after\":{ \"x\":1e5 , \"x\":[] } }";
    std::string const result = run<union_policy>(random, random_payloads(random), decode(text));
    for (std::string const& m : members) {
        INFO(m);
        CHECK(result.find(m) != std::string::npos);
    }
    CHECK(result.starts_with("{\"before\": 1.10,\n \"profiles\" : [ {"));
    CHECK(result.find(" ],\"after\":{ \"x\":1e5 , \"x\":[] },\"_cairn\":{") != std::string::npos);
    boost::system::error_code problem;
    boost::json::parse(result, problem);
    CHECK_FALSE(problem.failed());
}
