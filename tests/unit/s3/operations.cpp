#include "support/results.hpp"

#include <cairn/s3/detail/operations.hpp>

#include <limits>

using namespace cairn;
using namespace cairn::s3;
using namespace cairn::s3::detail;

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

response success(int status, pairs const& headers, std::string body = {}) {
    response r;
    r.status = status;
    r.body = std::move(body);
    for (auto const& [name, value] : headers)
        r.headers.add(name, value);
    return r;
}

template <class T>
error failure(result<T> const& r) {
    REQUIRE_FALSE(r);
    CHECK(r.error().code == errc::bad_response);
    CHECK(r.error().status == 200);
    CHECK(r.error().request_id == "tx1");
    return r.error();
}

std::string text_of(request const& r) {
    std::string text;
    for (auto const& b : r.body)
        text.append(static_cast<char const*>(b.data()), b.size());
    return text;
}

std::string range_header(byte_range range) {
    return make_request(get_object_request{.bucket = "b", .key = "k", .range = range})
        .headers.at(0)
        .second;
}

std::string const html = "<html><body>a proxy speaks</body></html>";

} // namespace

TEST_CASE("operations: reading an object") {
    request const plain = make_request(get_object_request{.bucket = "b", .key = "k"});
    CHECK(plain.method == method::get);
    CHECK(plain.bucket == "b");
    CHECK(plain.key == "k");
    CHECK(plain.headers.empty());
    CHECK(plain.query.empty());
    CHECK(plain.repeatability == repeatability::safe);
    request const full = make_request(get_object_request{.bucket = "b",
                                                         .key = "k",
                                                         .range = byte_range{10, 5},
                                                         .if_match = "\"m\"",
                                                         .if_none_match = "\"n\"",
                                                         .version_id = "v 1"});
    CHECK(full.headers ==
          pairs{{"range", "bytes=10-14"}, {"if-match", "\"m\""}, {"if-none-match", "\"n\""}});
    CHECK(full.query == pairs{{"versionId", "v 1"}});
}

TEST_CASE("operations: a range that reaches past what numbers can tell is open") {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    CHECK(range_header({0, 1}) == "bytes=0-0");
    CHECK(range_header({7, 0}) == "bytes=7-7");
    CHECK(range_header({0, most}) == "bytes=0-");
    CHECK(range_header({10, most}) == "bytes=10-");
    CHECK(range_header({most, 10}) == "bytes=18446744073709551615-");
    CHECK(range_header({5, std::uint64_t{1} << 40}) == "bytes=5-1099511627780");
}

TEST_CASE("operations: an object that was read") {
    auto const got = parse_get_object(success(
        200, {{"ETag", "\"e\""}, {"Content-Length", "4"}, {"x-amz-version-id", "v"}}, "body"));
    REQUIRE(got);
    CHECK(got->body == "body");
    CHECK(got->etag == "\"e\"");
    CHECK(got->size == 4);
    CHECK(got->version_id == "v");
    CHECK(got->headers.find("etag") == "\"e\"");

    auto const part = parse_get_range(success(
        206, {{"ETag", "\"e\""}, {"Content-Length", "2"}, {"Content-Range", "bytes 2-3/4"}}, "dy"));
    REQUIRE(part);
    CHECK(part->size == 4);
    auto const unknown =
        parse_get_object(success(206, {{"ETag", "\"e\""}, {"Content-Range", "bytes 2-3/*"}}, "dy"));
    REQUIRE(unknown);
    CHECK(unknown->size == 2);
    // A server that ignored the range has sent the whole: that is not what was asked for.
    auto const whole =
        parse_get_range(success(200, {{"ETag", "\"e\""}, {"x-amz-request-id", "tx1"}}, "body"));
    CHECK(failure(whole).code == errc::bad_response);

    CHECK(failure(parse_get_object(success(200, {{"x-amz-request-id", "tx1"}}, html))).effect ==
          remote_effect::none);
}

TEST_CASE("operations: an object's properties") {
    request const r = make_request(head_object_request{
        .bucket = "b", .key = "k", .if_match = "m", .if_none_match = "n", .version_id = "v"});
    CHECK(r.method == method::head);
    CHECK(r.headers == pairs{{"if-match", "m"}, {"if-none-match", "n"}});
    CHECK(r.query == pairs{{"versionId", "v"}});
    auto const got = parse_head_object(
        success(200, {{"ETag", "\"e\""}, {"Content-Length", "123456789012"}, {"A", "b"}}));
    REQUIRE(got);
    CHECK(got->size == 123456789012);
    CHECK(got->etag == "\"e\"");
    CHECK(got->headers.find("a") == "b");
    failure(parse_head_object(success(200, {{"x-amz-request-id", "tx1"}})));
}

TEST_CASE("operations: writing an object") {
    std::string const a = "ab", b = "cde";
    metadata_entry const metadata[] = {{"one", "1"}, {"two", "2 2"}};
    request const r =
        make_request(put_object_request{.bucket = "b", .key = "k", .metadata = metadata},
                     {boost::asio::buffer(a), boost::asio::buffer(b)});
    CHECK(r.method == method::put);
    CHECK(text_of(r) == "abcde");
    CHECK(r.body[0].data() == a.data()); // not copied
    CHECK(r.repeatability == repeatability::idempotent);
    CHECK(r.headers == pairs{{"content-type", "application/octet-stream"},
                             {"x-amz-meta-one", "1"},
                             {"x-amz-meta-two", "2 2"}});
    request const create = make_request(
        put_object_request{
            .bucket = "b", .key = "k", .if_none_match = "*", .content_type = "application/json"},
        {});
    CHECK(create.repeatability == repeatability::conditional);
    CHECK(create.headers == pairs{{"content-type", "application/json"}, {"if-none-match", "*"}});
    request const swap =
        make_request(put_object_request{.bucket = "b", .key = "k", .if_match = "\"e\""}, {});
    CHECK(swap.repeatability == repeatability::conditional);
    CHECK(swap.headers.at(1).second == "\"e\"");
}

TEST_CASE("operations: an object that was written") {
    auto const put = parse_put_object(success(200, {{"ETag", "\"e\""}, {"x-amz-version-id", "v"}}));
    REQUIRE(put);
    CHECK(put->etag == "\"e\"");
    CHECK(put->version_id == "v");
    CHECK(failure(parse_put_object(success(200, {{"x-amz-request-id", "tx1"}}, html))).effect ==
          remote_effect::possible);
}

TEST_CASE("operations: removing an object") {
    request const r =
        make_request(delete_object_request{.bucket = "b", .key = "k", .version_id = "v"});
    CHECK(r.method == method::delete_);
    CHECK(r.repeatability == repeatability::idempotent);
    CHECK(r.query == pairs{{"versionId", "v"}});
    CHECK(parse_nothing(success(204, {})));
    CHECK(parse_nothing(success(200, {})));
}

TEST_CASE("operations: a success that should say nothing and brings a page is none") {
    CHECK(failure(parse_nothing(success(200, {{"x-amz-request-id", "tx1"}}, html))).effect ==
          remote_effect::possible);
}

TEST_CASE("operations: creating a bucket") {
    request const plain = make_request(create_bucket_request{.bucket = "b"});
    CHECK(plain.method == method::put);
    CHECK(plain.key.empty());
    CHECK(plain.body.empty());
    request const placed =
        make_request(create_bucket_request{.bucket = "b", .location_constraint = "eu<&>"});
    CHECK(text_of(placed).find("<LocationConstraint>eu&lt;&amp;&gt;</LocationConstraint>") !=
          std::string::npos);
    CHECK(text_of(placed).find("http://s3.amazonaws.com/doc/2006-03-01/") != std::string::npos);
    request const moved = std::move(placed); // the body's owner goes with it
    CHECK_FALSE(text_of(moved).empty());
}

TEST_CASE("operations: a bucket's properties") {
    request const r = make_request(head_bucket_request{.bucket = "b"});
    CHECK(r.method == method::head);
    CHECK(r.key.empty());
    CHECK(parse_head_bucket(success(200, {{"x-amz-bucket-region", "eu-west-3"}}))->region ==
          "eu-west-3");
    CHECK(parse_head_bucket(success(200, {}))->region.empty());
}

TEST_CASE("operations: asking for a listing") {
    CHECK(make_request(list_objects_request{.bucket = "b"}).query ==
          pairs{{"list-type", "2"}, {"encoding-type", "url"}});
    request const full = make_request(list_objects_request{.bucket = "b",
                                                           .prefix = "p/",
                                                           .delimiter = "/",
                                                           .start_after = "s",
                                                           .continuation_token = "t+/=",
                                                           .max_keys = 7});
    CHECK(full.query == pairs{{"list-type", "2"},
                              {"encoding-type", "url"},
                              {"prefix", "p/"},
                              {"delimiter", "/"},
                              {"start-after", "s"},
                              {"continuation-token", "t+/="},
                              {"max-keys", "7"}});
    CHECK(full.repeatability == repeatability::safe);
}

TEST_CASE("operations: a listing, its names decoded where they are encoded") {
    auto const page = parse_list_objects(success(200, {}, R"(<?xml version="1.0"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
  <NextContinuationToken>a%2Bb+c==</NextContinuationToken>
  <Contents><Key>a+b%20c%2Bd%25/%e6%97%A5%0A%00x</Key><ETag>&quot;e&quot;</ETag><Size>5</Size></Contents>
  <Contents><Key>bad%escape%2</Key><ETag>"f"</ETag><Size>0</Size></Contents>
  <CommonPrefixes><Prefix>dir+one%2F</Prefix></CommonPrefixes>
</ListBucketResult>)"));
    REQUIRE(page);
    REQUIRE(page->objects.size() == 2);
    CHECK(page->objects[0].key == std::string("a b c+d%/\xe6\x97\xa5\n\0x", 15));
    CHECK(page->objects[0].etag == "\"e\"");
    CHECK(page->objects[0].size == 5);
    CHECK(page->objects[1].key == "bad%escape%2");
    CHECK(page->common_prefixes == std::vector<std::string>{"dir one/"});
    CHECK(page->next_continuation_token == "a%2Bb+c=="); // opaque: as it is
}

TEST_CASE("operations: a listing that is not encoded is taken as it is") {
    auto const page = parse_list_objects(
        success(200, {},
                "<ListBucketResult><Contents><Key>a+b%20c &amp; d</Key><Size>1</Size></Contents>"
                "<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
                "</ListBucketResult>"));
    REQUIRE(page);
    CHECK(page->objects.at(0).key == "a+b%20c & d");
    CHECK(page->next_continuation_token.empty());
    auto const empty = parse_list_objects(success(200, {}, "<ListBucketResult/>"));
    REQUIRE(empty);
    CHECK(empty->objects.empty());
}

TEST_CASE("operations: a listing that lacks what it promises is none") {
    for (std::string const body : {
             "",
             "<html><body>a proxy speaks</body></html>",
             "<Error><Code>InternalError</Code></Error>",
             "<ListBucketResult><Contents><Key>a</Key><Size>1</Size></Contents>", // cut off
             "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
             "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
             "<ListBucketResult><Contents><Key>a</Key><Size>x</Size></Contents></ListBucketResult>",
             "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
         }) {
        CAPTURE(body);
        CHECK(
            failure(parse_list_objects(success(200, {{"x-amz-request-id", "tx1"}}, body))).effect ==
            remote_effect::none);
    }
}
