"""A service in trouble: 503s, rejected and cut connections, a killed peer, a store that stands still."""
import collections
import os
import subprocess
import time

from support import KEY, SUCCESS, endpoint, expect, occurrences, outcome, paced_feed, payload, \
    s3, stop_osd_for, test

PROCESSES, PAYLOADS, PEOPLE, PER_SECOND = 8, 500, 40, 50


def storm(bench, merge):
    config = bench.config(endpoint=endpoint("CAIRN_RGW_FAULT_ENDPOINT"), merge=merge)
    running = []
    for p in range(PROCESSES):
        out, err = open(bench.path / f"out{p}", "w+b"), open(bench.path / f"err{p}", "w+b")
        process = bench.start(config, "--attempt-timeout-ms", "1000", "--deadline-ms", "60000",
                              "--max-delay-ms", "50",
                              stdin=subprocess.PIPE, stdout=out, stderr=err)
        payloads = [payload(f"person-{i % PEOPLE}", f"p{p}-{i}") for i in range(PAYLOADS)]
        running.append((process, paced_feed(process, payloads, PER_SECOND), out, err))
    seconds = PAYLOADS / PER_SECOND
    time.sleep(seconds * 0.35)
    stop_osd_for(3)
    time.sleep(seconds * 0.05)
    running[0][0].kill()
    outcomes = []
    for process, _, out, err in running:
        try:
            process.wait(180)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        out.seek(0)
        err.seek(0)
        outcomes.append(outcome(process.returncode, out.read().decode(), err.read().decode(), 0))
        out.close()
        err.close()
    expect(outcomes[0].status == -9, "the killed process had ended before")
    return outcomes


def writes_at_the_proxy(bench):
    """Key and verdict of every write to the bucket that the cutting proxy has noted."""
    before = f"/{bench.bucket}/"
    with open(os.environ["CAIRN_RGW_FAULT_LOG"]) as log:
        lines = [line.split() for line in log]
    return [(target.removeprefix(before), verdict) for method, target, verdict in lines
            if method == "PUT" and target.startswith(before)]


def troubles(bench):
    """What the cutting proxy did to the writes of the day; who abandoned one was noted before, too."""
    return collections.Counter(verdict for key, verdict in writes_at_the_proxy(bench)
                               if key == KEY and verdict != "abandoned")


def late_probes(bench):
    """Probes with a write that went unanswered at the cutting proxy: it may land after their removal."""
    return {key for key, verdict in writes_at_the_proxy(bench)
            if key.startswith(".cairn-probe-") and verdict in ("cut-early", "abandoned")}


def judge(bench, outcomes, merge):
    entries = bench.profiles()
    seen = occurrences(entries)
    survivors = outcomes[1:]
    for p, o in enumerate(survivors, 1):
        expect(len(o.lines) == PAYLOADS,
               f"process {p}: {len(o.lines)} lines, exit {o.status}: {o.err[-400:]}")
    good = sum(len(o.succeeded) for o in survivors)
    told = sum(len(o.succeeded) for o in outcomes)
    lost, doubled, untrue, errors = [], [], [], {}
    for p, o in enumerate(outcomes):
        for i, line in enumerate(o.lines):
            there = seen[f"p{p}-{i}"]
            if line == SUCCESS:
                lost += [f"p{p}-{i}"] * (there == 0)
                doubled += [f"p{p}-{i}"] * (there > 1)
                continue
            if p == 0 and i == len(o.lines) - 1:
                continue  # the killed process may have been stopped in the middle of a line
            why = o.error(i)
            errors[why] = errors.get(why, 0) + 1
            if there and "outcome unknown" not in why:
                untrue.append(f"p{p}-{i}: {why}")
    expect(not lost, f"{len(lost)} acknowledged payloads are not in the file: {lost[:5]}")
    expect(not doubled, f"{len(doubled)} acknowledged payloads are there twice: {doubled[:5]}")
    expect(not untrue, f"{len(untrue)} were told to have failed and are there: {untrue[:3]}")
    share = good / (len(survivors) * PAYLOADS)
    expect(share >= 0.99, f"{share:.2%} succeeded; errors: {errors}")
    # Who is killed while it probes leaves the probe's objects, and so does a write that lands late.
    excused = late_probes(bench) | {KEY}
    left = [k for k in bench.keys() if k not in excused]
    if not outcomes[0].succeeded:
        left = [k for k in left if not k.startswith(".cairn-probe-")]
    expect(not left, f"the bucket holds {left} besides the day")
    if merge == "union":
        people = [e["smi_uid"] for e in entries]
        expect(len(set(people)) == len(people) == PEOPLE, f"{len(people)} entries")
    cut = troubles(bench)
    expect(cut["cut-answered"] + cut["cut-early"] >= 4, f"too little trouble: {cut}")
    return (f"{share:.2%} of the survivors' payloads, {told} acknowledged, none lost, none twice; "
            f"{sum(cut.values())} writes forwarded, of which {cut['cut-answered']} cut at the answer, "
            f"{cut['cut-early']} before it")


@test
def chaos_with_union_loses_nothing(bench):
    return judge(bench, storm(bench, "union"), "union")


@test
def chaos_with_append_doubles_nothing(bench):
    return judge(bench, storm(bench, "append"), "append")


@test
def the_fault_injection_does_what_it_says(bench):
    """Of requests through the faulty way some are cut, and some of the cut ones were applied."""
    client = s3(endpoint("CAIRN_RGW_FAULT_ENDPOINT"), attempts=1)
    slow_down = cut_and_applied = dropped = 0
    for i in range(300):
        try:
            client.put_object(Bucket=bench.bucket, Key=f"k{i}-", Body=b"x" * 1000)
            continue
        except Exception as why:
            if getattr(why, "response", None):
                slow_down += why.response["ResponseMetadata"]["HTTPStatusCode"] == 503
                continue
        if bench.client.list_objects_v2(Bucket=bench.bucket, Prefix=f"k{i}-", MaxKeys=1).get("Contents"):
            cut_and_applied += 1
        else:
            dropped += 1
    text = f"{slow_down} slowed down, {dropped} dropped, {cut_and_applied} cut but applied, of 300"
    expect(10 <= slow_down <= 60 and dropped >= 3 and cut_and_applied >= 3, text)
    return text
