"""What --verify finds in an answer, and in a request that a server saw."""
import base64
import json
import time

from lines import SECRET, BUCKET, request, chunked, Lines


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

    def test_the_length_that_the_headers_announce(self):
        for answer in (self.answer, self.sign(chunked(body="hello")),
                       self.sign(request("PUT", payload="unsigned", body="hello"))):
            body = {} if "body_base64" in answer else {"body": "hello"}
            headers = [h for h in answer["headers"] if h[0].lower() != "content-length"]
            size = len(base64.b64decode(answer.get("body_base64", "aGVsbG8=")))
            for length, valid in ((size, True), (size + 1, False), ("", False)):
                more = {**answer, "headers": headers + [["Content-Length", f" {length}"]], **body}
                if valid:
                    self.assert_valid(more)
                else:
                    report = self.assert_invalid("payload_differs", more)
                    self.assertIn(f"the body, which is {size}", report["detail"])

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
