// The day document: a stored day is read, payloads are folded in by one of the policies, and it is
// written and read again. Nothing is lost on the way: what is around the profiles, profiles that
// nobody names, members that we do not know, segments. What was not changed keeps its bytes.
//
// Input: a byte for the policy and what else is done, one for the ledger; then the stored day and
// payloads, as texts.
#include "support.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>
#include <cairn/segments/day_codec.hpp>
#include <cairn/segments/payload.hpp>
#include <cairn/segments/policies.hpp>

#include <map>
#include <set>

namespace {

using namespace fuzz;
namespace json = cairn::json;
using namespace cairn::segments;

std::string text_of(cairn::merge::encoded const& e) {
    std::string out;
    for (auto const& buffer : e.buffers)
        out.append(static_cast<char const*>(buffer.data()), buffer.size());
    return out;
}

std::string encode(day_document& d) {
    return text_of(day_codec().encode(d));
}

std::string canonical(std::string_view token) {
    std::string scratch;
    return std::string(token.starts_with('"') ? json::canonical(token, scratch) : token);
}

using strings = std::vector<std::string>;

strings elements(std::string_view list) {
    strings out;
    if (list.starts_with('['))
        json::for_each_element(list, [&out](std::string_view e) { out.push_back(canonical(e)); });
    return out;
}

// A profile, read once more from its text.
struct profile {
    std::string text;
    std::string identity; // canonical; empty where nothing is merged into it
    bool has_segments = false;
    strings segments;
    std::map<std::string, strings> others; // the values of each other member

    bool operator==(profile const&) const = default;
};

profile read_profile(profile_view const& view) {
    profile p{std::string(view.text), canonical(view.identity), false, elements(view.segments), {}};
    json::scanner in(view.text, {.max_depth = view.text.size(), .allow_lone_surrogates = true});
    std::string_view key, value;
    for (in.enter_object(); in.next_member(key);) {
        require(in.value(value), "a profile has values");
        std::string const name = canonical(key);
        if (name == "\"smi_uid\"") {
            bool const none = value == "null" || value == "\"\"";
            require(none ? view.identity.empty() : value == view.identity, "the identity is there");
        } else if (name == "\"segments\"") {
            p.has_segments = true;
            require(value == view.segments, "the segments are there");
        } else {
            p.others[name].emplace_back(value);
        }
    }
    require(in.finish(), "a profile's text is an object");
    return p;
}

std::vector<profile> profiles_of(day_document const& d) {
    std::vector<profile> all;
    for (std::size_t i = 0; i != d.size(); ++i)
        all.push_back(read_profile(d[i]));
    return all;
}

// A stored day, but for its profiles and the reserved member's value.
std::string frame_of(std::string_view text) {
    json::scanner in(text, {.allow_lone_surrogates = true});
    std::string out;
    std::size_t at = 0;
    std::string_view key, value;
    for (in.enter_object(); in.next_member(key);) {
        require(in.value(value), "a day has values");
        bool const list = json::stands_for(key, "profiles");
        if (!list && !json::stands_for(key, "_cairn"))
            continue;
        auto const begin = static_cast<std::size_t>(value.data() - text.data());
        out.append(text.substr(at, begin - at)).append(list ? "[]" : "{}");
        at = begin + value.size();
    }
    require(in.finish(), "a day is JSON");
    return out.append(text.substr(at));
}

bool has_reserved(std::string_view text) {
    json::scanner in(text, {.allow_lone_surrogates = true});
    std::string_view key, value;
    bool found = false;
    for (in.enter_object(); in.next_member(key);)
        found |= in.value(value) && json::stands_for(key, "_cairn");
    return found;
}

day_document decode_again(std::string const& stored, day_document const& from) {
    auto again = day_codec().decode(stored);
    require(again.has_value(), "what is written can be read");
    require(again->warnings() == repairs(), "nothing is to be repaired in what is written");
    require(profiles_of(*again) == profiles_of(from), "the same profiles are read again");
    require(again->ledger().entries() == from.ledger().entries() &&
                again->ledger().dropped() == from.ledger().dropped(),
            "the same ledger is read again");
    require(encode(*again) == stored, "what is read is written as it was");
    return std::move(*again);
}

strings without_repeats(strings const& list) {
    strings out;
    std::set<std::string> seen;
    for (std::string const& s : list)
        if (seen.insert(s).second)
            out.push_back(s);
    return out;
}

// What the profiles of one identity come to, united before anything is folded in.
struct united {
    bool several = false;
    profile all; // `text` is the first one's
};

std::vector<united> united_profiles(std::vector<profile> const& before, duplicate_rule rule) {
    std::vector<united> out;
    std::map<std::string, std::size_t> by_identity;
    for (profile const& p : before) {
        auto const [it, fresh] = by_identity.try_emplace(p.identity, out.size());
        if (fresh || p.identity.empty()) {
            out.push_back({false, p});
            continue;
        }
        united& u = out[it->second];
        u.several = true;
        if (rule == duplicate_rule::last_wins) {
            if (p.has_segments)
                u.all.segments = p.segments;
        } else {
            u.all.segments.insert(u.all.segments.end(), p.segments.begin(), p.segments.end());
            u.all.segments = without_repeats(u.all.segments);
        }
        u.all.has_segments |= p.has_segments;
        for (auto const& [name, values] : p.others) {
            strings& ours = u.all.others[name];
            if (ours.empty())
                ours.push_back(values.back());
            else
                ours.back() = values.back();
        }
    }
    return out;
}

// What each identity's payloads say, in the order in which the identities came.
struct folded {
    std::string identity;
    strings segments;
};

std::vector<folded> fold(std::vector<update> const& updates, bool replace) {
    std::vector<folded> out;
    for (update const& u : updates) {
        auto it = std::find_if(out.begin(), out.end(),
                               [&u](folded const& f) { return f.identity == u.identity(); });
        if (it == out.end())
            it = out.insert(out.end(), {std::string(u.identity()), {}});
        if (replace)
            it->segments.clear();
        for (std::string_view const s : u.segments())
            it->segments.emplace_back(s);
    }
    return out;
}

void check_appended(std::vector<profile> const& before, std::vector<profile> const& after,
                    std::vector<update> const& updates) {
    require(after.size() == before.size() + updates.size(), "each payload is a profile");
    for (std::size_t i = 0; i != before.size(); ++i)
        require(after[i] == before[i], "profiles stay as they were");
    for (std::size_t i = 0; i != updates.size(); ++i)
        require(after[before.size() + i].text ==
                    "{\"smi_uid\":" + std::string(updates[i].identity()) + ",\"segments\":[" +
                        std::string(updates[i].joined()) + "]}",
                "a payload's profile has what it said");
}

void check_merged(std::vector<profile> const& before, std::vector<profile> const& after,
                  std::vector<update> const& updates, bool replace) {
    auto expected =
        united_profiles(before, replace ? duplicate_rule::last_wins : duplicate_rule::unite);
    std::size_t const old = expected.size();
    std::set<std::string> touched;
    for (folded const& f : fold(updates, replace)) {
        auto it = std::find_if(expected.begin(), expected.end(),
                               [&f](united const& u) { return u.all.identity == f.identity; });
        if (it == expected.end())
            it = expected.insert(it, {false, {{}, f.identity, true, {}, {}}});
        touched.insert(f.identity);
        strings& ours = it->all.segments;
        if (replace)
            ours.clear();
        for (std::string const& segment : f.segments)
            if (replace || std::find(ours.begin(), ours.end(), segment) == ours.end())
                ours.push_back(segment);
    }
    require(after.size() == expected.size(), "there are as many profiles as identities");
    for (std::size_t i = 0; i != after.size(); ++i) {
        auto const& [several, want] = expected[i];
        profile const& got = after[i];
        require(got.identity == want.identity, "the order of profiles stays");
        require(got.others == want.others, "members that we do not know stay");
        if (i < old && !several && !touched.contains(want.identity))
            require(got.text == want.text, "a profile that nobody names stays as it is");
        require(got.segments == want.segments, "the segments are there, in their order");
    }
}

template <class Policy>
void apply(day_document& d, std::vector<update> const& updates) {
    Policy policy;
    typename Policy::group group;
    for (update const& u : updates)
        policy.fold(group, u);
    require(policy.apply(d, group).has_value(), "payloads can be folded in");
    if (!Policy::idempotent)
        return;
    std::string const once = encode(d);
    require(policy.apply(d, group).has_value() && encode(d) == once,
            "a second time changes nothing");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input in(data, size);
    unsigned const what = in.byte(), who = in.byte();
    std::string const stored(in.text());
    auto decoded = day_codec(1 + who % 4).decode(stored);
    if (!decoded) {
        cairn::error const& e = decoded.error();
        require(e.code == cairn::errc::invalid_document && !e.message.empty() &&
                    e.message.find('\n') == std::string::npos,
                "a refusal says why, in one line");
        return 0;
    }
    day_document d = std::move(*decoded);
    std::vector<profile> const before = profiles_of(d);

    // Written as it was read: the same, but for what was repaired, and the reserved member's form.
    std::string const clean = encode(d);
    require(has_reserved(clean) || d.warnings() != repairs() || clean == stored,
            "what was not changed is written as it was");
    d = decode_again(clean, d);

    std::vector<update> updates;
    payload_reader const reader;
    while (!in.empty())
        if (auto u = reader.read(in.text()))
            updates.push_back(std::move(*u));
    switch (what % 3) {
    case 0: apply<union_policy>(d, updates); break;
    case 1: apply<replace_policy>(d, updates); break;
    default: apply<append_policy>(d, updates); break;
    }
    if ((what & 0x80) != 0)
        d.ledger().record("writer " + std::to_string(who), who);
    std::vector<profile> const after = profiles_of(d);
    if (what % 3 == 2)
        check_appended(before, after, updates);
    else
        check_merged(before, after, updates, what % 3 == 1);

    std::string const result = encode(d);
    std::string wanted = frame_of(clean);
    if (!has_reserved(clean) && has_reserved(result))
        wanted.insert(wanted.find_last_of('}'), ",\"_cairn\":{}");
    std::string const frame = frame_of(result);
    if (has_reserved(clean) || !has_reserved(result))
        require(frame == wanted, "what is around the profiles stays");
    else // before the white space at the end, which is either side's
        require(frame.find(",\"_cairn\":{}") != std::string::npos && frame.size() == wanted.size(),
                "what is around the profiles stays, with the ledger");
    decode_again(result, d);
    return 0;
}
