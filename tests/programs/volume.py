"""Many payloads in one process, and how many requests that takes."""
import re
import subprocess

from support import DAY, KEY, SUCCESS, counting_proxy, expect, payload, test


def day_requests(proxy, bench):
    return [r for r in proxy.requests() if r[1].split("?")[0] == f"/{bench.bucket}/{KEY}"]


@test
def a_hundred_thousand_payloads_take_at_most_100_commits(bench):
    with counting_proxy(bench.path) as proxy:
        # Payloads gather for as long as it takes: a commit comes where no more may be under way.
        got = bench.run((payload(f"person-{i % 20000}", f"s{i // 20000}", "all") for i in range(100_000)),
                        "--max-delay-ms", "60000", "--deadline-ms", "600000",
                        config=bench.config(endpoint=proxy.endpoint))
        commits = sum(method == "PUT" for method, _ in day_requests(proxy, bench))
    got.expect_all_succeeded(100_000)
    expect(1 <= commits <= 100, f"{commits} commits")
    people = bench.by_uid()
    expect(len(people) == 20_000, f"{len(people)} profiles")
    for i in (0, 1, 777, 19_999):
        expect(people[f"person-{i}"] == ["s0", "all", "s1", "s2", "s3", "s4"],
               f"person-{i}: {people[f'person-{i}']}")
    expect(all(len(s) == 6 for s in people.values()), "some profile lacks a segment")
    bench.expect_only_the_day()
    return f"{commits} commits, {100_000 / got.seconds:,.0f} payloads/s through a Python proxy"


@test
def an_empty_day_and_a_single_payload_need_two_requests_at_most(bench):
    with counting_proxy(bench.path) as proxy:
        config = bench.config(endpoint=proxy.endpoint, conditions="unquoted")
        bench.run([payload("a", "x")], config=config).expect_all_succeeded(1)
        requests = proxy.requests()
        expect(1 <= len(requests) <= 2, f"{len(requests)} requests: {requests}")
    expect(bench.by_uid() == {"a": ["x"]}, "the file differs")
    return f"{len(requests)} request(s)"


@test
def the_probe_is_a_few_requests_and_leaves_nothing(bench):
    with counting_proxy(bench.path) as proxy:
        got = bench.run([payload("a", "x")], config=bench.config(endpoint=proxy.endpoint))
        got.expect_all_succeeded(1)
        of_the_day = day_requests(proxy, bench)
        probe = len(proxy.requests()) - len(of_the_day)
    expect(1 <= len(of_the_day) <= 2, f"{of_the_day}")
    expect(1 <= probe <= 8, f"the probe took {probe} requests: {proxy.requests()}")
    bench.expect_only_the_day()
    return f"{probe} requests to probe, {len(of_the_day)} for the day"


@test
def an_undisturbed_writer_needs_one_request_per_commit(bench):
    """Payloads one after another, each sent after the outcome of the one before."""
    with counting_proxy(bench.path) as proxy:
        config = bench.config(endpoint=proxy.endpoint, conditions="unquoted", max_delay_ms=0)
        process = bench.start(config, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
        for i in range(20):
            process.stdin.write(payload(f"person-{i}", "x"))
            process.stdin.flush()
            line = process.stdout.readline().strip()
            expect(line == SUCCESS, f"payload {i}: {line}")
        process.stdin.close()
        expect(process.wait(30) == 0, f"exit {process.returncode}")
        process.stdout.close()
        requests = proxy.requests()
    puts = sum(method == "PUT" for method, _ in requests)
    expect(puts == 20 and len(requests) <= 21, f"{len(requests)} requests, {puts} of them PUT")
    expect(len(bench.by_uid()) == 20, "a profile is missing")
    return f"{len(requests)} requests for 20 commits"


@test
def the_summary_counts_what_happened(bench):
    got = bench.run([payload(f"p{i % 3}", "x") for i in range(9)])
    got.expect_all_succeeded(9)
    for word in ("payloads", "profiles", "commits", "retries"):
        expect(re.search(rf"\d\D*{word}|{word}\D*\d", got.err), f"no {word} in: {got.err[-500:]}")
    expect(DAY in got.err, f"the summary does not say where the file is: {got.err[-500:]}")
