// Signatures in headers and in URLs, judged by servers that are not ours: Ceph's gateway, and
// Swift, which looks at the whole scope. Run it with what tests/servers/rgw_up.sh and swift_up.sh
// wrote sourced; `[rgw]` or `[swift]` chooses one.
#include "servers/signatures_fixture.hpp"

using namespace signatures;

namespace {

std::vector<std::string> const unusual_keys = {" a b ",
                                               "a//b",
                                               "/a",
                                               "a/",
                                               "//",
                                               "a+b",
                                               "%41",
                                               "%2F%zz",
                                               "/../b",
                                               "./x",
                                               "?q#f",
                                               "caf\xc3\xa9",
                                               "e\xcc\x81/\xe6\x97\xa5",
                                               "\xf0\x9f\x98\x80"};

std::string printable_characters() {
    std::string all;
    for (char c = ' '; c <= '~'; ++c)
        all += c;
    return all;
}

/// Writes, reads and removes an object, each request signed in its headers.
void check_round_trip(bucket const& b, std::string const& key) {
    CAPTURE(key);
    auto const send = [&](char const* method, std::string body = {}) {
        return b.at.send(b.at.sign({method, b.path(key), {{"x-amz-meta-who", " a  b "}}, body}));
    };
    CHECK(send("PUT", "of " + key).status == 200);
    auto const got = send("GET");
    CHECK(got.status == 200);
    CHECK(got.body == "of " + key);
    auto const head = send("HEAD");
    CHECK(head.status == 200);
    CHECK(head.headers["Content-Length"] == std::to_string(got.body.size()));
    CHECK(head.headers["x-amz-meta-who"] == "a  b");
    CHECK(send("DELETE").status == 204);
    CHECK(send("GET").status == 404);
}

void check_header_signed(bucket const& b) {
    for (auto const& key : unusual_keys)
        check_round_trip(b, key);
    check_round_trip(b, printable_characters());

    auto const put = b.at.sign({"PUT", b.path("u"), {}, "x"}, {.payload_hash = unsigned_payload});
    CHECK(b.at.send(put).status == 200);
    CHECK(b.content("u") == "x");
    for (auto const off : {-16min, 16min})
        CHECK(says(b.at.send(b.at.sign({"GET", b.path("u")}, {.at = now() + off})),
                   "RequestTimeTooSkewed"));
}

void check_header_signed_queries(bucket const& b) {
    std::string const key = "a b+c/\xc3\xa9&=%";
    b.put(key, "x");
    b.put("other", "x");
    auto const get = [&](std::string const& target) {
        auto const a = b.at.send(b.at.sign({"GET", target}));
        CAPTURE(target, a.body);
        CHECK(a.status == 200);
        return a.body;
    };
    auto const listed = get("/" + b.name + "?prefix=" + percent_encoded(key, false) +
                            "&list-type=2&delimiter=&max-keys=5");
    CHECK(listed.find("\xc3\xa9&amp;=%</Key>") != listed.npos);
    CHECK(listed.find("other") == listed.npos);
    CHECK(get("/" + b.name + "?acl").find("AccessControlPolicy") != std::string::npos);
    CHECK(get(b.path(key) + "?acl=").find("AccessControlPolicy") != std::string::npos);
    get("/" + b.name + "?z=2&a&Z=&b==&%7e&c=/%2f&d=%20%2B&e=!'()*");
}

request with_method(request r, char const* method) {
    r.method = method;
    return r;
}

/// `put` would replace "old" under the bucket's only key: with any byte changed it is refused,
/// and nothing is stored; as it is, it is accepted.
void check_each_byte_of_put(bucket const& b, std::string const& key, request const& put) {
    b.put(key, "old");
    with_each_byte_changed(put, [&](request const& spoilt, std::string const& where) {
        auto const a = b.at.send(spoilt);
        CAPTURE(where, spoilt.target, a.status, a.body);
        CHECK(refused(a));
    });
    CHECK(says(b.at.send(with_method(put, "GET")), "SignatureDoesNotMatch"));
    CHECK(b.content(key) == "old");
    CHECK(b.size() == 1);
    CHECK(b.at.send(put).status == 200);
    CHECK(b.content(key) == put.body);
}

void check_each_byte_of_get(bucket const& b, std::string const& key, request const& get) {
    std::string const secret = "this is read by none";
    b.put(key, secret);
    with_each_byte_changed(get, [&](request const& spoilt, std::string const& where) {
        auto const a = b.at.send(spoilt);
        CAPTURE(where, spoilt.target, a.status, a.body);
        CHECK(refused(a));
        CHECK(a.body.find(secret) == a.body.npos);
    });
    for (auto const* method : {"PUT", "DELETE"})
        CHECK(says(b.at.send(with_method(get, method)), "SignatureDoesNotMatch"));
    CHECK(b.at.send(get).body == secret);
}

void check_each_byte_of_header_signed(bucket const& b) {
    std::string const key = "k y";
    check_each_byte_of_put(b, key,
                           b.at.sign({"PUT",
                                      b.path(key) + "?note=a%20b&flag",
                                      {{"Content-Type", "text/plain"}, {"x-amz-meta-who", "ada"}},
                                      "new content"}));
    check_each_byte_of_get(b, key, b.at.sign({"GET", b.path(key)}));
}

void check_presigned_put(bucket const& b, std::string const& key) {
    // Without a signed type any may be sent; with one, that one.
    auto put = b.at.presign({"PUT", b.path(key), {}, "one"});
    put.headers.emplace_back("Content-Type", "text/html");
    CHECK(b.at.send(put).status == 200);
    CHECK(b.content(key) == "one");
    put = b.at.presign({"PUT", b.path(key), {{"Content-Type", "text/plain"}}, "two"});
    CHECK(b.at.send(put).status == 200);
    put.body = "two!"; // a presigned URL does not cover the body
    CHECK(b.at.send(put).status == 200);
    put.headers.front().second = "text/html";
    CHECK(says(b.at.send(put), "SignatureDoesNotMatch"));
    put.headers.erase(put.headers.begin());
    CHECK(says(b.at.send(put), "SignatureDoesNotMatch"));
    CHECK(b.content(key) == "two!");
}

void check_presigned(bucket const& b) {
    std::string const key = printable_characters() + "\xc3\xa9";
    check_presigned_put(b, key);
    auto const get = [&](std::string const& query, how const& h = {}) {
        return b.at.send(b.at.presign({"GET", b.path(key) + query}, h));
    };
    CHECK(get("").body == "two!");
    CHECK(get("").headers["Content-Type"] == "text/plain");
    CHECK(get("?response-content-type=text%2Fcsv").headers["Content-Type"] == "text/csv");
    CHECK(get("", {.at = now() - 61s, .expires = 60s}).status == 403);
    CHECK(get("", {.at = now() - 61s, .expires = 600s}).status == 200);
    CHECK(b.at.send(b.at.presign({"HEAD", b.path(key)})).status == 200);
    CHECK(b.at.send(b.at.presign({"DELETE", b.path(key)})).status == 204);
    CHECK(b.content(key) == std::nullopt);
}

void check_each_byte_of_presigned(bucket const& b) {
    std::string const key = "k y";
    check_each_byte_of_put(b, key,
                           b.at.presign({"PUT", b.path(key), {{"Content-Type", "text/plain"}}}));
    check_each_byte_of_get(
        b, key, b.at.presign({"GET", b.path(key) + "?response-content-type=text%2Fcsv"}));
}

/// Signs again what `sign` has signed, rightly, but with a scope of the day `date`.
request with_scope_date(service const& s, request r, signature const& signed_as,
                        std::string const& date) {
    std::string const today(signed_as.scope().substr(0, 8));
    std::string text(signed_as.string_to_sign());
    text.replace(text.find(today + "/"), 8, date);
    std::string const secret = "AWS4" + std::string(s.who.secret_access_key());
    auto key =
        hmac_sha256({reinterpret_cast<unsigned char const*>(secret.data()), secret.size()}, date);
    for (std::string_view part : {s.s3.region(), s.s3.service(), std::string_view("aws4_request")})
        key = hmac_sha256(key, part);
    auto& authorization = r.headers.back().second;
    authorization.replace(authorization.find("/" + today) + 1, 8, date);
    authorization.replace(authorization.size() - 64, 64, to_hex(hmac_sha256(key, text)));
    return r;
}

} // namespace

TEST_CASE("rgw: header-signed requests are accepted", "[rgw]") {
    auto const s = rgw();
    bucket const b(s);
    check_header_signed(b);
    for (char const c : printable_characters())
        check_round_trip(b, std::string{'x', c, 'x'});
}

TEST_CASE("rgw: header-signed queries are accepted", "[rgw]") {
    auto const s = rgw();
    check_header_signed_queries(bucket(s));
}

TEST_CASE("rgw: a header-signed request is refused with any byte changed", "[rgw]") {
    auto const s = rgw();
    check_each_byte_of_header_signed(bucket(s));
}

TEST_CASE("rgw: presigned requests are accepted", "[rgw]") {
    auto const s = rgw();
    check_presigned(bucket(s));
}

TEST_CASE("rgw: a presigned request is refused with any byte changed", "[rgw]") {
    auto const s = rgw();
    check_each_byte_of_presigned(bucket(s));
}

TEST_CASE("swift: header-signed requests are accepted", "[swift]") {
    auto const s = swift();
    check_header_signed(bucket(s));
}

TEST_CASE("swift: header-signed queries are accepted", "[swift]") {
    auto const s = swift();
    check_header_signed_queries(bucket(s));
}

TEST_CASE("swift: a header-signed request is refused with any byte changed", "[swift]") {
    auto const s = swift();
    check_each_byte_of_header_signed(bucket(s));
}

TEST_CASE("swift: presigned requests are accepted", "[swift]") {
    auto const s = swift();
    check_presigned(bucket(s));
}

TEST_CASE("swift: a presigned request is refused with any byte changed", "[swift]") {
    auto const s = swift();
    check_each_byte_of_presigned(bucket(s));
}

TEST_CASE("swift: another region, service or day in the scope is refused", "[swift]") {
    auto const s = swift();
    bucket const b(s);
    b.put("k", "x");
    request const get{"GET", b.path("k")};
    for (signer const& other :
         {signer("us-west-2", "s3", preset::s3), signer(s.s3.region(), "sqs", preset::s3)}) {
        CAPTURE(other.region(), other.service());
        CHECK(says(s.send(s.sign(get, {.by = &other})), "AuthorizationHeaderMalformed"));
        CHECK(says(s.send(s.presign(get, {.by = &other})), "AuthorizationQueryParametersError"));
    }
    auto const at = now();
    signature signed_as;
    auto const right = s.sign(get, {.at = at}, &signed_as);
    std::string const today(signed_as.scope().substr(0, 8));
    auto const yesterday = timestamp::from(at - 24h).value();
    CHECK(s.send(with_scope_date(s, right, signed_as, today)).body == "x");
    CHECK(refused(s.send(with_scope_date(s, right, signed_as, std::string(yesterday.date())))));
}
