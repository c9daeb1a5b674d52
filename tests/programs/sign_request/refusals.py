"""Every error, and the program around its lines."""
import base64
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

import lines
from lines import SECRET, BUCKET, request, chunked, run_program, Lines


class Errors(Lines):
    def test_each_member_is_named(self):
        cases = []
        for name in ("method", "url", "region", "access_key_id", "secret_access_key"):
            line = request()
            del line[name]
            cases.append((line, name + ": this member is missing"))
        for name in ("method", "url", "body", "body_base64", "time", "region", "service",
                     "access_key_id", "secret_access_key", "session_token",
                     "express_session_token", "algorithm", "mode", "payload", "preset"):
            cases += [(request(**{name: value}), name + ": expected a string")
                      for value in (1, None, True, [], {})]
        for name in ("normalize", "sign_body", "omit_session_token"):
            cases.append((request(**{name: "true"}), name + ": expected true or false"))
        for name, mode, high in (("expires", "query", 604800),
                                 ("chunk_size", "chunked", 9223372036854775807)):
            cases += [(request(mode=mode, **{name: value}),
                       f"{name}: expected a whole number from 1 to {high}")
                      for value in (0, -1, 1.0, 1e3, "1", None, high + 1, 10**30)]
        for name, more in (("headers", {}), ("trailers", {"mode": "chunked"})):
            cases += [(request(**{name: value}, **more), name + ": expected a list of")
                      for value in ({}, "a", [["a"]], [["a", 1]], [["a", "b", "c"]], ["a"], [[]],
                                    [None], [["a", "b"], "c"])]
        self.refused(*cases)

    def test_values_that_cannot_be(self):
        self.refused(*(
            (request(**{name: value}, **({"mode": "query"} if "presigned" in says else {})),
             name + ": ", says)
            for name, value, says in (
                ("method", "get", "upper-case"), ("method", "", "upper-case"),
                ("time", "2013-05-24", "20150830T123600Z"), ("time", "20130532T000000Z", "date"),
                ("time", "19691231T235959Z", "from 1970 to 2261"),
                ("time", "22620101T000000Z", "from 1970 to 2261"),
                ("region", "", "empty"), ("region", "a/b", "holds a character"),
                ("region", "*", "holds a character"), ("region", ",", "holds"),
                ("service", "s 3", "holds a character"),
                ("access_key_id", "", "empty"), ("access_key_id", "a/b", "slash"),
                ("secret_access_key", "", "empty"),
                ("secret_access_key", SECRET + "\n", "a line's end"),
                ("session_token", "a b", "space"),
                ("algorithm", "v5", 'expected "v4" or "v4a"'), ("preset", "S3", "generic"),
                ("mode", "post", 'expected "header", "query" or "chunked"'),
                ("payload", "no", "unsigned"), ("body_base64", "YWJ", "base64"),
                ("body_base64", "YW-j", "base64"), ("body_base64", "=", "base64"),
                ("headers", [["a b", "1"]], "no name may hold"), ("headers", [["", "1"]], "name"),
                ("headers", [["a", "1\r\nb: 2"]], "the value of a holds a control character"),
                ("headers", [["a", "1\n"]], "control"), ("headers", [["a", "\u0000"]], "control"),
                ("headers", [["host", "a"], ["Host", "b"]], "twice"),
                ("url", BUCKET + "/?X-Amz-Date=1", "presigned already"))))

    def test_no_region_of_a_set_is_empty(self):
        self.refused(*((request(region=region, algorithm="v4a"),
                        "region: a region of the set is empty")
                       for region in (",", ",,", "us-east-1,", ",eu-*", "a,,b")))
        self.sign(*(request(region=region, algorithm="v4a") for region in ("*", "a,*,b-*")))

    def test_members_that_exclude_each_other(self):
        self.refused(
            (request(body="a", body_base64="YQ=="), "body_base64: is given together"),
            (request(session_token="a", express_session_token="b"),
             "express_session_token: is given together"),
            (request(trailers=[]), "trailers: means something for mode chunked only"),
            (request(methud="GET"), "methud: unknown member; expected one of method, url"),
            ('{"method":"GET","method":"PUT"}', "method: this member is given twice"),
            ({**chunked(), "trailers": [["x-amz-trailer-signature", "a"]]}, "trailers: "),
            ({**chunked(), "trailers": [["a", "1\n"]]}, "trailers: the value of a holds"))

    def test_what_is_not_json_is_not_repeated(self):
        cases = (('{"secret_access_key":"%s"' % SECRET, "expected ',' or '}'"),
                 (SECRET, "expected an object at byte 0"), (f'["{SECRET}"]', "expected an object"),
                 ('{"a":1} ' + SECRET, "something follows the value"),
                 ('{"%s' % SECRET, "unterminated string at byte 1"),
                 ('{"%s\\ud800":1}' % SECRET, "half of a surrogate pair"))
        code, answers, err = self.run_lines("", "  \t\r", *(text for text, _ in cases))
        self.assertEqual((code, err, len(answers)), (1, "", len(cases)))
        for number, (answer, (_, says)) in enumerate(zip(answers, cases)):
            self.assertIn(f"line {number + 3}: {says}", answer["error"])

    def test_a_value_that_is_not_json_is_its_member(self):
        self.refused(*(
            ('{"method":"GET","%s":%s' % (name, text), f"{name}: {says} at byte ", " of line ")
            for name, text, says in (
                ("body", '"\\ud800"}', "half of a surrogate pair"),
                ("secret_access_key", '"\\udfff%s"}' % SECRET, "half of a surrogate pair"),
                ("headers", '[["a","\\ud800\\u0041"]]}', "half of a surrogate pair"),
                ("secret_access_key", SECRET + "}", "expected a value"),
                ("secret_access_key", '"' + SECRET, "unterminated string"),
                ("session_token", '"\\x"}', "invalid escape"), ("url", "}", "expected a value"),
                ("time", '"\0"}', "control character in a string"),
                ("trailers", "[" * 1000 + "]" * 1000 + "}", "nesting deeper than 512 levels"),
                ("expires", "1.}", "invalid number"), ("odd", "tru}", "expected a value"))))
        code, out, _ = run_program(stdin=b'\n{"body":"\xff"}')
        self.assertEqual((code, json.loads(out)),
                         (1, {"error": "body: invalid UTF-8 at byte 9 of line 2"}))

    def test_names_are_bounded_and_printable(self):
        long = "n" * 100000
        for name, seen in (("", '""'), ("n" * 64, "n" * 64), (long, "n" * 61 + "..."),
                           ("a\0\x1b[2J\n", r"a\x00\x1b[2J\x0a"),
                           ("\u202e\x7f", r"\xe2\x80\xae\x7f"),
                           ("\u00e4" * 40, r"\xc3\xa4" * 7 + r"\xc3" + "...")):
            for line in (request(**{name: SECRET}), '{%s:tru}' % json.dumps(name)):
                code, out, err = run_program(stdin=line if isinstance(line, str)
                                             else json.dumps(line))
                self.assertEqual((code, err, out.isascii()), (1, "", True))
                self.assertEqual(json.loads(out)["error"].rsplit(": ", 1)[0], seen)
                self.assertNotIn(SECRET, out)
        self.refused((request(headers=[[long, "\0"]]), "the value of " + "n" * 61 + "... holds"))
        code, _, err = run_program("--\x1b" + long)
        self.assertEqual((code, len(err) < 200, "\x1b" in err), (2, True, False))

    def test_one_bad_line_stops_nothing_else(self):
        code, answers, _ = self.run_lines(request(), "{", request())
        self.assertEqual((code, [list(a)[0] for a in answers]),
                         (1, ["canonical_request", "error", "canonical_request"]))


class Program(Lines):
    def test_usage(self):
        for arguments, says in ((["--nonsense"], "--nonsense: unknown option"),
                                (["a", "b"], "expected one file"),
                                (["--curl", "--verify"], "only one of"),
                                (["gone"], "gone: cannot be read: No such file"),
                                (["/"], "/: Is a directory")):
            code, out, err = run_program(*arguments)
            self.assertEqual((code, out, err.count("\n")), (2, "", 1), arguments)
            self.assertIn(says, err)
        code, out, err = run_program("--help")
        self.assertEqual((code, err), (0, ""))
        for word in ("--curl", "--verify", "express_session_token", "omit_session_token"):
            self.assertIn(word, out)
        self.assertEqual(run_program("--version")[0], 0)
        self.assertEqual(run_program(), (0, "", ""))

    def test_file_and_standard_input(self):
        text = json.dumps(request())
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "in")
            path.write_text("\ufeff" + text)
            self.assertEqual(run_program(str(path)), run_program("-", stdin=text))
            self.assertEqual(run_program(str(path)), run_program(stdin=text + "\r\n\n"))

    def test_each_line_is_answered_at_once(self):
        process = subprocess.Popen([lines.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3):
            process.stdin.write(json.dumps(request()).encode() + b"\n")
            process.stdin.flush()
            self.assertIn(b"signature", process.stdout.readline())
        process.communicate(timeout=60)

    def test_large_lines(self):
        body = os.urandom(1 << 23)
        line = request("PUT", body_base64=base64.b64encode(body).decode(), mode="chunked")
        answer = self.sign(line)
        self.assertEqual(len(answer["chunk_signatures"]), (1 << 7) + 1)
        self.assert_valid(answer)

    def test_the_time_is_now_unless_it_is_given(self):
        line = request()
        del line["time"]
        before = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        answer = self.sign(line)
        after = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self.assert_valid(answer)
        self.assertTrue(before <= dict(answer["headers"])["x-amz-date"] <= after)

    def test_a_full_device_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([lines.program], input=json.dumps(request()).encode(), stdout=full,
                                  stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)
        for option in ("--help", "--version"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([lines.program, option], stdout=full, stderr=subprocess.PIPE,
                                      timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"standard output: No space left", done.stderr)

    def test_a_line_that_needs_too_much_memory_stops_nothing_else(self):
        def run(*sent):
            most = 128 << 20
            text = "".join(json.dumps(line) + "\n" for line in sent)
            return subprocess.run(
                [lines.program], input=text.encode(), capture_output=True, timeout=120,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
        if run(request()).returncode != 0:
            self.skipTest("the program needs more memory: a sanitizer's")
        # One cannot be worked on, and the other not even be read.
        for size in (40 << 20, 100 << 20):
            done = run(request(), request("PUT", body="a" * size, mode="chunked"), request())
            answers = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual((done.returncode, done.stderr, len(answers)), (1, b"", 3))
            self.assertEqual(answers[1], {"error": "line 2: needs more memory than there is"})
            self.assertEqual(answers[0], answers[2])
