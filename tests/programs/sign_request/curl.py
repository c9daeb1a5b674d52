"""What a shell makes of --curl: what arrives is a valid request."""
import base64
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import unittest

from lines import SECRET, KEY, request, chunked, run_program, Lines


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
