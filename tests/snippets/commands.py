#!/usr/bin/env python3
"""Run the commands that documents show, in their order, as somebody would who copies them.

usage: commands.py SOURCE_DIR FILE.md...

All ```sh blocks run in one shell in SOURCE_DIR, whose build/ is used as it is. S3 is the server
that the environment names (CAIRN_RGW_...), by AWS's usual variables; BUCKET is a new bucket there.
A block has to end with status 0, or with N under a comment <!-- snippet: exits N -->. Left out are
tests/run.sh, which runs this, and blocks under <!-- snippet: not run -->.
"""
import os
import pathlib
import re
import subprocess
import sys

import boto3


def blocks_of(text):
    """Yield (line number, expected status, block) of each block to be run."""
    status, start, lines = "0", None, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r"\s*```(.*)", line)
        if start is None and fence:
            language, start, lines = fence.group(1).strip(), number, []
        elif fence:
            if language == "sh" and status != "not run":
                yield start, int(status), "\n".join(lines)
            start, status = None, "0"
        elif start is not None:
            lines.append(line.strip())
        elif found := re.search(r"<!-- snippet: (?:exits )?(\d+|not run) -->", line):
            status = found.group(1)


def environment():
    names = {"AWS_ENDPOINT_URL": "CAIRN_RGW_ENDPOINT",
             "AWS_ACCESS_KEY_ID": "CAIRN_RGW_ACCESS_KEY",
             "AWS_SECRET_ACCESS_KEY": "CAIRN_RGW_SECRET_KEY"}
    found = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    found.update({name: os.environ[source] for name, source in names.items()})
    found["AWS_REGION"] = "us-east-1"
    found["BUCKET"] = "documents-" + os.urandom(4).hex()
    client = boto3.client("s3", endpoint_url=found["AWS_ENDPOINT_URL"], region_name="us-east-1",
                          aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
                          aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"])
    client.create_bucket(Bucket=found["BUCKET"])
    return found


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    surroundings, failed, count = environment(), 0, 0
    for name in sys.argv[2:]:
        for line, expected, block in blocks_of(pathlib.Path(name).read_text()):
            block = re.sub(r"^tests/run\.sh.*$", "", block, flags=re.M)
            done = subprocess.run(["bash", "-c", block], cwd=source, env=surroundings, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=900)
            count += 1
            if done.returncode != expected:
                failed += 1
                print(f"{name}:{line}: exit status {done.returncode}, not {expected}:\n{block}\n"
                      f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    print(f"{count} blocks, {failed} failed")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
