#include "settings.hpp"

#include "common/day_clock.hpp"

namespace uploader {

namespace {

using namespace common;

constexpr char about[] = R"(
Folds payloads, each a profile with its segments, into one JSON object per day,
  {"profiles":[{"smi_uid":...,"segments":[...]}]}
at the key PREFIX + YYYY-MM-DD_segments.json of an S3 bucket, or in a file. Any
number of uploaders may write to one day at the same time; none loses another's.

INPUT
  Files, or standard input (-, or no file at all): JSON payloads, one a line or
  not, and arrays of them, mixed as they come. A payload holds
    {"traits":{"smi_uid":"..."},"segments":["...",...]}
  The identity is a non-empty string or a number; 1, 1.0 and "1" are three.

OUTPUT
  One line on standard output per payload, in the order of the input:
    {"port":"success","value":{"message":"JSON data uploaded to S3."}}
        the commit that holds the payload is done
    {"port":"error","value":{"error":"Could not find payload.traits.smi_uid"}}
    {"port":"error","value":{"error":"S3 upload error: ..."}}
        it was not uploaded, and will not be
    {"port":"error","value":{"error":"S3 upload error: outcome unknown: ..."}}
        the request was sent and its answer lost: it may have been applied
  With the file storage: "JSON data written to a file.", "File error: ...".
  A summary on standard error at the end; progress while it is a terminal.
  SIGTERM and SIGINT stop the reading: what was accepted is committed and told.
  A second one ends the program at once.

  Exit code: 0 all succeeded, 1 some did not, or a file was not read to its end,
  2 usage or configuration (nothing was sent).

STORAGE
)";

constexpr char least[] = R"(
  The least for S3 on AWS:
  {"aws_access_key_id":"...","aws_secret_access_key":"...","s3_bucket":"..."}

SETTINGS, as options or, with underscores for dashes, as members of the file
)";

constexpr char secrets[] = R"(
SECRETS, in the file, else in the environment; all are taken from one of these
)";

constexpr char more[] = R"(
MORE OPTIONS
)";

constexpr char rest[] = R"(
  Options may be written --name VALUE or --name=VALUE; -- ends them. They win
  over the file, the file over the environment.

REJECTS
  One line per payload that has an error line, in the order of the input:
    {"index":N,"reason":"...","payload":{...}}
  index counts the run's payloads from 0. What is not JSON stands in "text" as a
  string, or in "base64" where it is not UTF-8: its bytes are all there. What is
  larger than --max-payload comes in lines of its own, "stream" and "piece". The
  program takes such lines for the payloads that they hold: correct them, or the
  cause, and feed the file again. One with an unknown outcome may have been
  applied: that does no harm with union or replace, and may double it with
  append.

EXAMPLES
  segments_uploader payloads.ndjson
  segments_uploader --config config.json --rejects rejects.ndjson in.ndjson
  tail -f events.ndjson | segments_uploader --config config.json -
)";

bool is_time_zone(std::string_view name) {
    auto const clock = day_clock::in_zone(std::string(name));
    // Where its file cannot be read right, the session says so by the file's name.
    return clock.has_value() || clock.error().code != cairn::errc::invalid_argument;
}

void add_merging(settings_table& table, settings& s) {
    table.add(
        {.name = "time_zone",
         .value = text(s.time_zone, "a time zone of the system's database, as UTC or Europe/Warsaw",
                       &is_time_zone),
         .argument = "NAME",
         .help = "where a day begins, as Europe/Warsaw"});
    table.add({.name = "identity",
               .value = list(s.identity, "JSON Pointers, at least one, as /traits/smi_uid",
                             &is_json_pointer),
               .argument = "POINTER",
               .help = "JSON Pointer to the identity; may be repeated, the first hit wins (a list "
                       "in the file)"});
    table.add({.name = "merge",
               .value = choice<merge_kind>(s.merge, {{"union", merge_kind::set_union},
                                                     {"replace", merge_kind::replace},
                                                     {"append", merge_kind::append}}),
               .argument = "HOW",
               .help = "union: add the new segments in first-seen order;\n"
                       "replace: the last payload's segments stand;\n"
                       "append: one more entry per payload, duplicates and all"});
    table.add({.name = "max_delay_ms",
               .value = milliseconds(s.max_delay, 0, 60'000),
               .argument = "N",
               .help = "how long payloads gather before a commit"});
    table.add(
        {.name = "max_in_flight",
         .value = whole_number<std::size_t>(s.max_in_flight, 1, 1'000'000),
         .argument = "N",
         .help = "payloads accepted and not yet told (nor more than 32 MiB of them at once)"});
}

void add_options(settings_table& table, settings& s) {
    table.add({.name = "date",
               .value = text(s.date, "a day, as 2026-01-31", &is_date),
               .argument = "YYYY-MM-DD",
               .help = "the day of all payloads",
               .otherwise = "the day on which each is accepted",
               .where = place::option});
    table.add({.name = "max_payload",
               .value = size_in_bytes(s.max_payload, std::size_t{1} << 30),
               .argument = "SIZE",
               .help = "larger ones are refused and not held; bytes, or with K, M or G",
               .where = place::option});
    table.add({.name = "rejects",
               .value = text(s.rejects, "a file's name"),
               .argument = "FILE",
               .help = "adds each payload that failed to FILE, to be fed again",
               .where = place::option});
    add_time_limits(table, s.to, "from a payload's acceptance to its outcome");
    add_general(table, s.general,
                "checks the settings and all payloads; sends nothing and writes nothing but the "
                "outcomes");
}

settings_table table_of(settings& s) {
    settings_table table(std::string(program_name), "[OPTION...] [FILE...]",
                         "folds profiles' segments into one JSON object per day");
    table.add_text(about);
    add_storage(table, s.to);
    table.add_text(least);
    add_bucket(table, s.to, "the bucket; for file storage, a folder, and by default segments");
    add_merging(table, s);
    table.add_text(secrets);
    add_keys(table, s.to);
    table.add_text(more);
    add_options(table, s);
    table.add_text(rest);
    return table;
}

} // namespace

cairn::result<command> read_command(std::vector<std::string> const& arguments,
                                    surroundings const& world) {
    command out;
    auto& s = out.settings;
    auto table = table_of(s);
    auto text = table.read(arguments, world);
    if (text.has_error())
        return text.error();
    out.text = std::move(*text);
    if (out.text)
        return out;
    if (auto whole = complete(s.to, table, world, "segments"); whole.has_error())
        return whole.error();
    s.inputs = table.operands();
    if (s.inputs.empty()) {
        if (world.stdin_is_terminal)
            return cairn::error(
                cairn::errc::invalid_argument,
                "expected a file of payloads, or - for standard input; --help explains");
        s.inputs.push_back("-");
    }
    s.description = table.describe();
    return out;
}

} // namespace uploader
