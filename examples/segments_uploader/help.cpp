#include "options.hpp"

namespace uploader {

std::string help_text() {
    return R"(segments_uploader [OPTION...] [FILE...]

Folds payloads, each a profile with its segments, into one JSON object per day,
  {"profiles":[{"smi_uid":...,"segments":[...]}]}
at the key PREFIX + YYYY-MM-DD_segments.json of an S3 bucket, or in a file. Any
number of uploaders may write to one day at the same time; none loses another's.

INPUT
  Files, or standard input (-, or no file at all). Each is one of
    lines        JSON payloads, one a line; blank lines are skipped
    an array     begins with [ and is read element by element
    a document   one payload over several lines; more may follow it
  A leading [ means an array, a complete first line means lines. A payload holds
    {"traits":{"smi_uid":"..."},"segments":["...",...]}
  The identity is a non-empty string or a number; 1, 1.0 and "1" are three.

OUTPUT
  One line on standard output per payload, in the order of the input:
    {"port":"success","value":{"message":"JSON data uploaded to S3."}}
        the commit that holds the payload is done
    {"port":"error","value":{"error":"Could not find payload.traits.smi_uid"}}
    {"port":"error","value":{"error":"S3 upload error: <reason>"}}
        it was not uploaded, and will not be
    {"port":"error","value":{"error":"S3 upload error: outcome unknown: <reason>"}}
        the request was sent and its answer lost: it may have been applied
  A summary on standard error at the end; a progress line while it is a terminal.
  SIGTERM and SIGINT stop the reading: what was accepted is committed and told.
  A second one ends the program at once.

  Exit code: 0 all succeeded, 1 some did not, 2 usage or configuration (nothing
  was sent).

STORAGE
  --storage file:DIR | s3
      Where to. In files: DIR/<bucket>/<key>. Default: s3 where there is a
      configuration file or an option that only S3 knows, else file:cairn-data.
  --config FILE
      A JSON object of the members below. The least for S3 on AWS:
      {"aws_access_key_id":"...","aws_secret_access_key":"...","s3_bucket":"..."}

SETTINGS, as options or, with underscores for dashes, as members of the file
  --s3-bucket NAME      the bucket; default for file storage: segments
  --region NAME         default: discovered
  --endpoint URL        of an S3-compatible server; default: AWS
  --addressing HOW      path, virtual, or auto (default)
  --ca-file FILE        PEM file of certificate authorities to trust
  --prefix TEXT         put before the key as it is; default: none
  --time-zone NAME      where a day begins, as Europe/Warsaw; default: UTC
  --identity POINTER    JSON Pointer to the identity; may be repeated, the first
                        hit wins (a list in the file); default: /traits/smi_uid
  --merge HOW           union     add the new segments in first-seen order (default)
                        replace   the last payload's segments stand
                        append    one more entry per payload, duplicates and all
  --max-delay-ms N      how long payloads gather before a commit; default: 200
  --max-in-flight N     payloads accepted and not yet told; default: 65536
                        (nor more than 32 MiB of them at once)
  --conditions HOW      how the server wants If-Match: quoted, unquoted, or
                        probe (default): find out first, and refuse a
                        server that ignores conditions; the others do not look

SECRETS, in the file only: aws_access_key_id, aws_secret_access_key,
  session_token. All are taken from the file where it has any of them, else all
  from the environment.

MORE OPTIONS
  --date YYYY-MM-DD     the day of all payloads; default: the day on which each
                        is accepted
  --max-payload SIZE    larger ones are refused and not held; bytes, or with K,
                        M or G; default: 16M
  --rejects FILE        adds each payload that failed to FILE, to be fed again
  --attempt-timeout-ms N  for one request; default: 10000
  --deadline-ms N       from a payload's acceptance to its outcome; default: 30000
  --help, --version

  Options may be written --name VALUE or --name=VALUE; -- ends them.

PRECEDENCE: options, then the file, then the environment: AWS_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; AWS_REGION or AWS_DEFAULT_REGION;
  AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL; AWS_CA_BUNDLE.

REJECTS
  One line per payload that has an error line, in the order of the input:
    {"index":N,"reason":"...","payload":{...}}
  index counts the run's payloads from 0. What is not JSON stands in "text" as a
  string, or in "base64" where it is not UTF-8: its bytes are all there. What was
  larger than --max-payload is not kept and has "lost":true. The program takes
  such lines for the payloads that they hold: correct them, or the cause, and
  feed the file again. One with an unknown outcome may have been applied: that
  does no harm with union or replace, and may double it with append.

EXAMPLES
  segments_uploader payloads.ndjson
  segments_uploader --config config.json --rejects rejects.ndjson payloads.ndjson
  tail -f events.ndjson | segments_uploader --config config.json -
)";
}

} // namespace uploader
