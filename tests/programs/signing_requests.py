"""Random requests for signing_differential.py, and what of each is told to botocore."""
import base64
import dataclasses
import hashlib
import re
import urllib.parse

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
WORDS = ("photos", "2026-01-01_segments.json", "a", "B", "z9", "data", "index.html", "-._~",
         "~user", "ключ", "鍵", "résumé", "e\u0301", "ß", "İ", "عربي", "\U0001f5dd\ufe0f", "\u00ff",
         "\ufeff", "\uffee", "\U0010fffd")
RESERVED = "!$&'()*+,;=:@"   # may stand in a path, and has to be encoded in a canonical query
ILLEGAL = " \"<>[]{}|\\^`"   # what the program has to encode
SEGMENTS = ("", "", ".", "..", "..", "...", "..a", "%2e", "%2E%2e", "%2F", "%2f%2F", "%25", "%252F")
NAMES = ("acl", "uploads", "uploadId", "partNumber", "list-type", "prefix", "delimiter",
         "versionId", "response-content-disposition", "X-Amz-Meta", "X-Amz-A", "X-Amz-Z", "x-id",
         "Action", "a", "a-b", "a.b", "a_b", "a~", "aB", "a=", "a:b", "a b", "a&", "A", "%", "0",
         "é", "~", "/", "")
VALUES = (None, None, "", "1", "2", "10", "a=b", "a+b", "a/b/", "%2F", "100%", "é", " b ", "&")
HEADERS = ("Accept", "Accept-Encoding", "Cache-Control", "Content-Disposition", "Content-Length",
           "Content-Encoding", "Content-MD5", "Content-Type", "Cookie", "Expect", "Expires",
           "If-Match", "If-None-Match", "Origin", "Range", "Upgrade", "User-Agent", "X-Amz-Acl",
           "X-Amz-Meta-Name", "X-Amz-Meta-Name-2", "X-Amz-Storage-Class", "X-Amz-Target",
           "X-Amzn-Trace-Id", "X-Amz", "X_1", "x.y", "!#$%&'*+^`|~", "My-Header1", "My-Header2",
           "Z")
PHRASES = ("bytes=0-9", "*", "application/json; charset=utf-8", "text/plain", "gzip", "0",
           "\"9b2cf535f27731c974343645a3985328\"", "100-continue", "max-age=3600", "value1",
           "VALUE1", "a,b", ",", ";", "=", "\"a   b\"", "REDUCED_REDUNDANCY",
           "DynamoDB_20120810.GetItem")
SPACES = (" ", " ", " ", "  ", "     ", "\t", " \t ", "\t\t")
FORM = ["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"]
HOSTS = ("bucket.s3.eu-west-1.amazonaws.com", "s3.amazonaws.com",
         "dynamodb.us-east-1.amazonaws.com", "localhost", "localhost:9000", "127.0.0.1:8080",
         "[::1]:9000", "s3.amazonaws.com:443", "s3.amazonaws.com:80", "s3.amazonaws.com:8443")
METHODS = ("GET", "GET", "PUT", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "PROPFIND")
REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "eu-west-3", "ap-southeast-2", "sa-east-1",
           "cn-north-1", "us-gov-west-1", "me-south-1", "us-iso-east-1", "aws-global", "garage",
           "x")
SERVICES = ("dynamodb", "execute-api", "sts", "sqs", "es", "iam", "lambda", "service", "s3")
PATH_LEGAL, QUERY_LEGAL = RESERVED + "/%", RESERVED + "/%?"


@dataclasses.dataclass
class case:
    """One request, for the program and for botocore."""

    preset: str
    mode: str
    request: dict        # the program's input
    ascii: bool          # whether that spells other characters as \uXXXX
    url: str             # the rest is botocore's
    params: list         # the query's names and values, where they are not in the URL
    headers: list
    body: bytes
    signed_token: str    # None where there is none or it is not signed


def wire(text, legal):
    """Encode once what may not stand in a URL, a `%` that begins no escape included."""
    return urllib.parse.quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", text), safe=legal)


def text_of(rng, alphabet, most, least=1):
    return "".join(rng.choices(alphabet, k=rng.randint(least, most)))


def escaped(rng, text):
    """Give the text in %XX alone, the digits in either case."""
    return "".join(rng.choice(("%%%02X", "%%%02x")) % byte for byte in text.encode())


def word(rng):
    if rng.random() < 0.6:
        return rng.choice(WORDS)
    return text_of(rng, rng.choice((ALNUM, "abc", "é中Жİ\U0001f600z")), 12)


# The URL.


def path_piece(rng):
    kind = rng.randrange(8)
    if kind < 3:
        return word(rng)
    if kind < 5:
        return rng.choice(RESERVED)
    if kind == 5:
        return rng.choice(ILLEGAL + "%")
    if kind == 6:
        return rng.choice(("%%%02X", "%%%02x")) % rng.randrange(256)
    return escaped(rng, word(rng))


def segment(rng):
    if rng.random() < 0.25:
        return rng.choice(SEGMENTS)
    return "".join(path_piece(rng) for _ in range(rng.choice((1, 1, 2, 3, 4))))


def path(rng, preset):
    text = "".join("/" + segment(rng) for _ in range(rng.choice((0, 1, 1, 2, 3, 4, 7))))
    if not text and preset == "generic" and rng.random() < 0.5:
        return ""
    return text + "/" if not text or rng.random() < 0.2 else text


def query_meaning(rng, repeats):
    """Give names, and values or None."""
    found = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5, 9))):
        name = rng.choice(NAMES) if rng.random() < 0.9 else word(rng)
        if repeats and found and rng.random() < 0.3:
            name = rng.choice(found)[0]
        if not repeats and any(name == other for other, _ in found):
            continue
        value = rng.choice(VALUES + (word(rng), word(rng) + rng.choice(RESERVED)))
        found.append((name, "" if value is None and not name else value))
    return found


def in_some_spelling(rng, text, legal):
    return "".join(c if (c.isalnum() or c in legal) and rng.random() < 0.7 else escaped(rng, c)
                   for c in text)


def query(rng, mode):
    """Give a query as the program is given it, and as botocore's params or None."""
    meaning = query_meaning(rng, mode == "header")
    canonical = mode == "header" and rng.random() < 0.5
    free = "-._~!$'()*,/:;?@" + ILLEGAL + ("+" if mode == "header" else "")

    def spell(text, more=""):
        if canonical:
            return urllib.parse.quote(text, safe="")
        return in_some_spelling(rng, text, free + more)

    pairs = [spell(name) + ("" if value is None else "=" + spell(value, "="))
             for name, value in meaning]
    if canonical and rng.random() < 0.1:  # an escape that is no UTF-8
        pairs.append("bytes=%%%02X" % rng.randrange(0x80, 0x100))
    if not pairs:
        return rng.choice(("", "", "", "?")), None
    params = [(name, value or "") for name, value in meaning]
    return "?" + "&".join(pairs), params if mode == "header" and not canonical else None


# The headers and the body.


def header_value(rng):
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(PHRASES)
    if kind < 0.35:
        return rng.choice(("", " ", "\t"))
    text = "".join(rng.choice((rng.choice(PHRASES), word(rng))) + rng.choice(SPACES)
                   for _ in range(rng.randint(1, 4)))
    return rng.choice(("", " ", "\t  ")) + (text if rng.random() < 0.3 else text.strip(" \t"))


def in_any_case(rng, name):
    return rng.choice((name, name, name.lower(), name.upper(),
                       "".join(rng.choice((c.lower(), c.upper())) for c in name)))


def headers(rng, mode, preset, token):
    """Give headers in any order; among them some that signing replaces."""
    given = [["Host", rng.choice((" ", "")) + rng.choice(HOSTS)]] if rng.random() < 0.6 else []
    for _ in range(rng.choice((0, 1, 2, 3, 5, 8, 20))):
        given.append([rng.choice(HEADERS), header_value(rng)])
    given += [[name, header_value(rng)] for name, _ in given[1:] if rng.random() < 0.15]
    more = ["Date"] if mode == "query" else ["Authorization", "X-Amz-Date"]
    if mode == "header" and preset == "s3":
        more.append("X-Amz-Content-Sha256")
    if mode == "header" and token:
        more.append("X-Amz-Security-Token")
    given += [[name, header_value(rng)] for name in more if rng.random() < 0.05]
    if mode == "header" and rng.random() < 0.05:
        given.append(FORM)
    rng.shuffle(given)
    return [[in_any_case(rng, name), value] for name, value in given]


def add_body(rng, request):
    """Put a body of one kind or the other into the request, or none, and give its bytes."""
    kind = rng.random()
    if kind < 0.3:
        return b""
    if kind < 0.35:
        request["body"] = ""
        return b""
    if kind < 0.7:
        request["body"] = "\n".join(header_value(rng) for _ in range(rng.randint(1, 20)))
        return request["body"].encode()
    body = rng.randbytes(rng.choice((1, 55, 56, 63, 64, 65, 1000)) if kind < 0.995 else 100_000)
    request["body_base64"] = base64.b64encode(body).decode()
    return body


def state_hash(rng, request, body, seen):
    """Have the body's hash in a header where the service is another than S3."""
    if request["mode"] == "query":
        return
    # Where the payload is unsigned both add the header: its constant cannot be guessed.
    if request["payload"] != "unsigned" and rng.random() < 0.3:
        request["sign_body"] = True
        seen.append(["X-Amz-Content-Sha256", hashlib.sha256(body).hexdigest()])


# The request.


def identity(rng):
    """Give the members that say who signs, for what and when."""
    given = {
        "time": "%04d%02d%02dT%02d%02d%02dZ" % (
            rng.randint(1970, 2099), rng.randint(1, 12), rng.randint(1, 28), rng.randrange(24),
            rng.randrange(60), rng.randrange(60)),
        "region": rng.choice(REGIONS) if rng.random() < 0.8 else text_of(rng, ALNUM + "-._~", 30),
        "access_key_id": rng.choice(("AKIA", "ASIA")) + text_of(rng, ALNUM, 16, 16),
        "secret_access_key": text_of(rng, ALNUM + "+/", 40, 40)}
    if rng.random() < 0.1:
        given["access_key_id"] = text_of(rng, ALNUM + "+=_%&", 128)
        given["secret_access_key"] = text_of(rng, ALNUM + " éЖ\"\\", 200)
    if rng.random() < 0.5:
        given["session_token"] = text_of(rng, ALNUM + "+/=%", rng.choice((20, 400, 1500)))
    return given


def without_defaults(rng, request):
    """Leave out some of the members that say what holds without them."""
    for name, value in (("algorithm", "v4"), ("mode", "header"), ("payload", "signed"),
                        ("preset", "s3")):
        if request[name] == value and rng.random() < 0.5:
            del request[name]
    return request


def make(rng):
    """Make a random request."""
    preset, mode = rng.choice(("s3", "generic")), rng.choice(("header", "query"))
    generic_query = (preset, mode) == ("generic", "query")
    payload = rng.choice(("signed", "signed", "unsigned"))
    tls = rng.random() < 0.7 or (generic_query and payload == "unsigned")
    base = ("https://" if tls else "http://") + rng.choice(HOSTS)
    where, (asked, params) = path(rng, preset), query(rng, mode)
    request = {"method": rng.choice(METHODS), "url": base + where + asked, "algorithm": "v4",
               "mode": mode, "preset": preset, "payload": payload,
               "service": "s3" if preset == "s3" else rng.choice(SERVICES), **identity(rng)}
    token = request.get("session_token")
    if token and rng.random() < 0.1:
        request["omit_session_token"] = True
        token = None
    request["headers"] = headers(rng, mode, preset, token)
    if mode == "query":
        request["expires"] = rng.choice((1, 60, 3600, 604800, rng.randint(1, 604800)))
    body = b"" if generic_query else add_body(rng, request)
    seen = list(request["headers"])
    if preset == "generic":
        state_hash(rng, request, body, seen)
    url = base + (wire(where, PATH_LEGAL) if preset == "s3" else where)
    if not params:
        url += wire(asked, QUERY_LEGAL)
    return case(preset, mode, without_defaults(rng, request), rng.random() < 0.5, url, params, seen,
                body if mode == "header" else b"", token)


def traits(case):
    """Name what is unusual in a request, to be counted."""
    where, _, asked = case.request["url"].split("://")[1].partition("?")
    where = where.partition("/")[2]
    names = [pair.partition("=")[0] for pair in asked.split("&")]
    fields = [name.lower() for name, _ in case.request["headers"]]
    found = {
        "empty segment": "//" in "/" + where,
        "dot segment": bool({".", ".."} & set(where.split("/"))),
        "path not in ASCII": not where.isascii(),
        "escape in the path": "%" in where,
        "query": bool(asked),
        "repeated query name": len(set(names)) < len(names),
        "repeated header": len(set(fields)) < len(fields),
        "runs of spaces": any(re.search("[^ \t]([ \t]{2,}|\t)[^ \t]", v)
                              for _, v in case.request["headers"]),
        "session token": "session_token" in case.request,
        "body": bool(case.body),
        "payload not signed": case.request.get("payload") == "unsigned"}
    return [name for name, holds in found.items() if holds]
