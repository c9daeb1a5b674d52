"""What the tests share: the program, requests for it, and how its answers are looked at."""
import json
import subprocess
import unittest

program = ""  # set by __main__
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": SECRET,
       "region": "us-east-1", "time": "20130524T000000Z"}
BUCKET = "https://examplebucket.s3.amazonaws.com"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
CHUNK_OBJECT = "https://s3.amazonaws.com/examplebucket/chunkObject.txt"
SCOPE = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"


def request(method="GET", url=BUCKET + "/", **more):
    return {**KEY, "method": method, "url": url, **more}


def chunked(**more):
    more.setdefault("headers", [["x-amz-storage-class", "REDUCED_REDUNDANCY"]])
    more.setdefault("body", "a" * 66560)
    return request("PUT", CHUNK_OBJECT, mode="chunked", **more)


def run_program(*arguments, stdin=b""):
    stdin = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Lines(unittest.TestCase):
    """Every answer is looked at for the secret."""

    def run_lines(self, *lines, options=()):
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        code, out, err = run_program(*options, stdin=text + "\n")
        self.assertNotIn(SECRET, out + err)
        return code, [json.loads(line) for line in out.splitlines()], err

    def sign(self, *lines, warned=""):
        code, answers, err = self.run_lines(*lines)
        self.assertEqual((code, len(answers)), (0, len(lines)), answers)
        self.assertIn(warned, err) if warned else self.assertEqual(err, "")
        return answers[0] if len(lines) == 1 else answers

    def refused(self, *cases, options=()):
        """Each case is a line and what its error says."""
        code, answers, err = self.run_lines(*(line for line, *_ in cases), options=options)
        self.assertEqual((code, err, len(answers)), (1, "", len(cases)))
        for answer, (line, *says) in zip(answers, cases):
            self.assertEqual(list(answer), ["error"], line)
            for text in says:
                self.assertIn(text, answer["error"], line)

    def verify(self, answer, **more):
        line = {**answer, "secret_access_key": SECRET, **more}
        code, reports, err = self.run_lines(line, options=["--verify"])
        self.assertEqual((err, len(reports)), ("", 1))
        if "error" not in reports[0]:
            self.assertEqual(code, 0 if reports[0]["valid"] else 1)
        return reports[0]

    def assert_valid(self, answer, detail=None, **more):
        report = self.verify(answer, **more)
        self.assertTrue(report.get("valid"), report)
        self.assertEqual((report["verdict"], report.get("differences", [])), ("valid", []))
        if detail is not None:
            self.assertEqual(report["detail"], detail)

    def assert_invalid(self, verdict, answer, *parts, **more):
        report = self.verify(answer, **more)
        self.assertEqual((report.get("valid"), report.get("verdict")), (False, verdict), report)
        self.assertEqual([d["part"] for d in report.get("differences", [])], list(parts))
        return report
