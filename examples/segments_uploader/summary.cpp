#include "summary.hpp"

#include "common/text.hpp"

#include <array>
#include <cstdio>

namespace uploader {

namespace {

constexpr std::size_t max_profiles = 1'000'000;
constexpr std::size_t max_places = 100;

char const* done_word(settings const& s) {
    if (s.general.dry_run)
        return "checked";
    return s.to.kind == common::storage_kind::s3 ? "uploaded" : "written";
}

char const* spelling(cairn::storage::conditions c) {
    switch (c) {
    case cairn::storage::conditions::quoted: return "quoted";
    case cairn::storage::conditions::unquoted: return "unquoted";
    case cairn::storage::conditions::probe: break;
    }
    return nullptr;
}

std::uint64_t retries(cairn::merge::merger_statistics const& m) {
    return m.conflicts + m.transients + m.ambiguous;
}

} // namespace

void summary::count(common::outcome const& o) {
    if (o.error) {
        ++failures_;
        return;
    }
    ++successes_;
    if (profiles_.size() <= max_profiles)
        profiles_.insert(o.tag);
}

void summary::committed(std::string where) {
    if (places_.size() < max_places)
        places_.insert(std::move(where));
    else if (!places_.contains(where))
        more_places_ = true;
}

std::string summary::progress(std::uint64_t accepted, std::size_t in_flight) const {
    return std::to_string(accepted) + " payloads read, " + std::to_string(successes_) + ' ' +
           done_word(settings_) + ", " + std::to_string(failures_) + " failed, " +
           std::to_string(in_flight) + " under way";
}

std::string summary::seconds() const {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f",
                  std::chrono::duration<double>(clock::now() - begun_).count());
    return text.data();
}

std::string summary::text(ending const& e) const {
    std::string out(program_name);
    out += e.stopped ? ": stopped by a signal\n" : ":\n";
    auto const line = [&out](char const* name, std::string const& value) {
        std::string head = "  " + std::string(name) + ":";
        head.resize(12, ' ');
        out += head + value + "\n";
    };
    line("payloads", std::to_string(successes_ + failures_) + " (" + std::to_string(successes_) +
                         ' ' + done_word(settings_) + ", " + std::to_string(failures_) +
                         " failed)");
    line("profiles", profiles_.size() > max_profiles ? "more than " + std::to_string(max_profiles)
                                                     : std::to_string(profiles_.size()));
    line("commits", std::to_string(e.merger.commits));
    line("retries", std::to_string(retries(e.merger)));
    line("time", seconds() + " s");
    auto const* const kind = settings_.to.kind == common::storage_kind::s3 ? "object" : "file";
    for (auto const& place : places_)
        line(kind, place);
    if (more_places_)
        line(kind, "and more");
    if (auto const* const wanted = spelling(e.conditions))
        line("If-Match", std::string("the server wants ETags ") + wanted);
    return out;
}

std::string summary::json(ending const& e) const {
    auto const flag = [](bool value) { return value ? "true" : "false"; };
    std::string out = "{\"payloads\":" + std::to_string(successes_ + failures_) +
                      ",\"succeeded\":" + std::to_string(successes_) +
                      ",\"failed\":" + std::to_string(failures_) +
                      ",\"profiles\":" + std::to_string(profiles_.size()) +
                      ",\"commits\":" + std::to_string(e.merger.commits) +
                      ",\"retries\":" + std::to_string(retries(e.merger)) +
                      ",\"seconds\":" + seconds() + ",\"stopped\":" + flag(e.stopped) +
                      ",\"dry_run\":" + flag(settings_.general.dry_run) + ",\"objects\":[";
    for (auto const& place : places_) {
        if (!out.ends_with('['))
            out += ',';
        common::append_json_string(out, place);
    }
    out += "],\"if_match\":";
    auto const* const wanted = spelling(e.conditions);
    out += wanted ? '"' + std::string(wanted) + '"' : "null";
    return out + "}\n";
}

} // namespace uploader
