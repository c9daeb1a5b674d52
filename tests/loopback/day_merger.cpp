// The day document through mergers, the S3 storage and its probe, with faults at each request and
// each point in turn. Each record has a segment of its own, so that the stored text shows for each
// record whether it is there never, once or twice.
#include "loopback/client_fixture.hpp"
#include "support/long_tests.hpp"

#include <cairn/merge/merger.hpp>
#include <cairn/s3_storage/s3_storage.hpp>
#include <cairn/segments/day_codec.hpp>
#include <cairn/segments/policies.hpp>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

using namespace loopback;
using segments::append_policy;
using segments::union_policy;
using support::full_or_each_fourth;

namespace {

constexpr auto lateness = 40ms;
constexpr auto patience = 20s; // for a round of merges: whatever takes longer hangs
constexpr unsigned workers = 4;

constexpr std::string_view probe_mark = ".cairn-probe-";

// A day that somebody else wrote, in a hand of their own. The pieces are what nobody touches.
constexpr std::string_view old_frame = "{ \"made\" : \"by hand\", \"n\":1.10,\n \"profiles\" : [";
constexpr std::string_view old_grown =
    "{\"x\":{\"y\":1.10,\"y\":-0},\"smi_uid\":\"known\",\"segments\":[\"a\" , \"b\"]";
constexpr std::string_view old_kept = ",\n  { \"smi_uid\":17, \"segments\" : [ \"a\",\"\\u0061\" "
                                      "], \"w\":1E+2 } , {\"stray\":[1e400]}";
constexpr std::string_view old_tail = "\"tail\" : [ -0.0, 1E-7 , \"\\u00e9\" ]";

std::string old_day() {
    std::string text;
    return text.append(old_frame)
               .append(old_grown)
               .append("}")
               .append(old_kept)
               .append("], ")
               .append(old_tail) +
           " }";
}

struct scenario {
    testing::fault_action fault;
    testing::fault_matcher where; // of any key, or of the day's where `day_only`
    bool day_only = true;
    bool existing = false; // there is a day already
    std::size_t mergers = 2;
    std::size_t rounds = 2; // in each, every merger merges one record, all at once
    std::vector<std::size_t> capacities = {merge::ledger::default_capacity}; // in turn
    storage::conditions conditions = storage::conditions::quoted;
    testing::condition_behaviour behaviour = testing::condition_behaviour::honoured;

    std::string name() const {
        return fault.name + " at " + (where.method.empty() ? "request " : where.method + " ") +
               std::to_string(where.nth) +
               (where.count > 1 ? " and the next " + std::to_string(where.count - 1) : "") +
               (existing ? ", a day there" : ", no day yet") + ", " + std::to_string(mergers) +
               " mergers";
    }
};

// What the cases came to. Catch2's assertions belong to one thread, so the workers note failures.
struct tally {
    std::mutex mutex;
    std::size_t cases = 0, fired = 0, applied = 0, not_applied = 0, unknown = 0, unknown_held = 0;
    std::map<std::string, std::size_t> notes;
    std::vector<std::string> failures;

    std::size_t records() const { return applied + not_applied + unknown; }
};

std::ostream& operator<<(std::ostream& out, tally const& t) {
    out << t.cases << " cases, a fault fired in " << t.fired << ": " << t.records() << " records, "
        << t.applied << " told applied, " << t.not_applied << " not, " << t.unknown << " unknown ("
        << t.unknown_held << " of them held)";
    for (auto const& [what, count] : t.notes)
        out << "\n    " << count << " x " << what;
    return out;
}

std::size_t occurrences(std::string_view text, std::string_view piece) {
    std::size_t n = 0;
    for (auto at = text.find(piece); at != text.npos; at = text.find(piece, at + piece.size()))
        ++n;
    return n;
}

std::string segment_of(std::size_t record) {
    return "\"s" + std::to_string(record) + "\"";
}

/// One case: its mergers, what they are told, and what there is in the end.
template <class Policy>
class play {
    using merger_type = merge::merger<storage::s3_storage, segments::day_codec, Policy>;

public:
    play(scenario const& s, std::string key, fixture& f, tally& t)
        : scenario_(s), key_(std::move(key)), f_(f), tally_(t) {}

    void run() {
        f_.server.clear_requests();
        f_.server.clear_faults();
        f_.server.set_conditions(scenario_.behaviour);
        if (scenario_.existing)
            f_.server.put_object("bucket", key_, old_day());
        auto where = scenario_.where;
        if (scenario_.day_only)
            where.key = key_;
        auto const id = f_.inject(scenario_.fault, where);
        merge_all();
        f_.io.restart();
        f_.io.run_for(patience);
        if (!f_.server.wait_for_late_writes(2s))
            failed("a late write is still to come");
        {
            std::lock_guard const lock(tally_.mutex);
            ++tally_.cases;
            tally_.fired += f_.server.faults_fired(id) != 0;
        }
        check_document();
        check_probe();
    }

private:
    void failed(std::string const& what) {
        std::lock_guard const lock(tally_.mutex);
        tally_.failures.push_back(key_ + ": " + what);
    }
    void note(std::string const& what) {
        std::lock_guard const lock(tally_.mutex);
        ++tally_.notes[what];
    }

    storage::s3_storage make_storage() {
        storage::s3_storage_config c;
        c.conditions = scenario_.conditions;
        c.on_probe_left = [this](std::string const& name, error const&) { left_.insert(name); };
        return storage::s3_storage(f_.client(), "bucket", c);
    }

    void merge_all() {
        merge::merger_config c;
        c.deadline = 6000ms;
        c.backoff_base = 1ms;
        c.backoff_cap = 8ms;
        // Who probes shares the probe; the others share the bucket alone.
        if (scenario_.conditions == storage::conditions::probe)
            shared_ = make_storage();
        std::vector<merger_type> mergers;
        for (std::size_t i = 0; i != scenario_.mergers; ++i)
            mergers.emplace_back(
                shared_ ? *shared_ : make_storage(),
                segments::day_codec(scenario_.capacities[i % scenario_.capacities.size()]),
                Policy{}, c);
        told_.resize(scenario_.mergers * scenario_.rounds);
        for (std::size_t n = 0; n != told_.size();) {
            for (auto& m : mergers) {
                m.async_merge(key_, segments::update("\"known\"", {segment_of(n)}),
                              [this, n](result<merge::receipt> r) {
                                  if (told_[n])
                                      failed("told twice");
                                  told_[n].emplace(std::move(r));
                              });
                ++n;
            }
            f_.io.restart();
            auto const all_told = [&] {
                return std::all_of(told_.begin(), told_.begin() + static_cast<std::ptrdiff_t>(n),
                                   [](auto const& t) { return t.has_value(); });
            };
            auto const end = std::chrono::steady_clock::now() + patience;
            while (!all_told() && f_.io.run_one_until(end) != 0) {
            }
            if (!all_told())
                return failed("nothing was told");
        }
    }

    void check_document() {
        auto const object = f_.server.object("bucket", key_);
        std::string const text = object ? object->bytes : "";
        std::size_t held = 0;
        for (std::size_t n = 0; n != told_.size(); ++n)
            held += check_record(n, occurrences(text, segment_of(n)));
        if (!object)
            return;
        auto decoded = segments::day_codec().decode(text);
        if (!decoded)
            return failed("not a day: " + decoded.error().to_string());
        std::size_t const before = scenario_.existing ? 3 : 0;
        std::size_t const profiles = std::is_same_v<Policy, append_policy> ? before + held
                                     : before != 0                         ? before
                                                   : std::min<std::size_t>(held, 1);
        if (decoded->size() != profiles)
            failed(std::to_string(decoded->size()) + " profiles, not " + std::to_string(profiles));
        if (scenario_.existing)
            check_bytes(text);
    }

    /// Returns how often the record is held.
    std::size_t check_record(std::size_t n, std::size_t times) {
        if (times > 1)
            failed(segment_of(n) + " is doubled");
        if (!told_[n])
            return times;
        auto const& outcome = *told_[n];
        bool const applied = outcome.has_value();
        bool const none = !applied && outcome.error().effect == remote_effect::none;
        if (applied && times == 0)
            failed(segment_of(n) + " was told applied, and is lost");
        if (none && times != 0)
            failed(segment_of(n) +
                   " was told not applied, and is there: " + outcome.error().to_string());
        std::lock_guard const lock(tally_.mutex);
        ++(applied ? tally_.applied : none ? tally_.not_applied : tally_.unknown);
        tally_.unknown_held += !applied && !none && times != 0;
        if (none)
            ++tally_.notes["told not applied under: " + scenario_.fault.name];
        return times;
    }

    void check_bytes(std::string_view text) {
        std::string head(old_frame);
        if (!std::is_same_v<Policy, append_policy>)
            head += std::string(old_grown.substr(0, old_grown.find("[\"a\"")));
        else
            head.append(old_grown).append("}").append(old_kept);
        if (text.substr(0, head.size()) != head)
            failed("what stood first was touched: " + std::string(text));
        for (auto const piece : {old_kept, old_tail})
            if (occurrences(text, piece) != 1)
                failed("a piece was touched: " + std::string(text));
    }

    // No probe object stays, unless the fault has made its removal impossible.
    void check_probe() {
        if (scenario_.conditions != storage::conditions::probe)
            return;
        std::string method; // of the probe's request that was hit
        for (auto const& r : f_.server.requests())
            if (!r.fault.empty() && r.key.find(probe_mark) != std::string::npos)
                method = r.head.method;
        note(method.empty() ? "the fault hit a request for the day"
                            : "the fault hit a " + method + " of the probe");
        std::size_t left = 0;
        for (auto const& k : f_.server.keys("bucket"))
            left += k.find(probe_mark) != std::string::npos;
        if (left == 0)
            return;
        if (method == "PUT" && scenario_.fault.applies == testing::application::later)
            return note("left over: the probe's object came after its removal");
        if (method == "DELETE" && left_.size() == left)
            return note("left over, and said so: the removal met " + scenario_.fault.name);
        failed(std::to_string(left) + " probe objects left over, hit: " + method +
               ", told: " + std::to_string(left_.size()));
    }

    scenario const& scenario_;
    std::string const key_;
    fixture& f_;
    tally& tally_;
    std::optional<storage::s3_storage> shared_;
    std::set<std::string> left_; // probe objects, as the storage told
    std::vector<std::optional<result<merge::receipt>>> told_;
};

void be_quick(fixture& f) {
    f.config.attempt_timeout = 200ms;
    f.config.total_timeout = 1500ms;
}

/// Plays all cases, a few at a time: most of the time goes by in waiting.
template <class Policy>
void play_all(std::vector<scenario> const& all, tally& t) {
    std::atomic<std::size_t> next = 0;
    auto const work = [&] {
        try {
            std::optional<fixture> f;
            for (std::size_t i = next++; i < all.size(); i = next++) {
                // A probe's fault counts the requests of any key: nothing of the last case's.
                if (!f || !all[i].day_only)
                    be_quick(f.emplace());
                play<Policy>(all[i], all[i].name() + ", case " + std::to_string(i), *f, t).run();
            }
        } catch (std::exception const& e) {
            std::lock_guard const lock(t.mutex);
            t.failures.push_back(std::string("thrown: ") + e.what());
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i != workers; ++i)
        threads.emplace_back(work);
    for (auto& thread : threads)
        thread.join();
    for (auto const& failure : t.failures)
        FAIL_CHECK(failure);
    CHECK(t.cases == all.size());
}

void report(char const* what, tally const& t) {
    std::cout << what << ": " << t << std::endl;
}

std::vector<testing::fault_action> all_faults() {
    auto faults = testing::write_faults(lateness);
    // Late ones that race with the next attempts, and that outlast the attempt that hangs.
    for (auto const late : {3ms, 250ms})
        for (bool const hang : {false, true}) {
            faults.push_back(testing::apply_late(late, hang));
            faults.back().name += " by " + std::to_string(late.count()) + " ms";
        }
    std::set<std::string> known;
    for (auto const& f : faults)
        known.insert(f.name);
    for (auto& f : testing::read_faults())
        if (known.insert(f.name).second)
            faults.push_back(std::move(f));
    return faults;
}

testing::fault_matcher nth(std::size_t n) {
    testing::fault_matcher m;
    m.nth = n;
    return m;
}

/// One fault at each request of two mergers.
std::vector<scenario> single_faults() {
    std::vector<scenario> all;
    for (auto const& fault : all_faults())
        for (std::size_t n = 1; n <= 6; ++n)
            for (bool const existing : {false, true}) {
                scenario s;
                s.fault = fault;
                s.where = nth(n);
                s.existing = existing;
                all.push_back(std::move(s));
            }
    return all;
}

} // namespace

TEST_CASE("day merger: a fault within the probe that mergers wait for") {
    using enum testing::condition_behaviour;
    std::vector<scenario> all;
    for (auto const& fault : all_faults())
        for (std::size_t n = 1; n <= 8; ++n)
            for (auto const behaviour : {honoured, unquoted_only}) {
                scenario s;
                s.fault = fault;
                s.where = nth(n);
                s.day_only = false;
                s.existing = n % 2 == 0;
                s.rounds = 1;
                s.conditions = storage::conditions::probe;
                s.behaviour = behaviour;
                all.push_back(std::move(s));
            }
    tally t;
    play_all<append_policy>(full_or_each_fourth(std::move(all)), t);
    report("probe", t);
    CHECK(t.fired == t.cases);
    CHECK(t.notes["the fault hit a PUT of the probe"] > 0);
    CHECK(t.notes["the fault hit a DELETE of the probe"] > 0);
    CHECK(t.unknown == 0);
}

TEST_CASE("day merger: append, no payload is lost or doubled by one fault") {
    tally t;
    play_all<append_policy>(full_or_each_fourth(single_faults()), t);
    report("append", t);
    CHECK(t.fired == t.cases);
    CHECK(t.unknown == 0);
    CHECK(t.not_applied * 50 <= t.applied);
}

TEST_CASE("day merger: union, no payload is lost by one fault") {
    tally t;
    play_all<union_policy>(full_or_each_fourth(single_faults(), 2), t);
    report("union", t);
    CHECK(t.fired == t.cases);
    CHECK(t.unknown == 0);
    CHECK(t.not_applied * 50 <= t.applied);
}

namespace {

/// Several writes in a row whose answers say nothing, or are lost, where more mergers write than
/// the ledger remembers.
std::vector<scenario> forgetful(std::vector<std::size_t> const& capacities) {
    std::vector<scenario> all;
    for (auto const& fault : testing::write_faults(lateness)) {
        // A refusal that is a lie: only the ledger could tell, and it may have forgotten.
        if (fault.applies == testing::application::at_once && fault.answer &&
            (fault.answer->status == 409 || fault.answer->status == 412))
            continue;
        for (std::size_t const count : {1u, 3u})
            for (std::size_t const n : {1u, 2u, 4u, 7u}) {
                scenario s;
                s.fault = fault;
                s.where = each("PUT", count);
                s.where.nth = n;
                s.existing = n % 2 == 0;
                s.mergers = 5;
                s.rounds = 2;
                s.capacities = capacities;
                all.push_back(std::move(s));
            }
    }
    return all;
}

} // namespace

TEST_CASE("day merger: a ledger of two for five mergers never doubles, at worst it is unknown") {
    tally t;
    play_all<append_policy>(full_or_each_fourth(forgetful({2})), t);
    report("append, a ledger of two", t);
    CHECK(t.unknown > 0); // it was forgotten, and they said so
    CHECK(t.unknown * 5 <= t.applied);
}

TEST_CASE("day merger: mergers with ledgers of different lengths never double") {
    tally t;
    play_all<append_policy>(full_or_each_fourth(forgetful({2, 128, 1, 3}), 1), t);
    report("append, ledgers of 1, 2, 3 and 128", t);
    CHECK(t.unknown * 5 <= t.applied);
}

TEST_CASE("day merger: with union a ledger of two is enough for all to be told applied") {
    tally t;
    play_all<union_policy>(full_or_each_fourth(forgetful({2}), 2), t);
    report("union, a ledger of two", t);
    CHECK(t.unknown * 50 <= t.applied);
}
