#!/usr/bin/python3
"""Compare what sign_request signs with what botocore signs, for random requests.

Usage: signing_differential.py PROGRAM [--count N] [--seed S]

2,000 requests; 20,000 where CAIRN_LONG_TESTS is in the environment.

Each request goes as a line of JSON to PROGRAM and as an AWSRequest to botocore: header and query
authentication, by S3's rules and by every other service's. Canonical request, string to sign,
signature and what is then sent have to be the same. Nothing of botocore is replaced but its clock.

What may not stand in a URL, as a space or a letter beyond ASCII, the program encodes once for the
wire. By S3's rules that is what is signed, and botocore is given the URL so encoded. By the other
rules both sign the path as it was written, encoded once; an escape in it becomes `%25XX`, so that
only a path that was escaped is signed as services see it.

Where the query is in the URL and the signature is not, botocore takes its spelling as it is: where
that is not the canonical one (`/`, `%2f`, `%61`, `+`), it is given names and values, as params.

Left out is where botocore deviates from AWS's rules:

- In presigned URLs it keeps one of several equal query names. It moves a body into the query: so
  S3's bodies, which are not covered, are given to the program alone, and other services' presigned
  requests have none. It reads `+` as a space, and escapes that are no UTF-8 as U+FFFD. It drops
  `content-type: application/x-www-form-urlencoded; charset=utf-8`, which AWS's suite signs. It
  signs `authorization`. For S3, too, it takes a header `x-amz-content-sha256` for the payload hash,
  which is UNSIGNED-PAYLOAD by AWS's page.
- It signs `connection` and `transfer-encoding`, which are between two hops.
- It trims and joins at all white space of Unicode in a header's value, U+00A0 for example.
- It signs an empty pair, as in `a=1&&b=2`, as `=`; AWS's signers skip it.
- By S3's rules it signs an empty path where the URL has none; on the wire that is `/`.
- It signs the method in upper case; methods are case-sensitive.

Left out, too, is where botocore decides for itself what is sent, and AWS would accept either:

- With a header `date` it sends the time in that and no `x-amz-date`.
- It always covers the payload of presigned `http` requests to other services than S3.
- To other services it takes a caller's `x-amz-content-sha256` for the hash, whatever the body is:
  it is given the right one, where the program is told to add it (`sign_body`).
- It adds that header where such a payload is not signed, so the program is told to add it, too.
- It lower-cases the host of the URL and drops a user's name from it.

Botocore has no session token that is added after signing (`omit_session_token`): it is given none,
and the token is added to what it sends.
"""
import argparse
import collections
import datetime
import difflib
import itertools
import json
import os
import random
import subprocess
import sys
import time
import types
import urllib.parse

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import signing_requests


class clock(datetime.datetime):
    """What botocore takes for the time."""

    moment = None

    @classmethod
    def utcnow(cls):
        return cls.moment


def recorded(signer):
    """Give the signer with its stages kept; what they compute is botocore's own."""
    class recorder(signer):
        def canonical_request(self, request):
            self.canonical = super().canonical_request(request)
            return self.canonical

        def signature(self, string_to_sign, request):
            self.to_sign, self.hex = string_to_sign, super().signature(string_to_sign, request)
            return self.hex

    return recorder


MOST_SHOWN = 3
SIGNERS = {("s3", "header"): recorded(botocore.auth.S3SigV4Auth),
           ("s3", "query"): recorded(botocore.auth.S3SigV4QueryAuth),
           ("generic", "header"): recorded(botocore.auth.SigV4Auth),
           ("generic", "query"): recorded(botocore.auth.SigV4QueryAuth)}


def unsign_payload(request, preset):
    if preset == "s3":
        s3 = {"payload_signing_enabled": False}
        request.context["client_config"] = types.SimpleNamespace(s3=s3)
    else:
        request.context["payload_signing_enabled"] = False


def sign_with_botocore(case):
    """Give the answer that is expected of the program."""
    given = case.request
    who = Credentials(given["access_key_id"], given["secret_access_key"], case.signed_token)
    expires = [given["expires"]] if case.mode == "query" else []
    signer = SIGNERS[case.preset, case.mode](who, given["service"], given["region"], *expires)
    request = AWSRequest(given["method"], case.url, None, case.body, case.params)
    for name, value in case.headers:
        request.headers[name] = value  # adds one
    if given.get("payload") == "unsigned":
        unsign_payload(request, case.preset)
    clock.moment = datetime.datetime.strptime(given["time"], botocore.auth.SIGV4_TIMESTAMP)
    signer.add_auth(request)
    answer = {"canonical_request": signer.canonical, "string_to_sign": signer.to_sign,
              "signature": signer.hex, "headers": request.headers.items()}
    if "Host" not in request.headers:
        answer["headers"].append(("Host", signer.headers_to_sign(request)["host"]))
    if case.mode == "header":
        answer["authorization"] = request.headers["Authorization"]
    else:
        parts = urllib.parse.urlsplit(request.url)
        path = signing_requests.wire(parts.path, signing_requests.PATH_LEGAL)
        answer["url"] = parts._replace(path=path).geturl()
    add_unsigned_token(given, answer)
    return answer


def add_unsigned_token(given, answer):
    """Add the token that is added after signing, which botocore does not do."""
    if "omit_session_token" not in given:
        return
    token = given["session_token"]
    if "url" in answer:
        answer["url"] += "&X-Amz-Security-Token=" + urllib.parse.quote(token, safe="")
    else:
        answer["headers"].append(("X-Amz-Security-Token", token))


def comparable(member, value):
    """Give a member of an answer in lines, without what may differ: order, and spelling."""
    if member == "headers":
        return sorted("%s: %s" % (name.lower(), text) for name, text in value)
    if member == "url":
        parts = urllib.parse.urlsplit(value)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        return ["%s://%s:%d" % (parts.scheme, parts.hostname, port), parts.path or "/"] + sorted(
            "%s=%s" % pair for pair in urllib.parse.parse_qsl(parts.query, True))
    return value.split("\n")


def differing(expected, answer):
    return [member for member, value in expected.items() if member not in answer
            or comparable(member, value) != comparable(member, answer[member])]


def show(case, expected, line):
    """Print a mismatch: the request, and line by line what was expected and what came."""
    answer = json.loads(line)
    print("MISMATCH, %s %s\n  request: %s" % (case.preset, case.mode, json.dumps(case.request)))
    if "error" in answer:
        print("  answer:  " + line)
    for member in differing(expected, answer):
        print("  %s: botocore's (-), the program's (+)" % member)
        both = [comparable(member, x[member]) for x in (expected, answer) if member in x] + [[]]
        for text in itertools.islice(difflib.unified_diff(*both[:2], n=1000, lineterm=""), 3, None):
            print("    " + text)


def ask(program, cases):
    """Give the program's answers, a line each, and its exit status."""
    lines = "".join(json.dumps(case.request, ensure_ascii=case.ascii) + "\n" for case in cases)
    done = subprocess.run([program], input=lines.encode(), stdout=subprocess.PIPE)
    return done.stdout.decode().split("\n")[:-1], done.returncode


def compare(cases, lines):
    """Print counts and the first mismatches; say how many there are."""
    total, wrong, traits = (collections.Counter() for _ in range(3))
    for case, line in zip(cases, lines):
        expected, kind = sign_with_botocore(case), case.preset + " " + case.mode
        total[kind] += 1
        traits.update(signing_requests.traits(case))
        if differing(expected, json.loads(line)):
            wrong[kind] += 1
            if wrong.total() <= MOST_SHOWN:
                show(case, expected, line)
    for kind in sorted(total):
        print("%-14s %6d requests, %d differ" % (kind, total[kind], wrong[kind]))
    print("among them:    " + ", ".join("%s %d" % trait for trait in traits.most_common()))
    return wrong.total()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    count = 20_000 if "CAIRN_LONG_TESTS" in os.environ else 2_000
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print("botocore %s, %d requests, --seed %d" % (botocore.__version__, options.count,
                                                   options.seed), flush=True)
    botocore.auth.datetime = types.SimpleNamespace(datetime=clock)
    rng, started = random.Random(options.seed), time.monotonic()
    cases = [signing_requests.make(rng) for _ in range(options.count)]
    lines, status = ask(options.program, cases)
    wrong = compare(cases, lines)
    if status != 0 or len(lines) != len(cases):
        print("the program ended with %d after %d answers" % (status, len(lines)))
        wrong += 1
    print("%s in %.1f s" % ("FAILED" if wrong else "all are identical", time.monotonic() - started))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
