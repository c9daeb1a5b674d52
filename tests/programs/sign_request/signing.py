"""AWS's examples and its suite, and what becomes of URLs, headers and chunks."""
import base64
import json
import pathlib

from lines import BUCKET, EMPTY, SCOPE, request, chunked, Lines


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
        path = pathlib.Path(__file__).parents[2] / "vectors/sigv4.json"
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
        self.assertEqual(self.path_and_query(BUCKET + "/a//b/../c/./%C3%A4"),
                         ["/a//b/../c/./%C3%A4", ""])
        self.assertEqual(self.path_and_query(BUCKET + "/a b\"<>\\^`{|}[]\u00e4\n\x7f%zz%4"),
                         ["/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%C3%A4%0A%7F%25zz%254", ""])
        self.assertEqual(self.path_and_query(BUCKET + "?b=a b&a=%2f%2b?/\u00e4&c&%zz"),
                         ["/", "%25zz=&a=%2F%2B%3F%2F%C3%A4&b=a%20b&c="])
        self.assertEqual(self.presigned(BUCKET + "/a b?x=[1]&y=%41\u00e4"),
                         BUCKET + "/a%20b?x=%5B1%5D&y=%41%C3%A4")
        self.assertEqual(self.presigned("HTTPS://Host:443"), "https://Host/")

    def test_a_path_that_services_encode_anew_is_signed_and_warned_of(self):
        for path, better in (("/%2f%41//", "//A//"), ("/a%2Fb", "/a/b"),
                             ("/-._~!$&'()*+,;=:@/",
                              "/-._~%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40/")):
            self.assertEqual(self.path_and_query(
                BUCKET + path, warned="sign_request: line 1: url: services encode the path anew, "
                "and expect another signature; write it " + better + "\n"), [path, ""])
            self.assert_valid(self.sign(request(url=BUCKET + better)), url=BUCKET + better,
                              body="", detail="")
        answer = self.sign(request(url=BUCKET + "/$"), warned="%24")
        self.assert_valid(answer, url=BUCKET + "/$", body="", detail="services encode the path "
                          "anew, and expect another signature; write it /%24")
        self.assertEqual(self.path_and_query("https://h/a b", preset="generic",
                                             warned="write it /a%20b\n"), ["/a%20b", ""])
        plus = ("services read a + in the query as a space, and expect another signature; write it "
                "%20, or %2B where a plus is meant")
        for preset, path in (("s3", "/?a=b+c"), ("generic", "/?+")):
            answer = self.sign(request(url=BUCKET + path, preset=preset), warned="url: " + plus)
            self.assert_valid(answer, url=BUCKET + path, preset=preset, body="", detail=plus)
        self.sign(request(url=BUCKET + "/$?+"), warned="write it /%24; " + plus)
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
