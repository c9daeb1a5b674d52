#!/usr/bin/python3
"""Measure segments_uploader against an S3 server, and the original's way beside it.

usage: . DIR/env; benchmarks/uploader.py PROGRAM [--repeat N] [--events N] [--quick]

The environment is the one that tests/servers/rgw_up.sh writes. Two measurements:
  stream   100,000 payloads for 20,000 people on standard input, one process: payloads a second of
           wall time from start to exit, commits (PUTs of the day, counted by the program), peak memory
  events   a day of 100,000 profiles (13 MB) and single payloads, each sent after the outcome of the
           one before: client CPU (user + system) and wall time per event, start-up not counted
The peer does what the original does: GET the day, parse it, append, write it whole, PUT it without
a condition (written here, with python3-boto3).
"""
import argparse
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
from botocore.config import Config

SUCCESS = '{"port":"success","value":{"message":"JSON data uploaded to S3."}}'
DAY = "2026-03-04"
KEY = DAY + "_segments.json"
TICKS = os.sysconf("SC_CLK_TCK")


def client():
    return boto3.client(
        "s3", endpoint_url=os.environ["CAIRN_RGW_ENDPOINT"], region_name="us-east-1",
        aws_access_key_id=os.environ["CAIRN_RGW_ACCESS_KEY"],
        aws_secret_access_key=os.environ["CAIRN_RGW_SECRET_KEY"],
        config=Config(s3={"addressing_style": "path"}))


def new_bucket():
    name = "bench-" + os.urandom(4).hex()
    client().create_bucket(Bucket=name)
    return name


def config_of(folder, bucket, **members):
    path = pathlib.Path(folder, "config.json")
    path.write_text(json.dumps({
        "aws_access_key_id": os.environ["CAIRN_RGW_ACCESS_KEY"],
        "aws_secret_access_key": os.environ["CAIRN_RGW_SECRET_KEY"], "s3_bucket": bucket,
        "endpoint": os.environ["CAIRN_RGW_ENDPOINT"], "addressing": "path", "region": "us-east-1",
        **members}))
    return str(path)


def payload(uid, *segments):
    return json.dumps({"traits": {"smi_uid": uid}, "segments": list(segments)}) + "\n"


def big_day(profiles=100_000):
    """About 13 MB: 130 bytes a profile."""
    entry = '{{"smi_uid":"{:08x}-5f1c-4b7e","segments":["newsletter-weekly","returning-customer","cart-abandoned","coupon-10","city-{:04}"]}}'
    body = '{"profiles":[' + ",".join(entry.format(i, i % 5000) for i in range(profiles)) + "]}"
    return body.encode()


def stream(program, folder):
    bucket = new_bucket()
    source = pathlib.Path(folder, "payloads.ndjson")
    with source.open("w") as file:
        for i in range(100_000):
            file.write(payload(f"person-{i % 20_000}", f"s{i // 20_000}", "all"))
    out, err = pathlib.Path(folder, "out"), pathlib.Path(folder, "err")
    with source.open() as i, out.open("w") as o, err.open("w") as e:
        started = time.monotonic()
        process = subprocess.Popen([program, "--config", config_of(folder, bucket), "--date", DAY, "-"],
                                   stdin=i, stdout=o, stderr=e)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    good = out.read_text().splitlines().count(SUCCESS)
    document = json.loads(client().get_object(Bucket=bucket, Key=KEY)["Body"].read())
    if process.returncode or good != 100_000 or len(document["profiles"]) != 20_000:
        sys.exit(f"stream: exit {process.returncode}, {good} successes, "
                 f"{len(document['profiles'])} profiles\n{err.read_text()[-1000:]}")
    commits = re.search(r"commits:\s*(\d+)", err.read_text())
    return {"rate": 100_000 / seconds, "mb": usage.ru_maxrss / 1024, "seconds": seconds,
            "cpu": usage.ru_utime + usage.ru_stime,
            "commits": int(commits.group(1))}


def cpu_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def events(program, folder, count):
    bucket, body = new_bucket(), big_day()
    client().put_object(Bucket=bucket, Key=KEY, Body=body)
    process = subprocess.Popen(
        [program, "--config", config_of(folder, bucket, max_delay_ms=0), "--date", DAY, "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def send(i):
        process.stdin.write(payload(f"{i * 37:08x}-5f1c-4b7e", f"event-{i}"))
        process.stdin.flush()
        line = process.stdout.readline().strip()
        if line != SUCCESS:
            sys.exit(f"event {i}: {line}")

    send(0)  # the start: probe, first read
    cpu, started = cpu_of(process.pid), time.monotonic()
    for i in range(1, count + 1):
        send(i)
    cpu, seconds = cpu_of(process.pid) - cpu, time.monotonic() - started
    process.stdin.close()
    process.stdout.close()
    process.wait(60)
    return {"cpu_ms": 1000 * cpu / count, "wall_ms": 1000 * seconds / count, "mb": len(body) / 1e6}


def events_the_originals_way(count):
    bucket, s3 = new_bucket(), client()
    s3.put_object(Bucket=bucket, Key=KEY, Body=big_day())

    def one(i):
        day = json.loads(s3.get_object(Bucket=bucket, Key=KEY)["Body"].read())
        day["profiles"].append({"smi_uid": f"{i * 37:08x}-5f1c-4b7e", "segments": [f"event-{i}"]})
        s3.put_object(Bucket=bucket, Key=KEY, Body=json.dumps(day))

    one(0)
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    for i in range(1, count + 1):
        one(i)
    after, seconds = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - started
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_ms": 1000 * cpu / count, "wall_ms": 1000 * seconds / count}


def spread(values):
    return f"{statistics.median(values):,.1f} [{min(values):,.1f}..{max(values):,.1f}]"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--quick", action="store_true", help="once, with few events")
    options = parser.parse_args()
    if options.quick:
        options.repeat, options.events = 1, 10
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as folder:
        runs = [stream(program, folder) for _ in range(options.repeat)]
        single = [events(program, folder, options.events) for _ in range(options.repeat)]
    peer = [events_the_originals_way(max(3, options.events // 5)) for _ in range(options.repeat)]

    print(f"median [min..max] of {options.repeat}; 100,000-profile day of {single[0]['mb']:.1f} MB")
    print("stream, 100,000 payloads for 20,000 people")
    print(f"  payloads/s           {spread([r['rate'] for r in runs])}")
    print(f"  commits              {spread([r['commits'] for r in runs])}")
    print(f"  peak memory, MB      {spread([r['mb'] for r in runs])}")
    print(f"  client CPU, s        {spread([r['cpu'] for r in runs])}")
    print("events, one after another     segments_uploader           the original's way (boto3)")
    for name, key in (("client CPU, ms/event", "cpu_ms"), ("wall, ms/event", "wall_ms")):
        ours, theirs = [r[key] for r in single], [r[key] for r in peer]
        print(f"  {name:27} {spread(ours):27} {spread(theirs)}")


if __name__ == "__main__":
    main()
