"""What is refused, by the service or by us, and what the user is told."""
import json
import os

from support import closed_port, counting_proxy, endpoint, expect, payload, s3, test

TWO = [payload("a", "x"), payload("b", "y")]
LONGER_THAN_ANY_TEST = "600000"  # as a deadline: who ends before it has not tried again up to it


def expect_no_secret(got):
    text = got.err + "".join(got.lines)
    for name in ("CAIRN_RGW_SECRET_KEY", "CAIRN_RGW_SECRET_KEY2"):
        expect(os.environ[name] not in text, "a secret was printed")


@test
def a_versioned_bucket_is_refused(bench):
    bench.client.put_bucket_versioning(Bucket=bench.bucket,
                                       VersioningConfiguration={"Status": "Enabled"})
    got = bench.run(TWO)
    got.expect_all_failed(2, "condition")
    expect(bench.keys() == [], f"objects were left behind: {bench.keys()}")
    return got.error(0)


@test
def a_wrong_secret_is_refused(bench):
    wrong_secret = "wrongSecretwrongSecretwrongSecretwrong00"
    with counting_proxy(bench.path) as proxy:
        got = bench.run(TWO, config=bench.config(aws_secret_access_key=wrong_secret,
                                                 endpoint=proxy.endpoint))
        expect(len(proxy.requests()) == 1, f"it was tried again: {proxy.requests()}")
    got.expect_all_failed(2, "SignatureDoesNotMatch|credential|signature")
    expect_no_secret(got)
    expect(wrong_secret not in got.err + "".join(got.lines), "the secret was printed")
    return got.error(0)


@test
def an_unknown_key_is_refused(bench):
    got = bench.run(TWO, config=bench.config(aws_access_key_id="CAIRNNOSUCHKEY000000"))
    got.expect_all_failed(2, "InvalidAccessKeyId|credential")
    return got.error(0)


@test
def another_users_bucket_is_refused(bench):
    got = bench.run(TWO, config=bench.config(
        aws_access_key_id=os.environ["CAIRN_RGW_ACCESS_KEY2"],
        aws_secret_access_key=os.environ["CAIRN_RGW_SECRET_KEY2"]))
    got.expect_all_failed(2, "AccessDenied|denied|allowed")
    expect(bench.keys() == [], "something was written")
    return got.error(0)


@test
def a_missing_bucket_is_named(bench):
    with counting_proxy(bench.path) as proxy:
        got = bench.run(TWO, config=bench.config(s3_bucket="there-is-no-such-bucket",
                                                 endpoint=proxy.endpoint))
        expect(len(proxy.requests()) <= 3, f"it was tried again: {proxy.requests()}")
    got.expect_all_failed(2, "bucket")
    return got.error(0)


@test
def who_may_only_read_and_write_objects_leaves_no_probe_at_each_run(bench):
    bench.client.put_bucket_policy(Bucket=bench.bucket, Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": f"arn:aws:s3:::{bench.bucket}/*"}]}))
    config = bench.config(aws_access_key_id=os.environ["CAIRN_RGW_ACCESS_KEY2"],
                          aws_secret_access_key=os.environ["CAIRN_RGW_SECRET_KEY2"])
    bench.run([payload("a", "x")], config=config).expect_all_succeeded(1)
    first = bench.keys()
    expect(len(first) == 3 and ".cairn-probe" in first, f"the first run left {first}")
    for uid in "bcd":
        bench.run([payload(uid, "x")], config=config).expect_all_succeeded(1)
    expect(bench.keys() == first, f"the later runs left {bench.keys()}, not {first}")
    expect(set(bench.by_uid()) == set("abcd"), f"{bench.by_uid()}")


@test
def nobody_listens(bench):
    with closed_port() as port:
        got = bench.run(TWO, "--deadline-ms", "3000",
                        config=bench.config(endpoint=f"http://127.0.0.1:{port}"))
    got.expect_all_failed(2, "refused|connect")
    return got.error(0)


@test
def the_host_does_not_exist(bench):
    got = bench.run(TWO, "--deadline-ms", "3000",
                    config=bench.config(endpoint="http://no-such-host.invalid"))
    got.expect_all_failed(2, "host|resolve|name")
    return got.error(0)


@test
def tls_with_the_ca_file(bench):
    config = bench.config(endpoint=endpoint("CAIRN_RGW_ENDPOINT_TLS"), ca_file=endpoint("CAIRN_RGW_CA"))
    bench.run(TWO, config=config).expect_all_succeeded(2)
    expect(bench.by_uid() == {"a": ["x"], "b": ["y"]}, "the file differs")


@test
def tls_without_the_ca_file_is_refused(bench):
    got = bench.run(TWO, "--deadline-ms", LONGER_THAN_ANY_TEST,
                    config=bench.config(endpoint=endpoint("CAIRN_RGW_ENDPOINT_TLS")))
    got.expect_all_failed(2, "certificate")
    expect(bench.keys() == [], "something was written")
    return got.error(0)


@test
def tls_towards_plain_http_is_refused(bench):
    got = bench.run(TWO, "--deadline-ms", LONGER_THAN_ANY_TEST,
                    config=bench.config(endpoint=endpoint().replace("http:", "https:")))
    got.expect_all_failed(2, "tls|ssl|wrong version|handshake|packet|http")
    return got.error(0)


@test
def an_unknown_member_sends_nothing(bench):
    got = bench.run(TWO, config=bench.config(no_such_member=1))
    expect(got.status == 2 and "no_such_member" in got.err and not got.lines,
           f"exit {got.status}, {got.lines}, {got.err}")
    expect(len(got.err.splitlines()) == 1, f"more than one line: {got.err}")
    expect(s3().list_objects_v2(Bucket=bench.bucket)["KeyCount"] == 0, "something was written")


@test
def one_bad_line_stops_nothing_else(bench):
    lines = [payload("a", "x"), "this is not JSON\n", '{"traits":{"smi_uid":"q"}}\n', '{"segments":["x"]}\n',
             payload("b", "y")]
    got = bench.run(lines)
    expect(len(got.lines) == 5 and got.status == 1, f"{got.lines}, exit {got.status}")
    expect(got.succeeded == [0, 4], f"{got.lines}")
    expect(got.error(3) == "Could not find payload.traits.smi_uid", got.error(3))
    for i in (1, 2):
        expect(got.error(i).startswith("S3 upload error: "), got.error(i))
    expect(bench.by_uid() == {"a": ["x"], "b": ["y"]}, "the file differs")
