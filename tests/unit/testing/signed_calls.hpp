// Calls that are signed in other ways than in the header over a whole body.
#ifndef CAIRN_TESTS_UNIT_TESTING_SIGNED_CALLS_HPP
#define CAIRN_TESTS_UNIT_TESTING_SIGNED_CALLS_HPP

#include "client.hpp"
#include "support/catch.hpp"

#include <cairn/sigv4.hpp>
#include <cairn/testing/s3_server.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace client_for_tests {

namespace sigv4 = cairn::sigv4;
using sigv4::algorithm;
using sigv4::payload_kind;

inline sigv4::credentials credentials_of(identity const& who) {
    return {who.key_id, who.secret, who.token};
}

inline cairn::testing::s3_server_config with_bucket() {
    cairn::testing::s3_server_config config;
    config.buckets = {"bkt"};
    return config;
}

// Sends a call by a connection of its own.
inline answer send(cairn::testing::s3_server const& server, call c) {
    if (c.method == "PUT" || c.method == "POST")
        c.headers.emplace_back("Content-Length", std::to_string(c.body.size()));
    connection link(server.port());
    auto const got = link.exchange(c);
    REQUIRE(got);
    return *got;
}

// Calls f with a call's parts as the signers take them.
template <class F>
auto with_view(call const& c, std::string_view hash, F f) {
    std::vector<sigv4::header> headers;
    for (auto const& [name, value] : c.headers)
        headers.push_back({name, value});
    std::string_view const target = c.target;
    auto const path = target.substr(0, target.find('?'));
    auto const query = target.substr(std::min(path.size() + 1, target.size()));
    return f(sigv4::request_view{c.method, path, query, headers, hash});
}

// Calls f with the signer of an algorithm.
template <class F>
auto with_signer(algorithm a, std::string const& region, F f) {
    return a == algorithm::v4 ? f(sigv4::signer(region, "s3", sigv4::preset::s3))
                              : f(sigv4::signer_v4a(region, "s3", sigv4::preset::s3));
}

inline call presigned(call c, identity const& who = {}, algorithm a = algorithm::v4,
                      std::chrono::seconds expires = std::chrono::seconds(600)) {
    c.headers.emplace_back("Host", "127.0.0.1");
    sigv4::signature out;
    with_signer(a, who.region, [&](auto const& signer) {
        with_view(c, sigv4::unsigned_payload, [&](sigv4::request_view const& r) {
            signer.presign(credentials_of(who), r, who.time, expires, out).value();
        });
    });
    c.target = c.target.substr(0, c.target.find('?')) + "?" + std::string(out.query());
    return c;
}

struct chunking {
    payload_kind kind;
    algorithm signed_with;
    std::vector<sigv4::header> trailers = {};
    std::size_t chunk = 8;
};

inline std::string encoded(chunking const& how, sigv4::chunk_encoder encoder,
                           std::string_view body) {
    std::string text;
    for (; !body.empty(); body.remove_prefix(std::min(how.chunk, body.size()))) {
        auto const piece = body.substr(0, how.chunk);
        text.append(encoder.begin_chunk(piece).value()).append(piece);
    }
    return text.append(encoder.finish(how.trailers).value());
}

inline call chunked(call c, chunking const& how, identity const& who = {}) {
    c.headers.emplace_back("Host", "127.0.0.1");
    c.headers.emplace_back("Content-Encoding", "aws-chunked");
    c.headers.emplace_back("x-amz-decoded-content-length", std::to_string(c.body.size()));
    std::string names;
    for (auto const& t : how.trailers)
        names.append(names.empty() ? "" : ", ").append(t.name);
    if (!names.empty())
        c.headers.emplace_back("x-amz-trailer", names);
    sigv4::signature out;
    with_signer(how.signed_with, who.region, [&](auto const& signer) {
        with_view(c, payload_constant(how.kind, how.signed_with),
                  [&](sigv4::request_view const& r) {
                      signer.sign(credentials_of(who), r, who.time, out).value();
                  });
        auto encoder = sigv4::chunk_encoder();
        if (has_chunk_signatures(how.kind))
            encoder = {how.kind, signer.chunks(credentials_of(who), out).value()};
        c.body = encoded(how, std::move(encoder), c.body);
    });
    for (auto const& h : out.headers())
        c.headers.emplace_back(std::string(h.name), std::string(h.value));
    return c;
}

} // namespace client_for_tests

#endif
