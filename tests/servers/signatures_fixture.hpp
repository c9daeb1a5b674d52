// The servers that judge our signatures, and requests to them that are signed, or spoilt. What
// tests/servers/rgw_up.sh and swift_up.sh wrote into DIR/env says where they are; a variable that
// is missing is a failure, never a reason to skip.
#ifndef CAIRN_TESTS_SERVERS_SIGNATURES_FIXTURE_HPP
#define CAIRN_TESTS_SERVERS_SIGNATURES_FIXTURE_HPP

#include "servers/plain_http.hpp"
#include "support/results.hpp"

#include <cairn/sigv4.hpp>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signatures {

using namespace cairn::sigv4;
using namespace std::chrono_literals;
using plain_http::answer;
using plain_http::request;
using time_point = std::chrono::system_clock::time_point;

inline time_point now() {
    return std::chrono::system_clock::now();
}

inline std::string variable(std::string const& name) {
    if (char const* const value = std::getenv(name.c_str()))
        return value;
    throw std::runtime_error(name + " is not set: start the server with its script in "
                                    "tests/servers, and source DIR/env");
}

/// How a request is signed: by default with the body's hash, at this moment.
struct how {
    signer const* by = nullptr;         // instead of the service's own
    std::string_view payload_hash = {}; // instead of the body's
    time_point at = now();
    std::chrono::seconds expires = 600s; // of a presigned one
};

struct service {
    std::string host; // and port
    credentials who;
    signer s3;

    /// Sends a request as it is, with the length of its body.
    answer send(request r) const {
        if (!r.body.empty() || r.method == "PUT" || r.method == "POST")
            r.headers.emplace_back("Content-Length", std::to_string(r.body.size()));
        auto const port = std::stoul(host.substr(host.rfind(':') + 1));
        return plain_http::exchange(static_cast<unsigned short>(port), r);
    }

    /// Signs with headers. `out` receives what a body in chunks goes on from.
    request sign(request r, how const& h = {}, signature* out = nullptr) const {
        signature local;
        signature& s = out ? *out : local;
        r.headers.emplace_back("Host", host);
        auto const body_hash = to_hex(sha256_of(r.body));
        auto view = view_of(r);
        std::vector<header> const headers = headers_of(r);
        view.headers = headers;
        view.payload_hash = h.payload_hash.empty() ? body_hash : h.payload_hash;
        auto const done = (h.by ? *h.by : s3).sign(who, view, h.at, s);
        REQUIRE(done);
        for (header const& added : s.headers())
            r.headers.emplace_back(added.name, added.value);
        return r;
    }

    /// Signs with the query.
    request presign(request r, how const& h = {}) const {
        signature s;
        r.headers.emplace_back("Host", host);
        auto view = view_of(r);
        std::vector<header> const headers = headers_of(r);
        view.headers = headers;
        auto const done = (h.by ? *h.by : s3).presign(who, view, h.at, h.expires, s);
        REQUIRE(done);
        r.target = std::string(view.path) + '?' + std::string(s.query());
        return r;
    }

private:
    static std::vector<header> headers_of(request const& r) {
        std::vector<header> all;
        for (auto const& [name, value] : r.headers)
            all.push_back({name, value});
        return all;
    }
    static request_view view_of(request const& r) {
        std::string_view const target = r.target;
        auto const mark = target.find('?');
        request_view view{.method = r.method, .path = target.substr(0, mark)};
        if (mark != target.npos)
            view.query = target.substr(mark + 1);
        return view;
    }
};

/// `name` as in the variables: "RGW" or "SWIFT".
inline service service_of(std::string const& name, std::string const& region) {
    auto const prefix = "CAIRN_" + name;
    auto const endpoint = variable(prefix + "_ENDPOINT");
    return {endpoint.substr(endpoint.rfind('/') + 1),
            {variable(prefix + "_ACCESS_KEY"), variable(prefix + "_SECRET_KEY")},
            {region, "s3", preset::s3}};
}
inline service rgw() {
    return service_of("RGW", "us-east-1");
}
inline service swift() {
    return service_of("SWIFT", variable("CAIRN_SWIFT_REGION"));
}

/// A new bucket.
struct bucket {
    service const& at;
    std::string name = "cairn-signatures-" + std::to_string(std::random_device{}());

    explicit bucket(service const& s) : at(s) {
        REQUIRE(s.send(s.sign({"PUT", "/" + name})).status == 200);
    }

    std::string path(std::string_view key) const {
        return "/" + name + "/" + percent_encoded(key, true);
    }
    void put(std::string_view key, std::string content) const {
        REQUIRE(at.send(at.sign({"PUT", path(key), {}, std::move(content)})).status == 200);
    }
    /// What is stored under a key.
    std::optional<std::string> content(std::string_view key) const {
        auto got = at.send(at.sign({"GET", path(key)}));
        if (got.status == 404)
            return {};
        REQUIRE(got.status == 200);
        return std::move(got.body);
    }
    /// How many objects there are.
    std::size_t size() const {
        auto const got = at.send(at.sign({"GET", "/" + name + "?list-type=2"}));
        REQUIRE(got.status == 200);
        std::size_t count = 0;
        for (auto i = got.body.find("<Key>"); i != got.body.npos; i = got.body.find("<Key>", i + 1))
            ++count;
        return count;
    }
};

inline bool refused(answer const& a) {
    return a.status == 400 || a.status == 403;
}
inline bool says(answer const& a, std::string_view code) {
    return a.body.find("<Code>" + std::string(code) + "</Code>") != a.body.npos;
}

/// Another byte, and in every place where this is used one that can stand there.
inline char changed(char c) {
    return static_cast<char>(c ^ 1);
}

/// Calls `check(request, where)` with each byte changed in turn: of the target, of the headers'
/// values and the last of their names, and of the body.
template <class Check>
void with_each_byte_changed(request r, Check check) {
    auto const each = [&](std::string const& where, std::string& text, std::size_t from = 0) {
        for (std::size_t i = from; i != text.size(); ++i) {
            if (where == "Authorization" && text[i] == ' ')
                continue; // it separates, and servers do not look at how
            char const before = std::exchange(text[i], changed(text[i]));
            check(std::as_const(r), where + ", byte " + std::to_string(i));
            text[i] = before;
        }
    };
    each("target", r.target, 1);
    for (auto& [name, value] : r.headers) {
        each(name, value);
        each("name of " + name, name, name.size() - 1);
    }
    each("body", r.body);
}

} // namespace signatures

#endif
