#!/usr/bin/python3
"""Measure signing against aws-c-auth, botocore and the JavaScript SDK's signer.

usage: benchmarks/signing_peers.py PROGRAM [--packages DIR] [--rounds N]

PROGRAM is benchmark_sigv4; it has aws-c-auth in it where CMake found that. DIR is a directory in
which `npm install @smithy/signature-v4 @smithy/hash-node @aws-crypto/sha256-js` was run.

All sign the same requests at the same moment, and must give the same signatures. In each round all
are measured by turns, in CPU time; the table gives medians over the rounds, of the times and of the
ratios to ours with the key at hand. Peers that are not there are named.

Each peer has the favourable case: the request is made once, the body's hash is given. botocore and
aws-c-auth derive the signing key each time, the JavaScript SDK's signer keeps it, ours does.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

OPERATIONS = {"sign_small_put": "header signature of a small PUT", "presign_get": "presigned GET",
              "sign_chunk": "a chunk, its hash known", "sign_trailer": "a trailer",
              "sign_small_put_v4a": "header signature, V4A"}
FLOORS = {"hashes_of_small_put": "sign_small_put", "hashes_of_presigned_get": "presign_get"}
# The table's lines that PROGRAM measures, and the names of its benchmarks that belong there.
OURS = "cairn"
LINES = {"the hashing alone": "(hashes_of_.*)",
         "cairn, another access key each time": "(.*)_cold_key",
         "aws-c-auth": "aws_c_auth/(.*)", OURS: "(.*)"}
MOMENT = datetime.datetime(2026, 11, 21, 11, 40, 30)
HOST = "examplebucket.s3.us-east-1.amazonaws.com"
URL = f"https://{HOST}/data/2026-11-21_segments.json"
HASH_OF_BODY = "2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a"


class Program:
    """Ours, and aws-c-auth in the same process."""

    def __init__(self, path):
        self.path = path
        self.names = self.run("--names").split()
        self.has_peer = "aws_c_auth/sign_small_put" in self.names

    def run(self, *arguments):
        return subprocess.run([self.path, *arguments], check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True).stdout

    def signatures(self):
        return dict(line.split() for line in self.run("--signatures").splitlines())

    def place_of(self, name):
        """The line and the operation that a benchmark belongs to, or None."""
        for line, pattern in LINES.items():
            found = re.fullmatch(pattern, name)
            if found and FLOORS.get(found[1], found[1]) in OPERATIONS:
                return line, FLOORS.get(found[1], found[1])
        return None

    def measure(self):
        wanted = [name for name in self.names if self.place_of(name)]
        report = json.loads(self.run("--benchmark_format=json", "--benchmark_min_time=0.1",
                                     "--benchmark_filter=^(" + "|".join(wanted) + ")$"))
        times = {}
        for entry in report["benchmarks"]:
            line, operation = self.place_of(entry["name"])
            times.setdefault(line, {})[operation] = entry["cpu_time"] / 1000
        return times


class Botocore:
    def __init__(self):
        from botocore import auth, awsrequest, credentials, __version__

        class Clock:
            class datetime(datetime.datetime):
                @classmethod
                def utcnow(cls):
                    return MOMENT

        class HeaderAuth(auth.S3SigV4Auth):
            def payload(self, request):
                return HASH_OF_BODY

        auth.datetime = Clock
        auth.get_current_datetime = lambda: MOMENT  # where newer versions look
        self.name = f"botocore {__version__}"
        who = credentials.Credentials("AKIAIOSFODNN7EXAMPLE",
                                      "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        self.header = HeaderAuth(who, "s3", "us-east-1")
        self.query = auth.S3SigV4QueryAuth(who, "s3", "us-east-1", expires=3600)
        self.put = awsrequest.AWSRequest("PUT", URL, headers={
            "Host": HOST, "Content-Length": "1024", "Content-Type": "application/json",
            "If-Match": '"9b2cf535f27731c974343645a3985328"'})
        self.get = awsrequest.AWSRequest("GET", URL, headers={"Host": HOST})

    def sign_small_put(self):
        self.header.add_auth(self.put)
        return self.put.headers["Authorization"]

    def presign_get(self):
        self.get.url = URL
        self.query.add_auth(self.get)
        return self.get.url

    def signatures(self):
        return {name: re.search("Signature=([0-9a-f]{64})", getattr(self, name)()).group(1)
                for name in ("sign_small_put", "presign_get")}

    def measure(self, count=2000):
        times = {}
        for name in ("sign_small_put", "presign_get"):
            run = getattr(self, name)
            start = time.process_time()
            for _ in range(count):
                run()
            times[name] = 1e6 * (time.process_time() - start) / count
        return {self.name: times}


class JavaScript:
    def __init__(self, packages, hashes):
        self.packages, self.hashes = packages, hashes
        for name in ("@smithy/signature-v4", hashes):
            if not pathlib.Path(packages, "node_modules", name).is_dir():
                raise ImportError(f"{name} is not in {packages}")
        self.name = f"@smithy/signature-v4 {self.run(1)['version']}, {hashes}"

    def run(self, count):
        script = pathlib.Path(__file__).with_name("signing_peer.mjs")
        return json.loads(subprocess.run(
            ["node", "--single-threaded", script, self.packages, self.hashes, str(count)], check=True,
            stdout=subprocess.PIPE, text=True).stdout)

    def signatures(self):
        found = self.run(1)
        return {name: found[name]["signature"] for name in ("sign_small_put", "presign_get")}

    def measure(self):
        found = self.run(10000)
        return {self.name: {name: found[name]["microseconds"]
                            for name in ("sign_small_put", "presign_get")}}


def find_peers(program, packages):
    """Those that are there, and for each that is not, why."""
    peers, absent = [], []
    if not program.has_peer:
        absent.append("aws-c-auth: CMake did not find it")
    try:
        peers.append(Botocore())
    except ImportError as problem:
        absent.append(f"botocore: {problem}")
    for hashes in ("@smithy/hash-node", "@aws-crypto/sha256-js"):
        try:
            if not packages or not shutil.which("node"):
                raise ImportError("no --packages" if not packages else "there is no node")
            peers.append(JavaScript(os.path.abspath(packages), hashes))
        except ImportError as problem:
            absent.append(f"@smithy/signature-v4 with {hashes}: {problem}")
    return peers, absent


def print_table(rounds):
    """`rounds` has for each round the microseconds by line and operation."""
    print("| | by | CPU time, µs | least..most | ratio |")
    print("|---|---|---|---|---|")
    for operation, title in OPERATIONS.items():
        for line in sorted(rounds[0], key=lambda name: name != OURS):
            if operation not in rounds[0][line]:
                continue
            times = [one[line][operation] for one in rounds]
            ratio = statistics.median(one[line][operation] / one[OURS][operation] for one in rounds)
            print(f"| {title} | {line} | {statistics.median(times):.2f} | "
                  f"{min(times):.2f}..{max(times):.2f} | {ratio:.1f} |")
            title = ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--packages", help="where npm has put the JavaScript signer")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    program = Program(os.path.abspath(options.program))
    peers, absent = find_peers(program, options.packages)
    expected = program.signatures()
    for peer in peers:
        if peer.signatures() != expected:
            sys.exit(f"{peer.name} signs differently: {peer.signatures()}, not {expected}")

    rounds = []
    for _ in range(options.rounds):
        rounds.append({})
        for one in (program, *peers):
            rounds[-1].update(one.measure())
    print_table(rounds)
    print(f"\nMedians of {options.rounds} rounds; load {os.getloadavg()[0]:.1f} on "
          f"{os.cpu_count()} processors.")
    for line in absent:
        print(f"Absent: {line}.")


if __name__ == "__main__":
    main()
