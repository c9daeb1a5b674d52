"""Files that the original wrote, and files that are not ours at all."""
import json

from support import KEY, expect, payload, test

ORIGINAL = (b'{"profiles": [{"smi_uid": "a", "segments": ["x"]}, '
            b'{"smi_uid": "b", "segments": ["q", NaN]}, '
            b'{"smi_uid": "a", "segments": ["y", "x"]}, {"smi_uid": 7, "segments": []}]}')


@test
def a_file_of_the_original_is_taken_in_and_deduplicated(bench):
    bench.client.put_object(Bucket=bench.bucket, Key=KEY, Body=ORIGINAL)
    got = bench.run([payload("a", "z", "y"), payload(7, "n"), payload("7", "t")])
    got.expect_all_succeeded(3)
    people = {json.dumps(k): v for k, v in bench.by_uid().items()}
    expect(people == {'"a"': ["x", "y", "z"], '"b"': ["q", None], "7": ["n"], '"7"': ["t"]},
           f"the file says {people}")
    expect("nan" in got.err.lower(), f"no warning about NaN: {got.err[-400:]}")


@test
def append_keeps_the_originals_behaviour(bench):
    bench.client.put_object(Bucket=bench.bucket, Key=KEY, Body=ORIGINAL)
    bench.run([payload("a", "z"), payload("a", "z")],
              config=bench.config(merge="append")).expect_all_succeeded(2)
    entries = bench.profiles()
    of_a = [e["segments"] for e in entries if e["smi_uid"] == "a"]
    expect(of_a == [["x"], ["y", "x"], ["z"], ["z"]] and len(entries) == 6, f"{entries}")


@test
def replace_keeps_the_newest_segments(bench):
    bench.run([payload("a", "x"), payload("b", "y")]).expect_all_succeeded(2)
    bench.run([payload("a", "z")], config=bench.config(merge="replace")).expect_all_succeeded(1)
    expect(bench.by_uid() == {"a": ["z"], "b": ["y"]}, f"{bench.by_uid()}")


@test
def members_that_we_do_not_know_survive(bench):
    body = (b'{"made_by":{"v":1.10,"v":1e400},"profiles":['
            b'{"smi_uid":"a","score":1.10,"segments":["x"],"note":"\\u00e9"}],"tail":[1,2.50]}')
    bench.client.put_object(Bucket=bench.bucket, Key=KEY, Body=body)
    bench.run([payload("a", "y"), payload("b", "x")]).expect_all_succeeded(2)
    raw = bench.raw()
    for text in (b'{"v":1.10,"v":1e400}', b'"score":1.10', b'"\\u00e9"', b"[1,2.50]"):
        expect(text in raw, f"{text!r} did not survive: {raw!r}")


@test
def a_second_run_leaves_the_same_profiles(bench):
    payloads = [payload(f"p{i % 5}", f"s{i}", "é\u4e16") for i in range(20)]
    bench.run(payloads).expect_all_succeeded(20)
    before = bench.profiles()
    bench.run(payloads).expect_all_succeeded(20)
    expect(bench.profiles() == before, "the second run changed the profiles")


@test
def what_belongs_to_the_object_survives_a_rewrite(bench):
    bench.client.put_object(
        Bucket=bench.bucket, Key=KEY, Body=ORIGINAL, ContentType="application/x-day",
        CacheControl="max-age=60", ContentDisposition="attachment", ContentLanguage="pl",
        Metadata={"owner": "ada"}, Tagging="team=a%26b&stage=test")
    before = bench.client.head_object(Bucket=bench.bucket, Key=KEY)
    bench.run([payload("c", "z")]).expect_all_succeeded(1)
    bench.run([payload("d", "z")]).expect_all_succeeded(1)
    after = bench.client.head_object(Bucket=bench.bucket, Key=KEY)
    expect(after["ETag"] != before["ETag"], "nothing was written")
    for name in ("ContentType", "CacheControl", "ContentDisposition", "ContentLanguage", "Metadata"):
        expect(after[name] == before[name], f"{name} was {before[name]}, is {after[name]}")
    tags = bench.client.get_object_tagging(Bucket=bench.bucket, Key=KEY)["TagSet"]
    expect(sorted((t["Key"], t["Value"]) for t in tags) == [("stage", "test"), ("team", "a&b")],
           f"the tags are {tags}")


def left_alone(bench, body):
    bench.client.put_object(Bucket=bench.bucket, Key=KEY, Body=body, Metadata={"of": "somebody"})
    before = bench.client.head_object(Bucket=bench.bucket, Key=KEY)
    bench.run([payload("a", "x"), payload("b", "y")]).expect_all_failed(2, "document|ours|json|profiles")
    after = bench.client.head_object(Bucket=bench.bucket, Key=KEY)
    expect(bench.raw() == body, f"{body[:30]!r} was changed")
    expect((before["ETag"], before["LastModified"], before["Metadata"]) ==
           (after["ETag"], after["LastModified"], after["Metadata"]), f"{body[:30]!r} was written again")


@test
def an_object_that_is_not_ours_is_left_alone(bench):
    for body in (b"%PDF-1.4 and so on", b"[1,2,3]", b'{"profiles":{}}', b'{"profiles":[1]}',
                 b'{"profiles":[{"smi_uid":"a","segments":["x"]}', b"\xff\xfe\x00{", b"[" * 20000):
        left_alone(bench, body)
