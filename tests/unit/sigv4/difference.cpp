#include <cairn/sigv4/verify/difference.hpp>

#include "support/catch.hpp"

#include <string>

using namespace cairn::sigv4;

namespace {

std::string const request = "GET\n/k\na=1\nhost:h\nx-amz-date:20130524T000000Z\n\n"
                            "host;x-amz-date\ne3b0";

std::string parts(std::vector<difference> const& all) {
    std::string text;
    for (auto const& d : all)
        text += d.part + "[" + d.client + "|" + d.server + "]";
    return text;
}

std::string changed(std::string_view from, std::string_view to) {
    std::string text = request;
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

TEST_CASE("equal canonical requests have no differences") {
    CHECK(compare_canonical_requests(request, request).empty());
    CHECK(compare_canonical_requests("", "").empty());
}

TEST_CASE("each part of a canonical request is named where it differs") {
    auto const of = [](std::string_view from, std::string_view to) {
        return parts(compare_canonical_requests(request, changed(from, to)));
    };
    CHECK(of("GET", "PUT") == "method[GET|PUT]");
    CHECK(of("/k", "/k%20") == "path[/k|/k%20]");
    CHECK(of("a=1", "") == "query[a=1|]");
    CHECK(of("host:h", "host:h:80") == "header host[h|h:80]");
    CHECK(of("host:h\n", "") == "header host[h|]");
    CHECK(of("host:h\n", "host:h\nrange:b\n") == "header range[|b]");
    CHECK(of("host;", "") == "signed headers[host;x-amz-date|x-amz-date]");
    CHECK(of("e3b0", "UNSIGNED-PAYLOAD") == "payload hash[e3b0|UNSIGNED-PAYLOAD]");
    CHECK(parts(compare_canonical_requests(request, "")).starts_with("method[GET|]path[/k|]"));
}

TEST_CASE("each part of a string to sign is named where it differs") {
    std::string const text = "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/r/s3/aws4_request\nab";
    CHECK(compare_strings_to_sign(text, text).empty());
    CHECK(parts(compare_strings_to_sign(
              text, "AWS4-ECDSA-P256-SHA256\n20130524T000001Z\n20130524/s3/aws4_request\ncd")) ==
          "algorithm[AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256]"
          "date[20130524T000000Z|20130524T000001Z]"
          "scope[20130524/r/s3/aws4_request|20130524/s3/aws4_request]"
          "hash of the canonical request[ab|cd]");
}

TEST_CASE("no differences mean that two texts are equal") {
    std::string const sorted = "GET\n/\n\na:1\nb:2\n\na;b\ne3b0",
                      other = "GET\n/\n\nb:2\na:1\n\na;b\ne3b0";
    CHECK(parts(compare_canonical_requests(other, sorted)) ==
          "order of the parts[" + other + "|" + sorted + "]");
    CHECK(parts(compare_canonical_requests("GET\n/\n\na:1\n\na\ne3b0",
                                           "GET\n/\n\na:1\na:2\n\na\ne3b0")) == "header a[|2]");
    CHECK(parts(compare_canonical_requests("GET\n/\n\na:1\na:3\n\na\ne3b0",
                                           "GET\n/\n\na:1\na:2\n\na\ne3b0")) == "header a[3|2]");
    CHECK(parts(compare_strings_to_sign("a\nb\nc", "a\nb\nc\n")) ==
          "order of the parts[a\nb\nc|a\nb\nc\n]");
}
