"""What the tests of the uploader against RGW share: the program under test, and boto3 as an independent reader."""
import collections
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import boto3
from botocore.config import Config

SUCCESS = '{"port":"success","value":{"message":"JSON data uploaded to S3."}}'
DAY = "2026-03-04"
KEY = DAY + "_segments.json"
TESTS = []
SERVERS = pathlib.Path(__file__).resolve().parent.parent / "servers"


class wrong(Exception):
    """What was expected did not happen."""


def expect(condition, text):
    if not condition:
        raise wrong(text)


def test(function):
    TESTS.append(function)
    return function


def endpoint(name="CAIRN_RGW_ENDPOINT"):
    return os.environ[name]


def s3(where=None, second=False, attempts=5):
    suffix = "2" if second else ""
    return boto3.client(
        "s3", endpoint_url=where or endpoint(), region_name="us-east-1",
        aws_access_key_id=os.environ["CAIRN_RGW_ACCESS_KEY" + suffix],
        aws_secret_access_key=os.environ["CAIRN_RGW_SECRET_KEY" + suffix],
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": attempts}))


def payload(uid, *segments):
    return json.dumps({"traits": {"smi_uid": uid}, "segments": list(segments)}) + "\n"


class outcome:
    """What one run of the program gave."""

    def __init__(self, status, out, err, seconds):
        self.status, self.err, self.seconds = status, err, seconds
        self.lines = out.splitlines()

    @property
    def succeeded(self):
        return [i for i, line in enumerate(self.lines) if line == SUCCESS]

    def error(self, i):
        """The error of payload i, or None where it succeeded."""
        if self.lines[i] == SUCCESS:
            return None
        value = json.loads(self.lines[i])
        expect(value["port"] == "error", f"line {i} is neither: {self.lines[i]}")
        return value["value"]["error"]

    def expect_all_succeeded(self, count):
        bad = [line for line in self.lines if line != SUCCESS]
        expect(len(self.lines) == count and not bad and self.status == 0,
               f"{len(self.lines)} lines for {count} payloads, exit {self.status}, others: {bad[:3]}"
               f"; standard error: {self.err[-600:]}")

    def expect_all_failed(self, count, pattern):
        expect(len(self.lines) == count, f"{len(self.lines)} lines for {count} payloads: {self.err[-600:]}")
        for i in range(count):
            text = self.error(i)
            expect(text is not None, f"payload {i} succeeded")
            expect(text.startswith("S3 upload error: "), f"another kind of error: {text}")
            expect(re.search(pattern, text, re.I), f"the error does not say {pattern!r}: {text}")
        expect(self.status == 1, f"exit status {self.status}")


class bench:
    """A bucket and a folder of its own for one test."""

    def __init__(self, program, name):
        self.program = program
        self.name = name
        self.client = s3()
        self.bucket = re.sub(r"[^a-z0-9]+", "-", name)[:40].strip("-") + "-" + os.urandom(3).hex()
        self.client.create_bucket(Bucket=self.bucket)
        self.folder = tempfile.TemporaryDirectory(prefix="cairn-")
        self.path = pathlib.Path(self.folder.name)

    def close(self):
        self.folder.cleanup()

    def config(self, **members):
        """A configuration file: the three members that there always are, and what is given."""
        content = {"aws_access_key_id": os.environ["CAIRN_RGW_ACCESS_KEY"],
                   "aws_secret_access_key": os.environ["CAIRN_RGW_SECRET_KEY"],
                   "s3_bucket": self.bucket, "endpoint": endpoint(), "addressing": "path",
                   "region": "us-east-1"}
        content.update(members)
        content = {k: v for k, v in content.items() if v is not None}
        handle, name = tempfile.mkstemp(suffix=".json", dir=self.path)
        with os.fdopen(handle, "w") as file:
            json.dump(content, file)
        return name

    def start(self, config, *options, date=DAY, **popen):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        command = [self.program, "--config", config]
        if date:
            command += ["--date", date]
        return subprocess.Popen(command + [*options, "-"], env=environment, **popen)

    def run(self, payloads, *options, config=None, limit=120, date=DAY):
        started = time.monotonic()
        process = self.start(config or self.config(), *options, date=date, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        text = payloads if isinstance(payloads, bytes) else "".join(payloads).encode()
        try:
            out, err = process.communicate(text, timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise wrong(f"did not end within {limit} s; standard error: {err[-600:]!r}") from None
        return outcome(process.returncode, out.decode(), err.decode(), time.monotonic() - started)

    def raw(self, key=KEY):
        return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def profiles(self, key=KEY):
        """The day's entries, as what reads the original's files would see them."""
        def refuse(name):
            raise wrong(f"{name} is not JSON")
        document = json.loads(self.raw(key), parse_constant=refuse)
        for entry in document["profiles"]:
            expect("smi_uid" in entry and isinstance(entry["segments"], list), f"entry: {entry}")
        return document["profiles"]

    def by_uid(self, key=KEY):
        entries = self.profiles(key)
        people = {e["smi_uid"]: e["segments"] for e in entries}
        expect(len(people) == len(entries), f"{len(entries)} entries for {len(people)} profiles")
        return people

    def keys(self):
        listing = self.client.list_objects_v2(Bucket=self.bucket)
        return [o["Key"] for o in listing.get("Contents", [])]

    def expect_only_the_day(self):
        expect(self.keys() == [KEY], f"the bucket holds {self.keys()}")


class counting_proxy:
    """Forwards to RGW and remembers each request as (method, target)."""

    def __init__(self, folder, to=None):
        self.log = pathlib.Path(folder, "requests.log")
        self.log.touch()
        target = (to or endpoint()).removeprefix("http://")
        self.process = subprocess.Popen(
            [sys.executable, str(SERVERS / "cutting_proxy.py"), "--listen", "0", "--to", target,
             "--log", str(self.log)], stdout=subprocess.PIPE, text=True)
        self.endpoint = "http://127.0.0.1:" + self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def requests(self):
        return [tuple(line.split()[:2]) for line in self.log.read_text().splitlines()
                if not line.endswith(" abandoned")]


@contextlib.contextmanager
def closed_port():
    """A port that is taken, so that nobody else gets it, and where nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        yield s.getsockname()[1]


class paced_feed:
    """Writes payloads to a process at a steady pace, from a thread of its own."""

    def __init__(self, process, payloads, per_second):
        self.process, self.payloads, self.period = process, payloads, 1.0 / per_second
        self.sent = 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        due = time.monotonic()
        try:
            for text in self.payloads:
                time.sleep(max(0.0, due - time.monotonic()))
                due += self.period
                self.process.stdin.write(text.encode())
                self.process.stdin.flush()
                self.sent += 1
            self.process.stdin.close()
        except (BrokenPipeError, ValueError):
            pass


def stop_osd_for(seconds):
    pid = int(os.environ["CAIRN_RGW_OSD_PID"])
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        os.kill(pid, signal.SIGCONT)


def occurrences(entries):
    """How often each segment stands in the whole file."""
    return collections.Counter(s for e in entries for s in e["segments"])
