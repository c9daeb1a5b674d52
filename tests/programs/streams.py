"""Endless input, and being told to stop."""
import os
import selectors
import signal
import subprocess
import time

import waiting
from support import SUCCESS, expect, payload, test

PATIENCE = 60  # seconds; far more than a loaded machine takes


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
def each_outcome_of_a_slow_stream_appears_before_the_next_payload_comes(bench):
    process, selector = watched(bench)
    for i in range(30):
        process.stdin.write(payload(f"p{i}", "x").encode())
        process.stdin.flush()
        line = next_line(process, selector, PATIENCE)
        expect(line == SUCCESS, f"payload {i}: {line}")
    process.stdin.close()
    expect(process.wait(PATIENCE) == 0, f"exit {process.returncode}")
    process.stdout.close()
    process.stderr.close()


def stopped_by(bench, number):
    process, selector = watched(bench, "--max-delay-ms", "60000")
    for i in range(50):
        process.stdin.write(payload(f"p{i}", "x").encode())
    process.stdin.flush()
    waiting.has_read_all(process, number)  # and waits for company
    process.send_signal(number)
    lines = []
    while (line := next_line(process, selector, PATIENCE)) is not None:
        lines.append(line)
    status = process.wait(PATIENCE)
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
