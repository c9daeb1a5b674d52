#!/usr/bin/env python3
"""Drive sign_request: AWS's examples, its suite, every error, and what a shell makes of --curl.

Usage: sign_request.py PROGRAM
"""

import base64
import http.server
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = ""
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
    done = subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, timeout=120)
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


class Documented(Lines):
    def test_header_authentication(self):
        get = request(url=BUCKET + "/test.txt", headers=[["Range", "bytes=0-9"]])
        put = request("PUT", BUCKET + "/test%24file.text", body="Welcome to Amazon S3.",
                      headers=[["Date", "Fri, 24 May 2013 00:00:00 GMT"],
                               ["x-amz-storage-class", "REDUCED_REDUNDANCY"]])
        answers = self.sign(get, put, request(url=BUCKET + "?lifecycle"),
                            request(url=BUCKET + "/?max-keys=2&prefix=J"))
        self.assertEqual([a["signature"] for a in answers], [
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"])
        authorization = (f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host;range;"
                         "x-amz-content-sha256;x-amz-date, Signature=" + answers[0]["signature"])
        self.assertEqual(answers[0], {
            "canonical_request": "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\n"
                                 f"range:bytes=0-9\nx-amz-content-sha256:{EMPTY}\n"
                                 "x-amz-date:20130524T000000Z\n\n"
                                 f"host;range;x-amz-content-sha256;x-amz-date\n{EMPTY}",
            "string_to_sign": "AWS4-HMAC-SHA256\n20130524T000000Z\n"
                              "20130524/us-east-1/s3/aws4_request\n"
                              "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
            "signature": answers[0]["signature"],
            "authorization": authorization,
            "headers": [["host", "examplebucket.s3.amazonaws.com"], ["Range", "bytes=0-9"],
                        ["x-amz-date", "20130524T000000Z"], ["x-amz-content-sha256", EMPTY],
                        ["Authorization", authorization]]})
        self.assertEqual(list(answers[0]), ["canonical_request", "string_to_sign", "signature",
                                            "authorization", "headers"])

    def test_presigned(self):
        answer = self.sign(request(url=BUCKET + "/test.txt", mode="query", expires=86400))
        signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        self.assertEqual(answer["signature"], signature)
        self.assertEqual(answer["url"], BUCKET + "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                         "&X-Amz-Credential=" + SCOPE.replace("/", "%2F") +
                         "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
                         "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + signature)
        self.assertEqual(answer["headers"], [["host", "examplebucket.s3.amazonaws.com"]])
        self.assertEqual(list(answer), ["canonical_request", "string_to_sign", "signature", "url",
                                        "headers"])

    def test_presigned_with_an_express_token(self):
        answer = self.sign({
            "access_key_id": "ASIARTESTID", "secret_access_key": "TESTSECRETKEY",
            "express_session_token": "TESTSESSIONTOKEN", "region": "us-west-2",
            "service": "s3express", "time": "20090213T233131Z", "expires": 30, "mode": "query",
            "method": "GET", "url": "https://s3express-test-bucket--usw2-az1--x-s3.s3express-"
                                    "usw2-az1.us-west-2.amazonaws.com/ferris.png?x-id=GetObject"})
        self.assertEqual(answer["signature"],
                         "c09c93c7878184492cb960d59e148af932dff6b19609e63e3484599903d97e44")

    def test_chunks(self):
        answer = self.sign(chunked(headers=[["x-amz-storage-class", "REDUCED_REDUNDANCY"],
                                            ["Content-Length", "66824"]]))
        self.assertEqual(answer["signature"],
                         "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
        self.assertEqual(answer["chunk_signatures"], [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"])
        one, two, three = answer["chunk_signatures"]
        body = (f"10000;chunk-signature={one}\r\n" + "a" * 65536 +
                f"\r\n400;chunk-signature={two}\r\n" + "a" * 1024 +
                f"\r\n0;chunk-signature={three}\r\n\r\n")
        self.assertEqual(base64.b64decode(answer["body_base64"]), body.encode())
        self.assertEqual(answer["headers"][:6], [
            ["host", "s3.amazonaws.com"], ["x-amz-storage-class", "REDUCED_REDUNDANCY"],
            ["Content-Length", "66824"], ["content-encoding", "aws-chunked"],
            ["x-amz-decoded-content-length", "66560"], ["x-amz-date", "20130524T000000Z"]])
        self.assertEqual(list(answer)[-3:], ["headers", "body_base64", "chunk_signatures"])

    def test_chunks_with_trailers(self):
        answer = self.sign(chunked(trailers=[["x-amz-checksum-crc32c", "sOO8/Q=="]]))
        self.assertEqual(answer["signature"],
                         "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
        self.assertEqual(answer["chunk_signatures"], [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"])
        self.assertEqual(answer["headers"][-1], ["content-length", "66946"])
        self.assertTrue(base64.b64decode(answer["body_base64"]).endswith(
            b"\r\nx-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:" +
            answer["chunk_signatures"][3].encode() + b"\r\n\r\n"))


class Suite(Lines):
    """AWS's published suite, whose requests hold raw bytes in their paths."""

    @staticmethod
    def parsed(case, mode):
        context, text = case["context"], case["request"]
        head, _, body = text.partition("\n\n")
        first, *rest = head.rstrip("\n").split("\n")
        method, target = first.rsplit(" ", 1)[0].split(" ", 1)
        headers = []
        for line in rest:
            if line[0] in " \t":  # folded
                headers[-1][1] += "\n" + line
            else:
                headers.append(line.split(":", 1))
        keys = dict(context["credentials"])
        line = {"method": method, "url": "https://example.amazonaws.com" + target, "body": body,
                "headers": headers, "region": context["region"], "service": context["service"],
                "time": context["timestamp"].replace("-", "").replace(":", ""), "mode": mode,
                "algorithm": case["suite"], "preset": "generic",
                "normalize": context["normalize"], "sign_body": context["sign_body"],
                "omit_session_token": context.get("omit_session_token", False)}
        if "token" in keys:
            line["session_token"] = keys.pop("token")
        if mode == "query":
            line["expires"] = context["expiration_in_seconds"]
        return {**line, **keys}

    def test_every_case_at_every_stage(self):
        path = pathlib.Path(__file__).parents[1] / "vectors/sigv4.json"
        cases = [(c, mode) for c in json.loads(path.read_text())["cases"]
                 for mode in ("header", "query") if c[mode]]
        self.assertEqual(len(cases), 152)
        lines = [self.parsed(*case) for case in cases]
        code, answers, _ = self.run_lines(*lines)
        self.assertEqual((code, len(answers)), (0, len(lines)))
        for (case, mode), answer in zip(cases, answers):
            name = f"{case['suite']} {case['name']} {mode}"
            for stage in ("canonical_request", "string_to_sign"):
                self.assertEqual(answer[stage], case[mode][stage], name)
            if case["suite"] == "v4":
                self.assertEqual(answer["signature"], case[mode]["signature"], name)
        # V4A's signatures differ each time: they are verified, and so is AWS's own.
        checked = [{**line, **answer} for line, answer in zip(lines, answers)]
        for (case, mode), line, answer in zip(cases, lines, answers):
            if case["suite"] == "v4a" and mode == "header":
                theirs = json.dumps(answer).replace(answer["signature"],
                                                    case[mode]["signature"])
                checked.append({**line, **json.loads(theirs)})
        code, reports, _ = self.run_lines(*checked, options=["--verify"])
        self.assertEqual(len(reports), len(checked))
        for line, report in zip(checked, reports):
            # A presigned URL holds the raw bytes percent-encoded: a service encodes them again.
            raw = line["mode"] == "query" and any(c in line["canonical_request"].split("\n")[1]
                                                  for c in "%")
            self.assertEqual(report["valid"], not raw, (line, report))


class Urls(Lines):
    def path_and_query(self, url, warned="", **more):
        answer = self.sign(request(url=url, **more), warned=warned)
        return answer["canonical_request"].split("\n")[1:3]

    def presigned(self, url):
        return self.sign(request(url=url, mode="query"))["url"].split("?X-Amz-Alg")[0].split(
            "&X-Amz-Alg")[0]

    def test_wire_form(self):
        self.assertEqual(self.path_and_query(BUCKET), ["/", ""])
        self.assertEqual(self.path_and_query(BUCKET + "/a//b/../c/./%2F%C3%A4"),
                         ["/a//b/../c/./%2F%C3%A4", ""])
        self.assertEqual(self.path_and_query(BUCKET + "/a b\"<>\\^`{|}[]\u00e4\n\x7f%zz%4"),
                         ["/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%C3%A4%0A%7F%25zz%254", ""])
        self.assertEqual(self.path_and_query(BUCKET + "?b=a b&a=%2f+?/\u00e4&c&%zz"),
                         ["/", "%25zz=&a=%2F%2B%3F%2F%C3%A4&b=a%20b&c="])
        self.assertEqual(self.presigned(BUCKET + "/a b?x=[1]&y=%41\u00e4"),
                         BUCKET + "/a%20b?x=%5B1%5D&y=%41%C3%A4")
        self.assertEqual(self.presigned("HTTPS://Host:443"), "https://Host/")

    def test_a_path_that_services_encode_anew_is_signed_and_warned_of(self):
        for path, better in (("/%2f%41//", "/%2FA//"),
                             ("/-._~!$&'()*+,;=:@/",
                              "/-._~%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40/")):
            self.assertEqual(self.path_and_query(
                BUCKET + path, warned="sign_request: line 1: url: services encode its path anew, "
                "and expect another signature; write it " + better + "\n"), [path, ""])
            self.assert_valid(self.sign(request(url=BUCKET + better)), url=BUCKET + better,
                              body="", detail="")
        answer = self.sign(request(url=BUCKET + "/$"), warned="%24")
        self.assert_valid(answer, url=BUCKET + "/$", body="", detail="services encode the path "
                          "anew, and expect another signature; write it /%24")
        self.assertEqual(self.path_and_query("https://h/a b", preset="generic",
                                             warned="write it /a%20b\n"), ["/a%20b", ""])
        code, _, err = self.run_lines("", request(url=BUCKET + "/a$"), request(url=BUCKET + "/b$"))
        self.assertEqual((code, err.count("\n")), (0, 1))
        self.assertIn("line 2: url: ", err)

    def test_generic_paths_are_normalised_and_encoded_again(self):
        generic = {"preset": "generic", "service": "sqs"}
        url = "https://h/a//b/../%20/"
        self.assertEqual(self.path_and_query(url, **generic)[0], "/a/%2520/")
        self.assertEqual(self.path_and_query(url, normalize=False, **generic)[0],
                         "/a//b/../%2520/")
        self.assertEqual(self.path_and_query(url, normalize=True)[0], "/a/%20/")

    def test_hosts(self):
        def host(url):
            return self.sign(request(url=url))["headers"][0]
        self.assertEqual(host("http://h:80/"), ["host", "h"])
        self.assertEqual(host("http://h:443/"), ["host", "h:443"])
        self.assertEqual(host("https://h:0443"), ["host", "h"])
        self.assertEqual(host("http://[::1]:9000/"), ["host", "[::1]:9000"])
        answer = self.sign(request(url="https://h/", headers=[["a", "1"], ["HOST", "other"]]))
        self.assertEqual(answer["headers"][:2], [["a", "1"], ["HOST", "other"]])
        self.assertIn("\nhost:other\n", answer["canonical_request"])

    def test_refused(self):
        self.refused(*((request(url=url), "url: ", says) for url, says in (
            ("/path", "whole URL"), ("ftp://h/", "whole URL"), ("", "whole URL"),
            ("https://h/a#b", "%23"), ("https://u:p@h/", "a user's name"),
            ("https:///a", "the host is missing"), ("https://h\u00e4/", "xn--"),
            ("https://h:x/", "port"), ("https://h:65536/", "port"), ("https://h:0/", "port"),
            ("https://[::1/", "the host"))))


class Headers(Lines):
    def test_stale_ones_are_replaced(self):
        stale = [["AUTHORIZATION", "old"], ["X-Amz-Date", "19990101T000000Z"], ["b", "1"],
                 ["x-amz-Content-sha256", "old"], ["X-Amz-Security-Token", "old"], ["a", "2"]]
        for more in ({}, {"omit_session_token": True}):
            answer = self.sign(request(headers=stale, session_token="TOKEN", **more))
            self.assertEqual([n for n, _ in answer["headers"]],
                             ["host", "b", "a", "x-amz-date", "x-amz-content-sha256",
                              "x-amz-security-token", "Authorization"])
            self.assertNotIn("old", json.dumps(answer))
            self.assertEqual("x-amz-security-token:TOKEN" in answer["canonical_request"], not more)
            self.assert_valid(answer)

    def test_tokens_of_both_kinds_in_both_places(self):
        for member, header in (("session_token", "x-amz-security-token"),
                               ("express_session_token", "x-amz-s3session-token")):
            for omit in (False, True):
                more = {member: "a/b+c=", "omit_session_token": omit}
                answer = self.sign(request(**more))
                self.assertIn([header, "a/b+c="], answer["headers"])
                presigned = self.sign(request(mode="query", **more))
                self.assertIn("=a%2Fb%2Bc%3D", presigned["url"])
                for a in (answer, presigned):
                    self.assertEqual("a%2Fb" in a["canonical_request"] or
                                     "a/b" in a["canonical_request"], not omit)
                    self.assert_valid(a)
                    self.assert_valid(a, **{member: "a/b+c="})
                    self.assert_invalid("wrong_token", a, **{member: "other"})

    def test_payloads(self):
        hashed = self.sign(request("PUT", body="abc"))
        self.assertTrue(hashed["canonical_request"].endswith("f20015ad"))
        self.assertEqual(hashed, self.sign(request("PUT", body_base64="YWJj")))
        unsigned = self.sign(request("PUT", body="abc", payload="unsigned"))
        self.assertIn(["x-amz-content-sha256", "UNSIGNED-PAYLOAD"], unsigned["headers"])
        generic = self.sign(request("PUT", body="abc", payload="unsigned", preset="generic"))
        self.assertTrue(generic["canonical_request"].endswith("\nUNSIGNED-PAYLOAD"))
        self.assertIn(["x-amz-content-sha256", "UNSIGNED-PAYLOAD"], generic["headers"])
        for answer in (unsigned, generic):
            self.assert_valid(answer, detail="the body is not part of what is signed", body="abc")

    def test_a_payload_hash_of_the_callers_is_the_one_that_is_signed(self):
        name = "x-amz-content-sha256"
        right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

        def put(*values, **more):
            more.setdefault("preset", "generic")
            return request("PUT", body="abc", headers=[[name, value] for value in values], **more)
        for kept in (put(right), put(" UNSIGNED-PAYLOAD ", mode="query", preset="s3"),
                     put(right, mode="query")):
            self.assertEqual([n for n, _ in self.sign(kept)["headers"]].count(name), 1)
        self.assert_valid(self.sign(put(right)), body="abc", preset="generic")
        # Where signing states the hash, it replaces a stale one.
        for more, stated in (({"sign_body": True}, right),
                             ({"payload": "unsigned"}, "UNSIGNED-PAYLOAD"),
                             ({"mode": "chunked"}, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")):
            answer = self.sign(put(EMPTY, EMPTY, **more))
            self.assertEqual([v for n, v in answer["headers"] if n == name], [stated])
            self.assert_valid(answer)
        self.refused(
            (put(EMPTY), f"headers: {name} has to be {right}, which is what is signed"),
            (put("UNSIGNED-PAYLOAD"), f"headers: {name} has to be {right}"),
            (put(EMPTY, mode="query"), f"headers: {name} has to be {right}"),
            (put(right, mode="query", preset="s3"), f"headers: {name} has to be UNSIGNED-PAYLOAD"),
            (put(right, EMPTY), f"headers: {name} is given twice"),
            (put(right, right), f"headers: {name} is given twice"))

    def test_folded_lines_are_joined(self):
        answer = self.sign(request(headers=[["A", "1\r\n  2\n\t3 "]]))
        self.assertIn(["A", "1 2 3 "], answer["headers"])
        self.assertIn("\na:1 2 3\n", answer["canonical_request"])


class Chunks(Lines):
    def test_any_size_algorithm_and_trailers(self):
        trailers = [["X-B", " two "], ["x-a", "one"]]
        for more in ({}, {"algorithm": "v4a"}):
            for payload in ("signed", "unsigned"):
                for body, size in (("", 5), ("abcdefg", 3), ("abc", 1), ("abc", 3)):
                    for list_ in ([], trailers):
                        answer = self.sign(chunked(body=body, chunk_size=size, payload=payload,
                                                   trailers=list_, **more))
                        sent = len(base64.b64decode(answer["body_base64"]))
                        self.assertEqual(answer["headers"][-1], ["content-length", str(sent)])
                        count = -(-len(body) // size) + 1 + bool(list_)
                        signatures = answer.get("chunk_signatures", [])
                        self.assertEqual(len(signatures), count if payload == "signed" else 0)
                        self.assertEqual(["x-amz-trailer", "x-b,x-a"] in answer["headers"],
                                         bool(list_))
                        self.assertNotIn("*", "".join(signatures))
                        self.assert_valid(answer, detail="" if payload == "signed" else
                                      "the body is not part of what is signed")

    def test_what_the_caller_announces_is_kept_or_refused(self):
        def headers(*more):
            return chunked(body="abc", headers=list(more), trailers=[["x-a", "1"]])
        good = [["Content-Encoding", "aws-chunked,gzip"], ["X-Amz-Decoded-Content-Length", "3"],
                ["X-Amz-Trailer", "X-A"]]
        answer = self.sign(headers(*good))
        self.assertEqual(answer["headers"][1:4], good)
        self.assertIn("content-encoding:aws-chunked,gzip\n", answer["canonical_request"])
        self.sign(headers(["Content-Encoding", "gzip"], ["content-encoding", "aws-chunked"]))
        self.refused(
            (headers(["content-encoding", "gzip"]),
             "headers: content-encoding does not name aws-chunked; for a body that is encoded "
             'otherwise besides write it "aws-chunked,gzip"'),
            (headers(["x-amz-decoded-content-length", "4"]),
             "headers: x-amz-decoded-content-length has to be 3, the body's size"),
            (headers(["x-amz-trailer", "x-b"]), "headers: x-amz-trailer does not name"),
            (headers(["x-amz-trailer", "x-a"], ["X-Amz-Trailer", "x-b"]),
             "headers: x-amz-trailer does not name"),
            *((chunked(headers=[[name, length], [name.upper(), other]]),
               f"headers: {name} is given twice")
              for name, length in (("x-amz-decoded-content-length", "66560"),
                                   ("content-length", "66824")) for other in (length, "1")),
            (chunked(headers=[["content-length", "66824"], ["Transfer-Encoding", "chunked"]]),
             "headers: content-length and transfer-encoding exclude each other"),
            (chunked(headers=[["content-length", "66560"]]),
             "headers: content-length has to be 66824, the size of the body in chunks"))


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


class Verify(Lines):
    def setUp(self):
        self.line = request("PUT", BUCKET + "/a%20b//c?x=1", body="hello",
                            headers=[["x-amz-meta-a", "1"], ["Content-Type", "text/plain"]])
        self.answer = self.sign(self.line)

    def test_an_answer_and_its_secret_are_enough(self):
        unknown = "the body was not given, so it was not looked at"
        self.assert_valid(self.answer, detail=unknown)
        self.assert_valid(self.answer, detail="", body="hello")
        self.assert_valid({**self.line, **self.answer}, detail="")
        for mode in ("header", "query", "chunked"):
            for algorithm in ("v4", "v4a"):
                for preset in ("s3", "generic"):
                    more = {"region": "us-east-1,eu-*"} if algorithm == "v4a" else {}
                    line = {**self.line, "mode": mode, "algorithm": algorithm, "preset": preset,
                            "url": BUCKET + "/a%20b/c", **more}
                    answer = self.sign(line)
                    self.assertTrue(self.verify(answer, method="PUT")["valid"], line)
                    self.assert_valid({**line, **answer})
                    self.assert_invalid("signature_differs", answer, method="PUT",
                                        secret_access_key="other")

    def test_changed_headers_and_targets_are_named(self):
        def changed(name, value):
            return {**self.answer, "headers": [[n, value if n == name else v]
                                               for n, v in self.answer["headers"]]}
        report = self.assert_invalid("signature_differs", changed("x-amz-meta-a", "2"),
                                     "header x-amz-meta-a", "hash of the canonical request")
        self.assertEqual(report["differences"][0],
                         {"part": "header x-amz-meta-a", "client": "1", "server": "2"})
        self.assertIn("x-amz-meta-a:2\n", report["canonical_request"])
        self.assert_invalid("signature_differs", {**self.answer, "method": "GET"}, "method",
                            "hash of the canonical request")
        self.assert_invalid("signature_differs", {**self.answer, "url": BUCKET + "/a%20b/c?x=2"},
                            "path", "query", "hash of the canonical request")
        self.assert_invalid("wrong_scope", changed("x-amz-date", "20130525T000000Z"))
        self.assert_invalid("signature_differs", changed("x-amz-date", "20130524T000001Z"),
                            "header x-amz-date", "date", "hash of the canonical request")
        headers = [h for h in self.answer["headers"] if h[0] != "x-amz-meta-a"]
        self.assert_invalid("malformed", {**self.answer, "headers": headers})
        self.assert_invalid("headers_unsigned", {**self.answer, "headers":
                                                 self.answer["headers"] + [["x-amz-new", "1"]]})
        headers = [h for h in self.answer["headers"] if h[0] != "Authorization"]
        self.assert_valid({**self.answer, "headers": headers})  # there is "authorization"
        del self.answer["authorization"]
        self.assert_invalid("not_signed", {**self.answer, "headers": headers}, "signature")

    def test_the_host_of_the_url(self):
        other = {"part": "host of the url", "client": "other:8443",
                 "server": "examplebucket.s3.amazonaws.com"}
        elsewhere = self.line["url"].replace(other["server"], other["client"])
        answers = [self.answer, self.sign({**self.line, "algorithm": "v4a"})]
        for answer in answers:
            report = self.assert_invalid("answer_differs", answer, other["part"], url=elsewhere)
            self.assertEqual(report["differences"], [other])
            self.assertIn("not for its url's", report["detail"])
        presigned = self.sign({**self.line, "mode": "query"})
        url = presigned["url"].replace(other["server"], other["client"])
        self.assert_invalid("answer_differs", presigned, other["part"], method="PUT", url=url)
        # A request as a server saw it, which says nothing of what the client signed.
        seen = {"method": "PUT", "headers": self.answer["headers"], "body": "hello"}
        self.assert_valid(seen, url=self.line["url"])
        self.assert_invalid("answer_differs", seen, other["part"], url=elsewhere)
        # What else is wrong comes first, and the host may be why.
        report = self.assert_invalid("signature_differs", self.answer, other["part"],
                                     secret_access_key="other", url=elsewhere)
        self.assertIn("its secret access key is another one", report["detail"])
        for host, url in (("EXAMPLEBUCKET.s3.amazonaws.com:443", self.line["url"]),
                          ("h:80", "http://H/"), ("[::1]", "http://[::1]:80/"),
                          ("h:443", "http://h:443/")):
            answer = self.sign(request(url=url, headers=[["Host", host]]))
            self.assert_valid(answer, url=url)
        for host, url in (("h:80", "https://h/"), ("h", "http://h:81/"), ("", "http://h/")):
            answer = self.sign(request(url=url, headers=[["Host", host]]))
            self.assert_invalid("answer_differs", answer, other["part"], url=url)

    def test_no_region_is_one_of_a_set_that_names_none(self):
        answer = self.sign({**self.line, "algorithm": "v4a"})
        for named, verdict in ((",", "wrong_scope"), (", eu-*", "signature_differs")):
            headers = [[n, named if n == "x-amz-region-set" else v] for n, v in answer["headers"]]
            report = self.verify({**answer, "headers": headers})
            self.assertEqual((report["valid"], report["verdict"]), (False, verdict), report)
        report = self.verify(answer, region="us-east-1,")
        self.assertEqual(report, {"error": "region: a region of the set is empty"})

    def test_the_body(self):
        report = self.assert_invalid("payload_differs", self.answer, "body", body="hallo")
        self.assertEqual(report["differences"][0]["client"],
                         "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
        generic = self.sign({**self.line, "preset": "generic"})
        self.assert_invalid("signature_differs", generic, "payload hash",
                            "hash of the canonical request", body="hallo", preset="generic")

    def test_secret_key_scope_and_time(self):
        report = self.assert_invalid("signature_differs", self.answer, secret_access_key="other")
        self.assertIn("its secret access key is another one", report["detail"])
        self.assert_invalid("unknown_key", self.answer, access_key_id="AKIDOTHER")
        self.assert_invalid("wrong_scope", self.answer, region="eu-west-1")
        self.assert_invalid("wrong_scope", self.answer, service="sqs")
        self.assert_invalid("clock_skew", self.answer, time="20130524T001501Z")
        self.assert_valid(self.answer, time="20130524T001500Z")
        presigned = self.sign(request(mode="query", expires=60))
        self.assert_valid(presigned, time="20130524T000100Z")
        self.assert_invalid("expired", presigned, time="20130524T000101Z")

    def test_an_answer_that_contradicts_its_request(self):
        flipped = self.answer["signature"].translate(str.maketrans("0123456789abcdef",
                                                                   "123456789abcdef0"))
        self.assert_invalid("answer_differs", {**self.answer, "signature": flipped}, "signature")
        self.assert_invalid("answer_differs", {**self.answer, "authorization": "x"},
                            "authorization")
        text = json.dumps(self.answer).replace(self.answer["signature"], flipped)
        report = self.assert_invalid("signature_differs", json.loads(text))
        self.assertNotIn(self.answer["signature"], json.dumps(report))
        wrong = self.answer["canonical_request"].replace("meta-a:1", "meta-a:2")
        self.assert_invalid("answer_differs", {**self.answer, "canonical_request": wrong},
                            "header x-amz-meta-a")

    def test_chunks(self):
        for algorithm in ("v4", "v4a"):
            # Nothing of it can stand in a signature, which V4A makes anew each time.
            answer = self.sign(chunked(body="stuvwxy", chunk_size=3, algorithm=algorithm,
                                       trailers=[["x-a", "1"]]))
            body = base64.b64decode(answer["body_base64"])

            def sent(old, new):
                self.assertEqual(body.count(old), 1)
                return {**answer, "body_base64":
                        base64.b64encode(body.replace(old, new)).decode()}

            report = self.assert_invalid("payload_differs", sent(b"vwx", b"vWx"))
            self.assertEqual(report["detail"], "chunk 2: the signature of a chunk does not match")
            report = self.assert_invalid("payload_differs", sent(b"x-a:1", b"x-a:2"))
            self.assertEqual(report["detail"],
                             "the trailers: the signature of the trailers does not match")
            second = answer["chunk_signatures"][1]
            self.assert_invalid("payload_differs", sent(second.encode(), b"0" * len(second)),
                                "signature of chunk 2")
            report = self.assert_invalid("payload_differs", sent(b"\r\ny\r\n", b"\r\n\r\n"))
            self.assertTrue(report["detail"].startswith("chunk 3: "), report)
            cut = {**answer, "body_base64": base64.b64encode(body[:-2]).decode()}
            self.assertIn("ends before", self.assert_invalid("payload_differs", cut)["detail"])
            longer = {**answer, "body_base64": base64.b64encode(body + b"x").decode()}
            self.assertIn("follows", self.assert_invalid("payload_differs", longer)["detail"])

    def test_chunks_that_did_not_arrive(self):
        for payload, trailers in (("signed", []), ("signed", [["x-a", ";chunk-signature=1"]]),
                                  ("unsigned", [])):
            answer = self.sign(chunked(body="stuvwxyz!?", chunk_size=3, trailers=trailers,
                                       payload=payload))
            body = base64.b64decode(answer["body_base64"])
            named = [f"signature of chunk {i}" for i in range(1, 6)]
            ends = [body.index(data + b"\r\n") + len(data) + 2
                    for data in (b"stu", b"vwx", b"yz!", b"?")]
            chunks = [body[a:b] for a, b in zip([0] + ends, ends + [len(body)])]
            self.assertEqual([c[:1] for c in chunks], [b"3", b"3", b"3", b"1", b"0"])

            def sent(*numbers):
                return {**answer, "body_base64":
                        base64.b64encode(b"".join(chunks[i - 1] for i in numbers)).decode()}

            for i in range(1, 5):
                left = [n for n in range(1, 6) if n != i]
                parts = [named[i - 1]] if payload == "signed" else []
                report = self.assert_invalid("payload_differs", sent(*left), *parts)
                self.assertEqual(report["detail"], f"chunk {i}: the signature of a chunk does not "
                                 "match" if parts else
                                 "the body is smaller than its announced size")
            if payload == "unsigned":
                continue
            last = named[4:] + ["signature of the trailers"] * bool(trailers)
            self.assert_invalid("payload_differs", sent(1, 2, 3, 4), *last)
            self.assert_invalid("payload_differs", sent(1, 4, 5), *named[1:3])
            self.assert_invalid("payload_differs", sent(1, 2, 2, 3, 4, 5),
                                named[2] + " of the body")
            self.assert_invalid("payload_differs", sent(1, 3, 2, 4, 5), named[1],
                                named[2] + " of the body")
            none = [name + " of the body" for name in named]
            self.assert_invalid("answer_differs", {**answer, "chunk_signatures": []}, *none,
                                *last[1:])
            short = answer["chunk_signatures"][:1] + answer["chunk_signatures"][2:]
            self.assert_invalid("answer_differs", {**answer, "chunk_signatures": short},
                                named[1] + " of the body")

    def test_errors(self):
        def line(*without, **more):
            whole = {**self.answer, "secret_access_key": SECRET, **more}
            return {k: v for k, v in whole.items() if k not in without}
        self.refused(
            (line("secret_access_key"), "secret_access_key: this member is missing"),
            (line("headers"), "headers: this member is missing"),
            (line("canonical_request"), "method: this member is missing"),
            (line("canonical_request", method="PUT"), "url: this member is missing"),
            (line(algorithm="v4a"), "algorithm: the request is signed with the other one"),
            (line(error="x"), "error: unknown member"),
            (line(chunk_signatures=[1]), "chunk_signatures: expected a list of strings"),
            options=["--verify"])

    def test_the_rules_of_another_service_are_told(self):
        answer = self.sign({**self.line, "service": "sqs"})
        self.assert_valid(answer, body="hello", detail="signed by the rules of preset s3, which "
                          "are not those of service sqs")
        report = self.assert_invalid("signature_differs", answer, "path",
                                     "hash of the canonical request", preset="generic",
                                     url=self.line["url"])
        self.assertEqual(report["differences"][0], {"part": "path", "client": "/a%20b//c",
                                                    "server": "/a%2520b/c"})


class Echo(http.server.BaseHTTPRequestHandler):
    """Keeps what arrives, exactly."""

    protocol_version = "HTTP/1.1"
    seen = None

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Echo.seen = {"method": self.command, "url": f"http://{self.headers['Host']}{self.path}",
                     "headers": [[n, v.encode("latin-1").decode()]
                                 for n, v in self.headers.items()],
                     "body_base64": base64.b64encode(body).decode()}
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any

    def log_message(self, *_):
        pass


@unittest.skipUnless(shutil.which("curl"), "curl is not there")
class Curl(Lines):
    def setUp(self):
        self.server = http.server.HTTPServer(("127.0.0.1", 0), Echo)
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def command(self, line):
        code, out, err = run_program("--curl", stdin=json.dumps(line))
        self.assertEqual((code, out.count("\n")), (0, 1), out)
        self.assertNotIn(SECRET, out)
        return out

    def send(self, line):
        """What arrives is a valid request; returns it."""
        Echo.seen = None
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(["sh"], input=self.command(line).encode(), cwd=folder,
                                  capture_output=True, timeout=60)
            self.assertEqual((done.returncode, os.listdir(folder)), (0, []), done.stderr)
        self.assertIsNotNone(Echo.seen)
        seen = {**Echo.seen, "preset": line.get("preset", "s3")}
        report = self.verify(seen)
        self.assertTrue(report.get("valid"), (report, seen))
        return seen

    def test_what_arrives_is_valid(self):
        nasty = "it's $(touch x) `touch y` \"q\" \\ ! & ; \u00e4 %41"
        bodies = (("GET", ""), ("HEAD", ""), ("POST", nasty), ("PUT", ""), ("DELETE", ""),
                  ("PUT", "@/etc/passwd"), ("PUT", "a\nb\r\n"), ("PUT", "a\0b"), ("GET", "body"),
                  ("PUT", "x" * 200000))
        for more in ({}, {"mode": "query"}, {"algorithm": "v4a"}, {"preset": "generic"},
                     {"session_token": "a'b"}, {"payload": "unsigned"}):
            for method, body in bodies[:3] if more else bodies:
                seen = self.send({**KEY, "method": method, "body": body, **more,
                                  "url": self.base + "/a/../b//%41%2f'$(x)*?q=%20'&p=$HOME&!",
                                  "headers": [["x-amz-meta-a", nasty], ["x-amz-meta-b", ""],
                                              ["x-c", "1"], ["X-C", " 2  3"]]})
                self.assertEqual(seen["method"], method)
                self.assertEqual(base64.b64decode(seen["body_base64"]), body.encode())
                self.assertIn("/a/../b//%41%2f'$(x)*?q=%20'&p=$HOME&!", seen["url"])

    def test_a_body_that_is_no_text_is_piped(self):
        line = {**KEY, "method": "PUT", "url": self.base + "/",
                "body_base64": base64.b64encode(b"a\xff\xfe\x80").decode()}
        self.assertTrue(self.command(line).isascii())
        self.assertEqual(self.send(line)["body_base64"], line["body_base64"])

    def test_headers_that_curl_would_write_itself(self):
        seen = self.send({**KEY, "method": "PUT", "url": self.base + "/", "body": "abc",
                          "headers": [["Content-Length", "3"], ["Host", "other:1"],
                                      ["User-Agent", "mine"]]})
        names = [n.lower() for n, _ in seen["headers"]]
        self.assertEqual(sorted(names), sorted(set(names)))
        self.assertNotIn("content-type", names)
        self.assertIn(["Host", "other:1"], seen["headers"])
        self.assertIn(["User-Agent", "mine"], seen["headers"])
        self.send({**KEY, "method": "PUT", "url": self.base + "/",
                   "headers": [["content-length", "0"]]})
        self.assertNotIn("Host", self.command(request()))

    def test_transfer_encoding_goes_without_a_length(self):
        for line in (request("PUT", body="abc", headers=[["Transfer-Encoding", "chunked"]]),
                     chunked(body="abc", headers=[["Transfer-Encoding", "chunked"]])):
            command = self.command(line)
            self.assertIn("-H 'Transfer-Encoding: chunked'", command)
            self.assertNotIn("'content-length:", command.lower())

    def test_chunks(self):
        for algorithm in ("v4", "v4a"):
            seen = self.send({**chunked(body="abc" * 9000, algorithm=algorithm, chunk_size=8192,
                                        trailers=[["x-a", "1"]]), "url": self.base + "/k"})
            self.assertIn(b"\r\nx-amz-trailer-signature:", base64.b64decode(seen["body_base64"]))

    def test_what_curl_cannot_send_goes_to_standard_error(self):
        for line, says in ((request("HEAD", body="a"), "body: curl sends none with HEAD"),
                           (request(headers=[["content-length", "4"]]), "headers: content-length"),
                           (request(headers=[["content-length", "0"]] * 2), "is given twice"),
                           *((request("PUT", body=body, headers=[
                               ["transfer-encoding", coding], *more]), "transfer-encoding")
                             for body, coding, *more in (
                                 ("abc", "chunked", ["content-length", "3"]),
                                 ("", "chunked", ["content-length", "0"]),
                                 ("", "chunked"), ("abc", "gzip"))),
                           (request(url="https://h/a b", preset="generic"), "url: its path"),
                           (request(**{"$(touch x)": 1}), "$(touch x): unknown member")):
            code, out, err = run_program("--curl", stdin=json.dumps(line))
            self.assertEqual((code, out), (1, ""))
            self.assertIn(says, json.loads(err)["error"])


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
        process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
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
            done = subprocess.run([PROGRAM], input=json.dumps(request()).encode(), stdout=full,
                                  stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)
        for option in ("--help", "--version"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, option], stdout=full, stderr=subprocess.PIPE,
                                      timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"standard output: No space left", done.stderr)

    def test_a_line_that_needs_too_much_memory_stops_nothing_else(self):
        def run(*lines):
            most = 128 << 20
            text = "".join(json.dumps(line) + "\n" for line in lines)
            return subprocess.run(
                [PROGRAM], input=text.encode(), capture_output=True, timeout=120,
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


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
