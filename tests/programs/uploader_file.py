#!/usr/bin/env python3
"""Drive segments_uploader against the file storage: no server, no account.

Usage: uploader_file.py PROGRAM
"""

import base64
import fcntl
import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tty
import unittest

import waiting

PROGRAM = ""
INSTRUMENTED = False  # by a sanitizer, which makes it slow and large
SUCCESS = '{"port":"success","value":{"message":"JSON data written to a file."}}'
MISSING = '{"port":"error","value":{"error":"Could not find payload.traits.smi_uid"}}'
DATE = "2026-01-31"


def failed(reason):
    return '{"port":"error","value":{"error":"File error: %s"}}' % reason


def payload(uid, *segments):
    return json.dumps({"traits": {"smi_uid": uid}, "segments": list(segments)})


class Uploader(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.directory = pathlib.Path(self.temporary.name)
        # Nothing of the caller's configuration may reach the program.
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}

    def start(self, *arguments, **more):
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.directory, env=self.environment,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **more)

    def run_program(self, *arguments, stdin=b""):
        stdin = stdin if isinstance(stdin, bytes) else stdin.encode()
        process = self.start(*arguments)
        out, err = process.communicate(stdin, timeout=120)
        return process.returncode, out.decode().splitlines(), err.decode()

    def upload(self, stdin, *options):
        return self.run_program("--storage", "file:data", "--date", DATE, *options, "-",
                                stdin=stdin)

    def path(self, bucket="segments", prefix="", day=DATE):
        return self.directory / "data" / bucket / f"{prefix}{day}_segments.json"

    def profiles(self, **where):
        document = json.loads(self.path(**where).read_bytes())
        return [(p["smi_uid"], p["segments"]) for p in document["profiles"]]

    def file(self, name, content):
        (self.directory / name).write_text(content)
        return name


class Basics(Uploader):
    def test_folds_profiles_into_one_object_per_day(self):
        code, out, err = self.upload("\n".join([payload("a", "x"), payload("b", "y"),
                                                payload("a", "z", "x")]) + "\n")
        self.assertEqual((code, out), (0, [SUCCESS] * 3))
        self.assertEqual(self.profiles(), [("a", ["x", "z"]), ("b", ["y"])])
        for fact in ("payloads: 3 (3 written, 0 failed)", "profiles: 2", "commits:  1",
                     "retries:  0", "time:", "file:     data/segments/2026-01-31_segments.json"):
            self.assertIn(fact, err)

    def test_second_run_leaves_the_same_profiles(self):
        lines = payload("a", "x") + "\n" + payload("b", "y") + "\n"
        self.upload(lines)
        before = self.profiles()
        code, out, _ = self.upload(lines)
        self.assertEqual((code, out), (0, [SUCCESS] * 2))
        self.assertEqual(self.profiles(), before)

    def test_three_forms_of_input_and_several_files(self):
        lines = self.file("lines", payload("a", "1") + "\n\n" + payload("b", "2"))
        array = self.file("array", "[" + payload("c", "3") + ",\n" + payload("d", "4") + "]")
        document = self.file("document", json.dumps(json.loads(payload("e", "5")), indent=2))
        code, out, _ = self.run_program("--storage=file:data", "--date=" + DATE, lines, array,
                                        document)
        self.assertEqual((code, out), (0, [SUCCESS] * 5))
        self.assertEqual(self.profiles(), [(c, [str(i + 1)]) for i, c in enumerate("abcde")])

    def test_empty_input_is_a_success(self):
        for text in ("", "\n\n", "[]"):
            code, out, _ = self.upload(text)
            self.assertEqual((code, out), (0, []))
        self.assertFalse(self.path().exists())

    def test_identities_are_the_same_only_by_type_and_text(self):
        values = ['"1"', "1", "1.0", '"1"']
        self.upload("".join('{"traits":{"smi_uid":%s},"segments":[]}\n' % v for v in values))
        text = self.path().read_text()
        for value in values:
            self.assertEqual(text.count('{"smi_uid":%s,"segments":[]}' % value), 1)

    def test_samples(self):
        samples = pathlib.Path(__file__).parents[2] / "examples/segments_uploader/samples"
        code, out, _ = self.run_program("--storage", "file:data", "--date", DATE,
                                        *(str(samples / name) for name in
                                          ("payloads.ndjson", "payloads.json", "payload.json")))
        self.assertEqual((code, out), (0, [SUCCESS] * 12))
        code, out, _ = self.run_program("--config", str(samples / "config.full.json"), "--storage",
                                        "file:data", "-")  # its members are all known
        self.assertEqual((code, out), (0, []))

    def test_bucket_prefix_and_default_day(self):
        day = time.strftime("%Y-%m-%d", time.gmtime())
        code, _, _ = self.run_program("--storage", "file:data", "--s3-bucket", "mine", "--prefix",
                                      "a/b-", "-", stdin=payload("a", "x"))
        self.assertEqual(code, 0)
        days = {day, time.strftime("%Y-%m-%d", time.gmtime())}  # midnight may pass
        self.assertTrue(any(self.path("mine", "a/b-", d).exists() for d in days))

    def test_merge_policies(self):
        lines = payload("a", "x") + "\n" + payload("a", "y") + "\n"
        self.upload(lines, "--merge", "replace", "--s3-bucket", "replace")
        self.upload(lines, "--merge", "append", "--s3-bucket", "append")
        self.assertEqual(self.profiles(bucket="replace"), [("a", ["y"])])
        self.assertEqual(self.profiles(bucket="append"), [("a", ["x"]), ("a", ["y"])])

    def test_other_identities(self):
        code, out, _ = self.upload('{"id":"i","segments":[]}\n{"user":{"no":7},"segments":[]}\n{}\n',
                                   "--identity", "/user/no", "--identity", "/id")
        missing = '{"port":"error","value":{"error":"Could not find payload.user.no"}}'
        self.assertEqual((code, out), (1, [SUCCESS, SUCCESS, missing]))
        self.assertEqual(self.profiles(), [("i", []), (7, [])])

    def test_takes_in_what_the_original_wrote(self):
        path = self.path()
        path.parent.mkdir(parents=True)
        path.write_text('{"profiles": [{"smi_uid": "a", "segments": ["x"], "score": 1.10}, '
                        '{"smi_uid": "b", "segments": [NaN]}, '
                        '{"smi_uid": "a", "segments": ["y"]}], "made": 1E2}')
        code, out, err = self.upload(payload("c", "z"))
        self.assertEqual((code, out), (0, [SUCCESS]))
        self.assertEqual(self.profiles(), [("a", ["x", "y"]), ("b", [None]), ("c", ["z"])])
        text = path.read_text()
        self.assertRegex(text, r'"score": *1\.10\b')
        self.assertIn('"made": 1E2', text)
        self.assertIn("warning: ", err)
        self.assertIn("NaN", err)
        self.assertIn("duplicates", err)

    def test_concurrent_processes_lose_nothing(self):
        processes = [self.start("--storage", "file:data", "--date", DATE, "--max-delay-ms", "0",
                                "-") for _ in range(6)]
        for number, process in enumerate(processes):
            lines = (payload(f"{number}-{i}", "x") for i in range(40))
            process.stdin.write("\n".join(lines).encode())
            process.stdin.close()
            process.stdin = None
        for process in processes:
            out, _ = process.communicate(timeout=120)
            self.assertEqual(out.decode().splitlines(), [SUCCESS] * 40)
        self.assertEqual(len(set(p[0] for p in self.profiles())), 240)


class BadInput(Uploader):
    def test_one_bad_line_stops_nothing_else(self):
        lines = [payload("a", "x").encode(), b'{"traits":', b"nope", b'{"traits":{"smi_uid":""}}',
                 b'{"traits":{"smi_uid":"b"}}', b'{"traits":{"smi_uid":"b"},"segments":"x"}',
                 b'{"traits":{"smi_uid":"b"},"segments":[1]}',
                 b'{"traits":{"smi_uid":"b"},"segments":["\xff"]}',
                 b'{"traits":{"smi_uid":NaN},"segments":[]}',
                 b'{"a":' + b"[" * 10000 + b"]" * 10000 + b"}",
                 b'{"traits":{"smi_uid":"b"},"segments":[],"segments":["x"]}',
                 payload("c", "y").encode()]
        code, out, _ = self.upload(b"\n".join(lines))
        self.assertEqual(code, 1)
        self.assertEqual(len(out), len(lines))
        self.assertEqual((out[0], out[-1], out[3]), (SUCCESS, SUCCESS, MISSING))
        for line in out[1:3] + out[4:10]:
            self.assertTrue(line.startswith('{"port":"error","value":{"error":"File error: '),
                            line)
            json.loads(line)
        self.assertEqual(self.profiles()[0], ("a", ["x"]))
        self.assertEqual(self.profiles()[-1], ("c", ["y"]))

    def test_payload_of_100_megabytes_is_refused_without_being_held(self):
        process = self.start("--storage", "file:data", "--date", DATE, "-")
        process.stdin.write(b'{"traits":{"smi_uid":"big"},"segments":["')
        for _ in range(20 if INSTRUMENTED else 100):  # more than --max-payload
            process.stdin.write(b"x" * (1 << 20))
        process.stdin.write(b'"]}\n' + payload("a", "x").encode() + b"\n")
        process.stdin.flush()
        out = [process.stdout.readline().decode().rstrip("\n") for _ in range(2)]
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
        process.communicate(timeout=60)
        self.assertEqual(out, [failed("the payload is larger than --max-payload, 16777216 bytes"),
                               SUCCESS])
        self.assertEqual(process.returncode, 1)
        if not INSTRUMENTED:
            self.assertLess(peak, 100 * 1024)  # KiB

    def test_limit_is_exact(self):
        one = payload("a", "x")
        code, out, _ = self.upload(one + "\r\n" + one, "--max-payload", str(len(one)))
        self.assertEqual((code, out), (0, [SUCCESS] * 2))
        code, out, _ = self.upload(one, "--max-payload", str(len(one) - 1))
        self.assertEqual(code, 1)

    def test_elements_behind_a_broken_one_are_taken(self):
        broken = '{"traits":{"smi_uid":"b"},"segments":["x"}}'
        code, out, _ = self.upload("[" + ",".join([payload("a", "x"), broken, payload("c", "y"),
                                                   payload("d", "z")]) + "]", "--rejects", "r1")
        self.assertEqual(code, 1)
        self.assertEqual([out[0], out[2], out[3]], [SUCCESS] * 3)
        self.assertIn("File error: unreadable JSON", out[1])
        self.assertEqual(self.profiles(), [("a", ["x"]), ("c", ["y"]), ("d", ["z"])])
        self.assertEqual(json.loads((self.directory / "r1").read_text())["text"], broken)

    def test_arrays_and_documents_are_mixed(self):
        arrays = "".join(f"[{payload(f'a{i}', 'x')}]\n" for i in range(3000))
        code, out, _ = self.upload(arrays + payload("b", "y") + json.dumps(
            json.loads(payload("c", "z")), indent=2) + "[" + payload("d", "w") + "]")
        self.assertEqual((code, out), (0, [SUCCESS] * 3003))
        self.assertEqual(len(self.profiles()), 3003)

    def test_byte_order_mark_begins_any_line(self):
        mark = b"\xef\xbb\xbf"
        code, out, _ = self.upload(mark + payload("a", "x").encode() + b"\n" + mark +
                                   payload("b", "y").encode() + b"\n")
        self.assertEqual((code, out), (0, [SUCCESS] * 2))

    def test_too_many_brackets_are_named(self):
        code, out, _ = self.upload("[" * 3_000_000, "--rejects", "r1")
        self.assertEqual((code, len(out)), (1, 1))
        self.assertIn("nested deeper than 1048576 levels", out[0])
        self.assertEqual(len(json.loads((self.directory / "r1").read_text())["text"]), 2_999_999)

    def test_day_that_is_not_ours_is_left_untouched(self):
        for content in (b"[1,2]", b"not json", b'{"profiles":{}}', b"", b"\xff"):
            path = self.path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            code, out, _ = self.upload(payload("a", "x") + "\n" + payload("b", "x"))
            self.assertEqual((code, len(out)), (1, 2))
            for line in out:
                self.assertIn('"File error: ', line)
                self.assertNotIn("outcome unknown", line)
            self.assertEqual(path.read_bytes(), content)

    def test_storage_that_cannot_be_written_gives_each_payload_its_line(self):
        (self.directory / "data").write_text("a file")
        code, out, _ = self.upload(payload("a", "x") + "\n" + payload("b", "x"), "--deadline-ms",
                                   "2000")
        self.assertEqual((code, len(out)), (1, 2))
        self.assertTrue(all('"File error: ' in line for line in out))

    def test_unreachable_s3_gives_each_payload_its_line(self):
        config = self.file("c.json", json.dumps({
            "aws_access_key_id": "k", "aws_secret_access_key": "hush-hush", "s3_bucket": "bucket",
            "endpoint": "http://127.0.0.1:1"}))
        code, out, err = self.run_program("--config", config, "--deadline-ms", "1500", "-",
                                          stdin="\n".join([payload("a", "x")] * 5))
        self.assertEqual((code, len(out)), (1, 5))
        self.assertTrue(all('"S3 upload error: ' in line for line in out))
        self.assertNotIn("hush-hush", err + "".join(out))


class Rejects(Uploader):
    def test_rejects_can_be_fed_again(self):
        lines = [b"not json", b"\xff\xfe", b'{"traits":{},"segments":["s"],"n":1.10}',
                 payload("a", "x").encode()]
        code, out, _ = self.upload(b"\n".join(lines), "--rejects", "r1")
        self.assertEqual(code, 1)
        rejects = [json.loads(l) for l in (self.directory / "r1").read_text().splitlines()]
        self.assertEqual([r["index"] for r in rejects], [0, 1, 2])
        self.assertEqual([r["reason"] for r in rejects],
                         [json.loads(l)["value"]["error"] for l in out[:3]])
        code, again, _ = self.run_program("--storage", "file:data", "--date", DATE, "--rejects",
                                          "r2", "r1")
        self.assertEqual((code, again), (1, out[:3]))
        self.assertEqual((self.directory / "r1").read_bytes(), (self.directory / "r2").read_bytes())
        self.assertIn('"n":1.10', (self.directory / "r1").read_text())
        code, again, _ = self.run_program("--storage", "file:data", "--date", DATE, "--identity",
                                          "/n", "r1")
        self.assertEqual(again[2], SUCCESS)

    def test_failed_uploads_are_kept_and_feeding_them_again_succeeds(self):
        self.path().parent.mkdir(parents=True)
        self.path().write_text("not ours")
        self.upload(payload("a", "x") + "\n" + payload("b", "y"), "--rejects", "r1")
        self.path().unlink()
        code, out, _ = self.run_program("--storage", "file:data", "--date", DATE, "--rejects",
                                        "r2", "r1")
        self.assertEqual((code, out), (0, [SUCCESS] * 2))
        self.assertEqual(self.profiles(), [("a", ["x"]), ("b", ["y"])])
        self.assertEqual((self.directory / "r2").read_bytes(), b"")

    def test_what_cannot_be_told_apart_is_kept_whole_and_can_be_fed_again(self):
        rest = b'{"traits":{"smi_uid":"a"},"segments":["' + b"x" * 3_000_000  # never ends
        code, out, _ = self.upload(payload("a", "x").encode() + b"\n" + rest, "--max-payload",
                                   "10000", "--rejects", "r1")
        self.assertEqual((code, len(out), out[0]), (1, 2, SUCCESS))
        for name, again in (("r1", "r2"), ("r2", "r3")):
            lines = [json.loads(l) for l in (self.directory / name).read_text().splitlines()]
            pieces = b"".join(base64.b64decode(l["piece"]) for l in lines[:-1])
            self.assertEqual(pieces, rest)
            self.assertEqual(lines[-1]["size"], len(rest))
            self.assertEqual({l["stream"] for l in lines}, {lines[0]["stream"]})
            code, out, _ = self.run_program("--storage", "file:data", "--date", DATE,
                                            "--max-payload", "10000", "--rejects", again, name)
            self.assertEqual((code, len(out)), (1, 1))

    def test_payload_over_the_limit_is_kept_and_taken_under_a_higher_one(self):
        big = payload("big", "x" * 300_000)
        code, out, _ = self.upload(big + "\n" + payload("a", "y"), "--max-payload", "1000",
                                   "--rejects", "r1")
        self.assertEqual((code, out), (1, [failed("the payload is larger than --max-payload, "
                                                  "1000 bytes"), SUCCESS]))
        code, out, _ = self.run_program("--storage", "file:data", "--date", DATE, "r1")
        self.assertEqual((code, out), (0, [SUCCESS]))
        self.assertEqual([p[0] for p in self.profiles()], ["a", "big"])

    def test_rejected_array_is_fed_again_element_by_element(self):
        code, out, _ = self.upload("[" + payload("a", "x") + " [" + payload("b", "y") + "]]",
                                   "--rejects", "r1")
        self.assertEqual((code, len(out)), (1, 2))
        code, out, _ = self.run_program("--storage", "file:data", "--date", DATE, "r1")
        self.assertEqual((code, out), (0, [SUCCESS]))

    def test_torn_line_of_the_rejects_is_ended_before_anything_is_added(self):
        torn = '{"index":0,"reason":"disk full","payload":{"tra'
        self.file("r1", torn)
        self.upload("nope", "--rejects", "r1")
        self.upload("nope again", "--rejects", "r1")
        lines = (self.directory / "r1").read_text().splitlines()
        self.assertEqual(lines[0], torn)
        self.assertEqual([json.loads(l)["text"] for l in lines[1:]], ["nope", "nope again"])

    def test_rejects_may_not_be_the_input(self):
        name = self.file("r1", "kept")
        code, out, err = self.run_program("--storage", "file:data", "--rejects", name, name)
        self.assertEqual((code, out), (2, []))
        self.assertIn("--rejects: expected another file", err)
        self.assertEqual((self.directory / name).read_text(), "kept")


class Usage(Uploader):
    def refused(self, *arguments, says):
        code, out, err = self.run_program(*arguments)
        self.assertEqual((code, out), (2, []))
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertIn(says, err)
        self.assertEqual([p.name for p in self.directory.iterdir() if p.name == "cairn-data"], [])

    def test_usage_errors_are_one_line_and_send_nothing(self):
        good = self.file("good", payload("a", "x"))
        self.refused("--nonsense", good, says="--nonsense: unknown option")
        self.refused(good, "gone", says="gone: cannot be read: No such file")
        self.refused(good, "/", says="/: cannot be read: Is a directory")
        self.refused("--session-token", "t", good, says="--session-token: a secret")
        self.refused("--time-zone", "Mars/Base", good, says="--time-zone: expected")
        self.refused("--rejects", "no/such/dir", good, says="--rejects: no/such/dir")
        config = self.file("c", '{"s3_bukket":"x"}')
        self.refused("--config", config, good, says="s3_bukket: unknown member; expected one of")

    def test_help_and_version(self):
        code, out, err = self.run_program("--help")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("--rejects", "\n".join(out))
        self.assertEqual(self.run_program("--version")[0], 0)


class Streams(Uploader):
    def test_live_input_is_answered_while_it_is_open(self):
        for opening, separator in (("", "\n"), ("[", ",")):
            process = self.start("--storage", "file:data", "--date", DATE, "-")
            process.stdin.write(opening.encode())
            for i in range(10):
                process.stdin.write((payload(f"u{i}", "x") + separator).encode())
                process.stdin.flush()
                # While standard input stays open: nothing waits for its end.
                self.assertEqual(process.stdout.readline().decode().rstrip("\n"), SUCCESS)
            process.stdin.write(b"1]" if opening else b"")
            process.communicate(timeout=60)

    def test_signal_commits_what_was_accepted(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process = self.start("--storage", "file:data", "--date", DATE, "--max-delay-ms",
                                 "60000", "--s3-bucket", number.name, "-")
            process.stdin.write((payload("a", "x") + "\n" + payload("b", "y") + "\n").encode())
            process.stdin.flush()
            waiting.has_read_all(process, number)
            self.assertFalse(self.path(number.name).exists())
            process.send_signal(number)
            out = process.stdout.read().decode().splitlines()
            err = process.stderr.read().decode()
            self.assertEqual(process.wait(timeout=60), 0)
            self.assertEqual(out, [SUCCESS] * 2)
            self.assertIn("stopped by a signal", err)
            self.assertEqual(self.profiles(bucket=number.name), [("a", ["x"]), ("b", ["y"])])
            process.communicate()

    def stop_within_files(self, *inputs, stdin=None):
        """Stops the program while it cannot tell more outcomes; what it told, and its errors."""
        process = subprocess.Popen([PROGRAM, "--storage", "file:data", "--date", DATE,
                                    "--max-in-flight", "500", *inputs], cwd=self.directory,
                                   env=self.environment, stdin=stdin, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        fcntl.fcntl(process.stdout, 1031, 4096)  # F_SETPIPE_SZ
        waiting.until(lambda: waiting.unread(process.stdout) > 2000, "it tells outcomes")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(set(out.decode().splitlines()), {SUCCESS})
        return len(out.splitlines()), err.decode()

    def test_signal_tells_what_of_the_files_was_not_taken(self):
        lines = [payload(f"u{i}", "x") + "\n" for i in range(50_000)]
        first = self.file("first", "".join(lines))
        second = self.file("second", "[" + payload("z", "x") + "]")
        told, err = self.stop_within_files(first, second)
        left = sum(len(l) for l in lines[told:])
        self.assertIn(f"first: stopped before its end; its last {left} bytes were not taken", err)
        self.assertIn(f"second: stopped before its end; its last "
                      f"{(self.directory / second).stat().st_size} bytes were not taken", err)
        with open(self.directory / first) as stdin:
            told, err = self.stop_within_files("-", stdin=stdin)
        left = sum(len(l) for l in lines[told:])
        self.assertIn(f"standard input: stopped before its end; its last {left} bytes", err)

    def test_signal_within_a_payload_of_a_pipe_tells_and_keeps_it(self):
        process = self.start("--storage", "file:data", "--date", DATE, "--rejects", "r1", "-")
        torn = payload("b", "y")[:-3]
        process.stdin.write((payload("a", "x") + "\n" + torn).encode())
        process.stdin.flush()
        waiting.has_read_all(process, signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        out = process.stdout.read().decode().splitlines()
        self.assertEqual(process.wait(timeout=60), 1)
        process.communicate()
        self.assertEqual(out, [SUCCESS, failed("the input was stopped within this payload")])
        self.assertEqual(json.loads((self.directory / "r1").read_text())["text"], torn)

    def test_blocked_output_stops_reading_but_not_committing(self):
        process = self.start("--storage", "file:data", "--date", DATE, "--max-in-flight", "500",
                             "-")
        fcntl.fcntl(process.stdout, 1031, 4096)  # F_SETPIPE_SZ
        os.set_blocking(process.stdin.fileno(), False)
        lines = ("\n".join(payload(f"u{i}", "x" * 100) for i in range(20000)) + "\n").encode()
        written = taken = 0

        def goes_on():  # whether it read anything during half a second
            nonlocal written, taken
            before, taken = taken, written - waiting.unread(process.stdin)
            try:
                written += os.write(process.stdin.fileno(), lines[written:written + 65536])
            except BlockingIOError:
                pass
            time.sleep(0.5)
            return taken == 0 or before != taken

        waiting.until(lambda: not goes_on(), "it stops reading")
        self.assertLess(written, len(lines))
        waiting.until(lambda: len(self.profiles()) > 500, "commits go on beyond the window")
        committed = len(self.profiles())
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
        told = out.decode().splitlines()
        if told[-1] != SUCCESS:  # the last payload had come in part
            self.assertEqual(told.pop(), failed("the input was stopped within this payload"))
        self.assertEqual(set(told), {SUCCESS})
        self.assertEqual(len(self.profiles()), len(told))
        self.assertGreaterEqual(len(self.profiles()), committed)

    def test_progress_is_shown_on_a_terminal(self):
        master, slave = pty.openpty()
        process = subprocess.Popen([PROGRAM, "--storage", "file:data", "-"], cwd=self.directory,
                                   env=self.environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        process.stdin.write((payload("a", "x") + "\n").encode())
        process.stdin.flush()
        text = ""
        while "1 written, 0 failed, 0 under way" not in text and process.poll() is None:
            text += os.read(master, 65536).decode()
        process.communicate(timeout=60)
        text += os.read(master, 65536).decode()
        os.close(master)
        self.assertEqual(process.returncode, 0)
        self.assertIn("\r\x1b[K1 payloads read, 1 written, 0 failed, 0 under way", text)
        self.assertIn("payloads: 1 (1 written, 0 failed)", text)

    def test_outcomes_on_the_same_terminal_begin_on_a_line_of_their_own(self):
        master, slave = pty.openpty()
        process = subprocess.Popen([PROGRAM, "--storage", "file:data", "--date", DATE, "-"],
                                   cwd=self.directory, env=self.environment,
                                   stdin=subprocess.PIPE, stdout=slave, stderr=slave)
        os.close(slave)
        text = ""
        for i in range(3):  # each after a progress line
            while text.count("under way") <= i:
                text += os.read(master, 65536).decode()
            process.stdin.write((payload(f"u{i}", "x") + "\n").encode())
            process.stdin.flush()
            while text.count("written to a file") <= i:
                text += os.read(master, 65536).decode()
        process.communicate(timeout=60)
        os.close(master)
        for line in text.split(SUCCESS)[:-1]:
            self.assertTrue(line == "" or line.endswith(("\n", "\r\x1b[K")), text)

    def test_what_is_tried_again_is_told(self):
        config = self.file("c.json", json.dumps({
            "aws_access_key_id": "k", "aws_secret_access_key": "hush-hush", "s3_bucket": "bucket",
            "endpoint": "http://127.0.0.1:1"}))
        process = self.start("--config", config, "--date", DATE, "-")
        process.stdin.write((payload("a", "x") + "\n").encode())
        process.stdin.flush()
        line = process.stderr.readline().decode()
        process.kill()
        process.communicate()
        self.assertRegex(line, "warning: 2026-01-31_segments.json: not committed for [0-9]+ s: "
                               "Connection refused")

    def test_server_that_never_answers_is_told(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            config = self.file("c.json", json.dumps({
                "aws_access_key_id": "k", "aws_secret_access_key": "hush-hush",
                "s3_bucket": "bucket", "endpoint": "http://127.0.0.1:%d" % silent.getsockname()[1]}))
            process = self.start("--config", config, "--date", DATE, "--attempt-timeout-ms",
                                 "600000", "--deadline-ms", "600000", "-")
            process.stdin.write((payload("a", "x") + "\n").encode())
            process.stdin.flush()
            line = process.stderr.readline().decode()
            process.kill()
            process.communicate()
        self.assertRegex(line, "warning: 2026-01-31_segments.json: not committed for [0-9]+ s: "
                               "the storage has not answered yet")

    def test_progress_waits_for_the_end_of_an_outcome(self):
        master, slave = pty.openpty()
        tty.setraw(slave)
        process = subprocess.Popen([PROGRAM, "--storage", "file:data", "--date", DATE, "-"],
                                   cwd=self.directory, env=self.environment,
                                   stdin=subprocess.PIPE, stdout=slave, stderr=slave)
        os.close(slave)
        sent = "".join(payload(f"u{i}", "x") + "\n" for i in range(3000)).encode()
        feeder = threading.Thread(target=lambda: process.stdin.write(sent) and process.stdin.close())
        feeder.start()
        text = b""
        try:
            while piece := os.read(master, 512):  # a slow terminal
                text += piece
                time.sleep(0.004)
        except OSError:
            pass  # the program has ended
        feeder.join()
        process.wait(timeout=60)
        os.close(master)
        self.assertEqual(text.count(SUCCESS.encode() + b"\n"), 3000)
        for line in text.decode().split("\n"):
            self.assertTrue("\x1b[K" not in line.rpartition("\r")[0] or
                            "{" not in line.rpartition("\r")[0], line)

    def test_dry_run_writes_nothing(self):
        config = self.file("c.json", json.dumps({
            "aws_access_key_id": "k", "aws_secret_access_key": "hush-hush", "s3_bucket": "bucket",
            "endpoint": "http://127.0.0.1:1"}))
        before = sorted(os.listdir(self.directory))
        for options in (["--config", config], ["--storage", "file:data", "--rejects", "r"]):
            code, out, err = self.run_program(*options, "--date", DATE, "-n", "--summary", "json",
                                              "-", stdin=payload("a", "x") + "\n{}\n")
            self.assertEqual((code, len(out), out[1]), (1, 2, MISSING))
            self.assertIn("dry run", out[0])
            summary = json.loads(err)
            self.assertEqual((summary["succeeded"], summary["failed"], summary["objects"],
                              summary["dry_run"]), (1, 1, [], True))
        self.assertEqual(sorted(os.listdir(self.directory)), before)

    def test_summary_for_programs(self):
        code, _, err = self.upload(payload("a", "x") + "\n{}\n", "--quiet", "--summary=json")
        self.assertEqual((code, err.count("\n")), (1, 1))
        summary = json.loads(err)
        self.assertGreaterEqual(summary.pop("seconds"), 0)
        self.assertEqual(summary, {
            "payloads": 2, "succeeded": 1, "failed": 1, "profiles": 1, "commits": 1, "retries": 0,
            "stopped": False, "dry_run": False, "if_match": None,
            "objects": ["data/segments/2026-01-31_segments.json"]})
        self.assertEqual(self.upload(payload("a", "y"), "-q")[2], "")

    def test_verbose_says_what_is_done(self):
        _, _, err = self.upload(payload("a", "x"), "--verbose")
        self.assertIn("\n  date: 2026-01-31, from --date", err)
        self.assertIn("committed 1 payloads to data/segments/2026-01-31_segments.json", err)

    def test_second_signal_ends_at_once(self):
        process = self.start("--storage", "file:data", "--max-in-flight", "500", "-")
        fcntl.fcntl(process.stdout, 1031, 4096)
        os.set_blocking(process.stdin.fileno(), False)
        data = ((payload("u", "x") + "\n") * 500).encode()
        try:
            os.write(process.stdin.fileno(), data)
        except BlockingIOError:
            pass
        waiting.has_read_all(process, signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        waiting.has_taken(process, signal.SIGTERM)
        self.assertIsNone(process.poll())  # its outcomes cannot be told yet
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 1)
        process.communicate()

    def test_closed_output_ends_the_run(self):
        process = self.start("--storage", "file:data", "--date", DATE, "-")
        process.stdout.close()
        process.stdin.write((payload("a", "x") + "\n").encode())
        process.stdin.flush()
        self.assertEqual(process.wait(timeout=60), 1)
        self.assertEqual(self.profiles(), [("a", ["x"])])
        process.stdin.close()
        process.stderr.close()

    def test_many_payloads(self):
        count, people = (10_000, 2_000) if INSTRUMENTED else (100_000, 20_000)
        lines = "\n".join('{"traits":{"smi_uid":"p%d"},"segments":["s%d","all"]}' %
                          (i % people, i % 7) for i in range(count))
        path = self.file("many", lines)
        # Payloads gather for as long as it takes: a commit comes where no more may be under way.
        process = self.start("--storage", "file:data", "--date", DATE, "--max-delay-ms", "60000",
                             "--deadline-ms", "600000", path)
        out, err = process.communicate(timeout=120)
        self.assertEqual((process.returncode, out.decode()), (0, (SUCCESS + "\n") * count))
        self.assertEqual(len(self.profiles()), people)
        commits = int(err.decode().split("commits:")[1].split()[0])
        self.assertLessEqual(commits, count // 1000)


class Surroundings(Uploader):
    def shell(self, command):
        return subprocess.run(["bash", "-c", command, "-", PROGRAM], cwd=self.directory,
                              env=self.environment, capture_output=True, text=True, timeout=60)

    def test_closed_standard_input_is_an_error(self):
        run = self.shell('"$1" --storage file:data <&-')
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("cannot be read", run.stderr)

    def test_closed_streams_are_not_taken_for_other_files(self):
        self.file("in", payload("a", "x") + "\nbad\n")
        for closed in (">&-", "2>&-"):
            run = self.shell(f'"$1" --storage file:data --rejects rejects in {closed}')
            self.assertEqual(run.returncode, 1)
            rejects = (self.directory / "rejects").read_text().splitlines()
            self.assertEqual([json.loads(r)["text"] for r in rejects], ["bad"], closed)
            (self.directory / "rejects").unlink()

    def test_a_pipe_without_a_writer_holds_nothing_up(self):
        self.file("in", payload("a", "x") + "\n")
        os.mkfifo(self.directory / "pipe")
        process = self.start("--storage", "file:data", "--date", DATE, "in", "pipe")
        self.assertEqual(process.stdout.readline().decode(), SUCCESS + "\n")
        with open(self.directory / "pipe", "w") as pipe:
            pipe.write(payload("b", "y") + "\n")
            pipe.flush()
            self.assertEqual(process.stdout.readline().decode(), SUCCESS + "\n")
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, out), (0, b""), err)
        self.assertEqual(self.profiles(), [("a", ["x"]), ("b", ["y"])])

    def test_a_limit_on_file_sizes_is_an_error_and_no_crash(self):
        lines = "".join(payload(f"p{i}", "s" * 100) + "\n" for i in range(300))
        self.file("in", lines)
        run = self.shell('ulimit -f 10; "$1" --storage file:data in')
        self.assertEqual(run.returncode, 1)
        self.assertEqual(len(run.stdout.splitlines()), 300)
        self.assertIn("File too large", run.stdout)

    def test_a_day_keeps_its_mode_and_its_link(self):
        self.upload(payload("a", "x"))
        real = self.directory / "real.json"
        self.path().rename(real)
        real.chmod(0o600)
        self.path().symlink_to(real)
        self.assertEqual(self.upload(payload("b", "y"))[0], 0)
        self.assertTrue(self.path().is_symlink())
        self.assertEqual(real.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.profiles(), [("a", ["x"]), ("b", ["y"])])

    def test_a_number_that_readers_of_the_day_refuse_is_no_identity(self):
        code, out, _ = self.upload('{"traits":{"smi_uid":%s},"segments":["x"]}' % ("9" * 5000))
        self.assertEqual((code, out),
                         (1, [failed("the identity is a number of more than 1000 characters")]))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    INSTRUMENTED = any(name in pathlib.Path(PROGRAM).read_bytes()
                       for name in (b"__asan_init", b"__tsan_init"))
    unittest.main(verbosity=1)
