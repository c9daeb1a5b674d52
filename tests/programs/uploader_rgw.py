#!/usr/bin/python3
"""Drive segments_uploader against a Ceph RGW that tests/servers/rgw_up.sh started.

usage: . DIR/env; run.py PROGRAM [NAME...]      NAME: a module, or a part of a test's name

Prints a line per test, `ok NAME` or `FAILED NAME: why`, then `done`. Exit 0 when all passed.
"""
import os
import sys
import time

import support
import chaos  # noqa: F401  (each module registers its tests)
import existing_files  # noqa: F401
import refusals  # noqa: F401
import streams  # noqa: F401
import many_processes  # noqa: F401
import volume  # noqa: F401


def run(test, program):
    name = test.__name__
    started = time.monotonic()
    bench = None
    try:
        bench = support.bench(program, name)
        remark = test(bench)
        print(f"ok {name} ({time.monotonic() - started:.1f} s{'; ' + remark if remark else ''})")
        return True
    except Exception as why:  # a defect of the test is a failure, too
        kind = "" if isinstance(why, support.wrong) else type(why).__name__ + ": "
        print(f"FAILED {name}: {kind}{why}")
        return False
    finally:
        if bench:
            bench.close()


def main():
    if len(sys.argv) < 2 or "CAIRN_RGW_ENDPOINT" not in os.environ:
        sys.exit(__doc__)
    sys.stdout.reconfigure(line_buffering=True)
    program = os.path.abspath(sys.argv[1])
    wanted = [t for t in support.TESTS
              if len(sys.argv) == 2
              or any(part == t.__module__ or part in t.__name__ for part in sys.argv[2:])]
    results = [run(t, program) for t in wanted]
    print("done")
    return 0 if results and all(results) else 1


sys.exit(main())
