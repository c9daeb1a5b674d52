// AWS's published signing test suite, at every stage, header by header.

#include <cairn/sigv4.hpp>

#include "support/catch.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace cairn::sigv4;
namespace json = boost::json;

namespace {

json::array const& cases() {
    static json::value const all = [] {
        std::ifstream file(CAIRN_VECTORS_DIR "/sigv4.json");
        REQUIRE(file.good());
        std::ostringstream text;
        text << file.rdbuf();
        return json::parse(text.str());
    }();
    return all.at("cases").as_array();
}

std::string text_of(json::value const& v, char const* name) {
    return std::string(v.at(name).as_string());
}

bool flag_of(json::value const& v, char const* name, bool otherwise) {
    auto const* const member = v.as_object().if_contains(name);
    return member ? member->as_bool() : otherwise;
}

// A request in the suite's notation: a request line, headers (folded ones too), and a body.
struct raw_request {
    explicit raw_request(std::string all) : text(std::move(all)) {
        std::string_view rest = text;
        auto const line = [&rest] {
            auto const end = std::min(rest.find('\n'), rest.size());
            auto const result = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            return result;
        };
        std::string_view const first = line();
        auto const space = first.find(' ');
        method = first.substr(0, space);
        std::string_view target = first.substr(space + 1, first.rfind(' ') - space - 1);
        auto const question = std::min(target.find('?'), target.size());
        path = target.substr(0, question);
        query = target.substr(std::min(question + 1, target.size()));
        while (!rest.empty() && rest.front() != '\n') {
            std::string_view field = line();
            while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) {
                auto const more = line();
                field = {field.data(),
                         static_cast<std::size_t>(more.data() + more.size() - field.data())};
            }
            auto const colon = field.find(':');
            headers.push_back({field.substr(0, colon), field.substr(colon + 1)});
        }
        line();
        body = rest;
    }

    std::string text;
    std::string_view method, path, query, body;
    std::vector<header> headers;
};

std::vector<std::string> sorted_parameters(std::string_view query) {
    std::vector<std::string> all;
    std::istringstream text{std::string(query)};
    for (std::string one; std::getline(text, one, '&');)
        all.push_back(one);
    std::sort(all.begin(), all.end());
    return all;
}

struct vector_case {
    explicit vector_case(json::value const& v)
        : context(v.at("context")), request(text_of(v, "request")),
          who(text_of(context.at("credentials"), "access_key_id"),
              text_of(context.at("credentials"), "secret_access_key"),
              context.at("credentials").as_object().contains("token")
                  ? text_of(context.at("credentials"), "token")
                  : ""),
          region(text_of(context, "region")), service(text_of(context, "service")),
          rules{.normalize_path = flag_of(context, "normalize", true),
                .encode_path_again = true,
                .content_sha256_header = flag_of(context, "sign_body", false),
                .sign_session_token = !flag_of(context, "omit_session_token", false),
                .presign_payload = true},
          hash(sha256_hex(request.body)), view{request.method, request.path, request.query,
                                               request.headers, hash},
          expires(context.at("expiration_in_seconds").as_int64()) {
        std::string stamp = text_of(context, "timestamp"); // 2015-08-30T12:36:00Z
        std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
        now = timestamp::parse(stamp).value().time();
    }

    json::value const& context;
    raw_request request;
    credentials who;
    std::string region, service;
    expert_rules rules;
    std::string hash;
    request_view view;
    std::chrono::seconds expires;
    std::chrono::system_clock::time_point now;
};

// Calls `check(case, vector)` for each case of a suite; returns how many there are.
template <class F>
int for_each_case(std::string_view suite, F check) {
    int count = 0;
    for (json::value const& v : cases()) {
        if (v.at("suite").as_string() != suite)
            continue;
        CAPTURE(text_of(v, "name"));
        check(vector_case(v), v);
        ++count;
    }
    return count;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

// The headers that the suite sends, and no others.
void check_headers(vector_case const& c, signature const& out, json::value const& expected) {
    raw_request const sent(text_of(expected, "signed_request"));
    CHECK(sent.headers.size() == c.request.headers.size() + out.headers().size());
    for (header const& h : out.headers()) {
        bool found = false;
        for (header const& s : sent.headers) // a V4A signature is another each time
            found = found ||
                    (same_name(s.name, h.name) &&
                     (s.value == h.value || (h.name == "Authorization" && out.hex().size() != 64)));
        CAPTURE(h.name);
        CHECK(found);
    }
}

// The parameters that the suite sends, in whatever order.
std::vector<std::string> parameters_but_signature(std::string_view query) {
    auto all = sorted_parameters(query);
    std::erase_if(all, [](auto const& p) { return p.starts_with("X-Amz-Signature="); });
    return all;
}

} // namespace

TEST_CASE("AWS's suite: header authentication at every stage") {
    signature out; // one for all: nothing of a case may leak into the next
    int const count = for_each_case("v4", [&](vector_case const& c, json::value const& v) {
        auto const& expected = v.at("header");
        signer const sign(c.region, c.service, c.rules);
        REQUIRE(sign.sign(c.who, c.view, c.now, out).has_value());
        CHECK(out.canonical_request() == text_of(expected, "canonical_request"));
        CHECK(out.string_to_sign() == text_of(expected, "string_to_sign"));
        CHECK(out.hex() == text_of(expected, "signature"));
        check_headers(c, out, expected);
    });
    CHECK(count == 38);
}

TEST_CASE("AWS's suite: query authentication at every stage") {
    signature out;
    int const count = for_each_case("v4", [&](vector_case const& c, json::value const& v) {
        auto const& expected = v.at("query");
        signer const sign(c.region, c.service, c.rules);
        REQUIRE(sign.presign(c.who, c.view, c.now, c.expires, out).has_value());
        CHECK(out.canonical_request() == text_of(expected, "canonical_request"));
        CHECK(out.string_to_sign() == text_of(expected, "string_to_sign"));
        CHECK(out.hex() == text_of(expected, "signature"));
        CHECK(out.headers().size() == 0);
        raw_request const sent(text_of(expected, "signed_request"));
        CHECK(sorted_parameters(sent.query) == sorted_parameters(out.query()));
    });
    CHECK(count == 38);
}

// Two of the 40 cases, get-vanilla-query-order-key and -value, are published as requests alone.
bool is_whole(json::value const& v) {
    return v.as_object().contains("public_key");
}

TEST_CASE("AWS's suite for V4A: derived keys, and the published signatures verify with them") {
    int whole = 0;
    int const count = for_each_case("v4a", [&](vector_case const& c, json::value const& v) {
        auto const key = v4a_key::derive(c.who);
        REQUIRE(bool(key));
        if (!is_whole(v))
            return;
        ++whole;
        CHECK(to_hex(key.public_key().x) == text_of(v.at("public_key"), "X"));
        CHECK(to_hex(key.public_key().y) == text_of(v.at("public_key"), "Y"));
        for (char const* const place : {"header", "query"}) {
            auto const text = text_of(v.at(place), "string_to_sign");
            auto const hex = text_of(v.at(place), "signature");
            CHECK(key.verify(text, hex));
            CHECK(!key.verify(text + "x", hex));
        }
    });
    CHECK(whole == 38);
    CHECK(count == 40);
}

TEST_CASE("AWS's suite for V4A: header authentication at every stage") {
    signature out;
    int const count = for_each_case("v4a", [&](vector_case const& c, json::value const& v) {
        auto const& expected = v.at("header");
        signer_v4a const sign(c.region, c.service, c.rules);
        REQUIRE(sign.sign(c.who, c.view, c.now, out).has_value());
        CHECK(v4a_key::derive(c.who).verify(out.string_to_sign(), out.hex()));
        CHECK(out.authorization().ends_with(out.hex()));
        if (!is_whole(v))
            return;
        CHECK(out.canonical_request() == text_of(expected, "canonical_request"));
        CHECK(out.string_to_sign() == text_of(expected, "string_to_sign"));
        check_headers(c, out, expected);
    });
    CHECK(count == 40);
}

TEST_CASE("AWS's suite for V4A: query authentication at every stage") {
    signature out;
    int const count = for_each_case("v4a", [&](vector_case const& c, json::value const& v) {
        auto const& expected = v.at("query");
        signer_v4a const sign(c.region, c.service, c.rules);
        REQUIRE(sign.presign(c.who, c.view, c.now, c.expires, out).has_value());
        CHECK(v4a_key::derive(c.who).verify(out.string_to_sign(), out.hex()));
        CHECK(out.query().ends_with(out.hex()));
        if (!is_whole(v))
            return;
        CHECK(out.canonical_request() == text_of(expected, "canonical_request"));
        CHECK(out.string_to_sign() == text_of(expected, "string_to_sign"));
        raw_request const sent(text_of(expected, "signed_request"));
        CHECK(parameters_but_signature(sent.query) == parameters_but_signature(out.query()));
    });
    CHECK(count == 40);
}
