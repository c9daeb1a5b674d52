"""Many processes that share nothing but the bucket."""
import subprocess

from support import SUCCESS, expect, payload, test


@test
def sixteen_processes_keep_400_profiles(bench):
    config = bench.config()
    running = []
    for p in range(16):
        process = bench.start(config, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        running.append((p, process))
    for p, process in running:
        process.stdin.write("".join(payload(f"person-{p}-{i}", f"s{p}", f"t{i}") for i in range(25)))
        process.stdin.close()
        process.stdin = None
    success = 0
    for p, process in running:
        out, err = process.communicate(timeout=120)
        success += out.splitlines().count(SUCCESS)
        expect(process.returncode == 0, f"process {p}: exit {process.returncode}: {err[-400:]}")
    people = bench.by_uid()
    expect(success == 400, f"{success} success lines")
    expect(len(people) == 400, f"{len(people)} profiles")
    for p in range(16):
        for i in range(25):
            expect(people[f"person-{p}-{i}"] == [f"s{p}", f"t{i}"], f"person-{p}-{i} differs")
    bench.expect_only_the_day()
    return f"{len(people)} profiles, {success} success lines"


@test
def the_same_people_from_eight_processes_are_united(bench):
    config = bench.config()
    running = [bench.start(config, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True) for _ in range(8)]
    for p, process in enumerate(running):
        process.stdin.write("".join(payload(f"person-{i}", f"s{p}", "all") for i in range(50)))
        process.stdin.close()
        process.stdin = None
    for process in running:
        out, err = process.communicate(timeout=120)
        expect(out.splitlines() == [SUCCESS] * 50, f"{out[-300:]}{err[-300:]}")
    people = bench.by_uid()
    expect(len(people) == 50, f"{len(people)} profiles")
    for uid, segments in people.items():
        expect(sorted(segments) == ["all"] + [f"s{p}" for p in range(8)], f"{uid}: {segments}")
