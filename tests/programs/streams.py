"""Endless input, and being told to stop."""
import os
import selectors
import signal
import subprocess
import time

import waiting
from support import SUCCESS, expect, payload, test


def next_line(process, selector, limit):
    """One line of the program's output, or None after `limit` seconds."""
    text = b""
    until = time.monotonic() + limit
    while not text.endswith(b"\n"):
        if not selector.select(max(0.0, until - time.monotonic())):
            return None
        byte = os.read(process.stdout.fileno(), 1)
        if not byte:
            return None
        text += byte
    return text.decode().strip()


def watched(bench, *options):
    process = bench.start(bench.config(), *options, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    return process, selector


@test
def each_outcome_of_a_slow_stream_appears_within_a_second(bench):
    process, selector = watched(bench)
    slowest, sent, seen = 0.0, [], 0
    for i in range(30):
        process.stdin.write(payload(f"p{i}", "x").encode())
        process.stdin.flush()
        sent.append(time.monotonic())
        until = time.monotonic() + 0.1
        while time.monotonic() < until:
            line = next_line(process, selector, until - time.monotonic())
            if line:
                expect(line == SUCCESS, line)
                slowest = max(slowest, time.monotonic() - sent[seen])
                seen += 1
    process.stdin.close()
    while seen < 30:
        line = next_line(process, selector, 2)
        expect(line == SUCCESS, f"payload {seen}: {line}")
        slowest = max(slowest, time.monotonic() - sent[seen])
        seen += 1
    expect(process.wait(10) == 0, f"exit {process.returncode}")
    process.stdout.close()
    process.stderr.close()
    expect(slowest < 1.0, f"one outcome took {slowest:.2f} s")
    return f"the slowest after {slowest:.2f} s"


def stopped_by(bench, number):
    process, selector = watched(bench, "--max-delay-ms", "60000")
    for i in range(50):
        process.stdin.write(payload(f"p{i}", "x").encode())
    process.stdin.flush()
    waiting.has_read_all(process, number)  # and waits for company
    process.send_signal(number)
    lines = []
    while (line := next_line(process, selector, 10)) is not None:
        lines.append(line)
    status = process.wait(10)
    process.stdin.close()
    err = process.stderr.read().decode()
    process.stdout.close()
    process.stderr.close()
    expect(lines == [SUCCESS] * 50, f"{len(lines)} lines: {lines[:2]}; {err[-300:]}")
    expect(status == 0, f"exit {status}")
    expect(len(bench.by_uid()) == 50, f"{len(bench.by_uid())} profiles")


@test
def sigterm_commits_what_was_accepted(bench):
    stopped_by(bench, signal.SIGTERM)


@test
def sigint_commits_what_was_accepted(bench):
    stopped_by(bench, signal.SIGINT)
