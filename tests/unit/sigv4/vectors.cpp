// AWS's published signing test suite, at every stage, header by header.

#include <cairn/sigv4.hpp>

#include "support/catch.hpp"

#include <boost/json.hpp>

#include <algorithm>
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
          sign(text_of(context, "region"), text_of(context, "service"),
               expert_rules{.normalize_path = flag_of(context, "normalize", true),
                            .encode_path_again = true,
                            .content_sha256_header = flag_of(context, "sign_body", false),
                            .sign_session_token = !flag_of(context, "omit_session_token", false),
                            .presign_payload = true}),
          hash(sha256_hex(request.body)), view{request.method, request.path, request.query,
                                               request.headers, hash} {
        std::string stamp = text_of(context, "timestamp"); // 2015-08-30T12:36:00Z
        std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
        now = timestamp::parse(stamp).value().time();
    }

    json::value const& context;
    raw_request request;
    credentials who;
    signer sign;
    std::string hash;
    request_view view;
    std::chrono::system_clock::time_point now;
};

} // namespace

TEST_CASE("AWS's suite: header authentication at every stage") {
    int count = 0;
    signature out; // one for all: nothing of a case may leak into the next
    for (json::value const& v : cases()) {
        if (v.at("suite").as_string() != "v4")
            continue;
        CAPTURE(text_of(v, "name"));
        vector_case const c(v);
        auto const& expected = v.at("header");
        REQUIRE(c.sign.sign(c.who, c.view, c.now, out).has_value());
        CHECK(out.canonical_request() == text_of(expected, "canonical_request"));
        CHECK(out.string_to_sign() == text_of(expected, "string_to_sign"));
        CHECK(out.hex() == text_of(expected, "signature"));

        // The headers that the suite sends, and no others.
        raw_request const sent(text_of(expected, "signed_request"));
        auto const given = c.request.headers.size();
        CHECK(sent.headers.size() == given + out.headers().size());
        for (header const& h : out.headers()) {
            bool found = false;
            for (header const& s : sent.headers)
                found = found || (s.value == h.value && s.name.size() == h.name.size());
            CAPTURE(h.name);
            CHECK(found);
        }
        ++count;
    }
    CHECK(count == 38);
}

TEST_CASE("AWS's suite: query authentication at every stage") {
    int count = 0;
    signature out;
    for (json::value const& v : cases()) {
        if (v.at("suite").as_string() != "v4")
            continue;
        CAPTURE(text_of(v, "name"));
        vector_case const c(v);
        auto const& expected = v.at("query");
        std::chrono::seconds const expires(c.context.at("expiration_in_seconds").as_int64());
        REQUIRE(c.sign.presign(c.who, c.view, c.now, expires, out).has_value());
        CHECK(out.canonical_request() == text_of(expected, "canonical_request"));
        CHECK(out.string_to_sign() == text_of(expected, "string_to_sign"));
        CHECK(out.hex() == text_of(expected, "signature"));
        CHECK(out.headers().size() == 0);

        // The parameters that the suite sends, in whatever order.
        raw_request const sent(text_of(expected, "signed_request"));
        CHECK(sorted_parameters(sent.query) == sorted_parameters(out.query()));
        ++count;
    }
    CHECK(count == 38);
}
