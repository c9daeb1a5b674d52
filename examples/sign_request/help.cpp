#include "options.hpp"

namespace signing {

extern char const about[] = R"(
Signs HTTP requests with AWS Signature Version 4, and shows every stage of it;
with --verify it says what is wrong with a request that a service refuses. It
sends nothing, and nothing it prints holds the secret access key.

INPUT
  FILE, or standard input (-, or no file): a JSON object a line; empty lines are
  skipped. Members, of which the first five have to be there:
    method             in capital letters
    url                https://HOST/PATH?QUERY, as it goes on the wire: %XX,
                       dots and slashes stay, and what may not stand in a URL
                       is percent-encoded, once
    region             for v4a a set: us-east-1,eu-*
    access_key_id, secret_access_key
    headers            [[name,value],...]; the host is added if it is not there,
                       and what signing adds replaces what is stale
    body, body_base64  text, or bytes in base64; one of them
    time               20150830T123600Z; default: now
    service            default: s3
    session_token      from STS; express_session_token from S3's CreateSession
    algorithm          v4 (default), v4a
    mode               header (default), query (a presigned URL), chunked
    payload            signed (default), unsigned: the body is not covered, as
                       over TLS. What S3 presigns never covers it.
    preset             s3 (default), or generic for every other service: there
                       the path is normalised, and encoded once more: %20 is
                       signed as %2520
    expires            seconds, for mode query; default: 3600
    chunk_size, trailers
                       for mode chunked; default: 65536 bytes, no trailers;
                       trailers are [[name,value],...]
    normalize, sign_body, omit_session_token
                       true or false, against the preset: normalise the path,
                       add x-amz-content-sha256 and sign it, add the session
                       token only after signing

OUTPUT
  One line for each, at once:
    {"canonical_request":...,"string_to_sign":...,"signature":...,
     "authorization":...,       not for mode query
     "url":...,                 for mode query: the presigned URL
     "headers":[...],           all that are to be sent, those given included
     "body_base64":...,         for mode chunked: the body that is to be sent
     "chunk_signatures":[...]}  in their order, the trailers' one last
  or {"error":"MEMBER: what is wrong"}.

  A URL is signed as it is written, and encoded anew by services: in a path S3
  takes $ for %24 and %2F for /, the others a space, which is sent as %20, for
  %2520, and in a query + is a space. Where that is not the same, standard error
  says how to write it, for the first such line.

  Exit code: 0 all went well, 1 something did not, 2 usage, or a file that
  cannot be read.

OPTIONS
)";

extern char const explanations[] = R"(
COMMANDS (--curl)
  Prints a command for a POSIX shell instead, one a line; errors go to standard
  error. The command holds a signature and the session token: whoever has it can
  send the request until it expires.

VERIFICATION (--verify)
  Takes such an answer with "secret_access_key" added, or a request as a server
  saw it: headers, method and url, body or body_base64 (for chunks: as sent).
  What is missing is taken from the request itself: the key, region and service
  from its credential, the session token, the time (so that nothing expires),
  method and url from canonical_request. A body that is missing is not looked
  at. Without a preset both are tried. Prints
    {"valid":...,             false also where an answer contradicts its request,
                              and where url leads to another host than is signed
     "verdict":...,           valid, signature_differs, payload_differs, ...
     "detail":...,
     "canonical_request":..., as the server sees the request
     "string_to_sign":...,
     "differences":[{"part":...,"client":...,"server":...},...]}
  The differences are there where the line says what the client signed, and
  where the hosts differ. Chunks are numbered as the client has them, those that
  it does not know as the body has them. Exit code 1 where anything is not valid.

EXAMPLES
  sign_request requests.ndjson
  sign_request --curl requests.ndjson | sh
  sign_request requests.ndjson |
    jq -c '.secret_access_key = env.AWS_SECRET_ACCESS_KEY' |
    sign_request --verify
)";

} // namespace signing
