#!/usr/bin/env python3
"""Add up what ctest has written as JUnit XML, a file for each stage.

Usage: summary.py FOLDER [FAILURE...]     FAILURE: what kept a stage from being tested

The last line is `total: N passed, N failed`. Exit 0 when something passed and nothing failed.
"""
import pathlib
import sys
import xml.etree.ElementTree

SLOWEST = 5


def stage(file):
    """Give how many passed and failed, and print a line, with what was skipped and what failed."""
    suite = xml.etree.ElementTree.parse(file).getroot()
    cases = suite.findall("testcase")
    names = {status: [case.get("name") for case in cases if case.get("status") == status]
             for status in ("run", "fail", "notrun", "disabled")}
    # What could not be run has a `skipped`, too; only these words are of a test that skipped itself.
    skipped = [case.get("name") for case in cases
               if case.find("skipped") is not None
               and case.find("skipped").get("message", "").startswith("SKIP_")]
    failed = names["fail"] + [name for name in names["notrun"] if name not in skipped]
    print("%-11s %3d passed, %d failed, %d skipped" % (
        file.stem, len(names["run"]), len(failed), len(skipped)))
    if skipped:
        print("            skipped: " + " ".join(skipped))
    for name in skipped:
        if name.endswith("_start"):
            print("            NOTHING was tested against " + name.removesuffix("_start"))
    if failed:
        print("            FAILED:  " + " ".join(failed))
    slow = sorted(cases, key=lambda case: -float(case.get("time")))[:SLOWEST]
    print("            longest: " + ", ".join(
        "%s %.0f s" % (case.get("name"), float(case.get("time"))) for case in slow))
    return len(names["run"]), len(failed)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    passed, failed = 0, len(sys.argv) - 2
    for file in sorted(pathlib.Path(sys.argv[1]).glob("*.xml"), key=lambda f: f.stat().st_mtime):
        of_stage = stage(file)
        passed, failed = passed + of_stage[0], failed + of_stage[1]
    for failure in sys.argv[2:]:
        print("FAILED " + failure)
    print("total: %d passed, %d failed" % (passed, failed))
    return 0 if passed and not failed else 1


sys.exit(main())
