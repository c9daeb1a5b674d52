#include "request.hpp"

#include "text.hpp"

#include <cairn/core/base64.hpp>
#include <cairn/sigv4/time.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <limits>

namespace signing {

namespace {

namespace sigv4 = cairn::sigv4;
using clock = std::chrono::system_clock;

constexpr std::string_view known[] = {"method",
                                      "url",
                                      "headers",
                                      "body",
                                      "body_base64",
                                      "time",
                                      "region",
                                      "service",
                                      "access_key_id",
                                      "algorithm",
                                      "secret_access_key",
                                      "session_token",
                                      "mode",
                                      "payload",
                                      "preset",
                                      "express_session_token",
                                      "expires",
                                      "chunk_size",
                                      "trailers",
                                      "normalize",
                                      "sign_body",
                                      "omit_session_token"};

constexpr std::uint64_t longest_expiry = 7 * 24 * 3600;

/// The text of a member that has to be there, made of characters that may stand in a scope.
std::string read_scope_part(members const& from, std::string_view member, std::string otherwise,
                            std::string_view more) {
    std::string const text = otherwise.empty() ? from.required(member)
                                               : from.text(member).value_or(std::move(otherwise));
    auto const allowed = [more](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("-._~").find(c) != std::string_view::npos ||
               more.find(c) != std::string_view::npos;
    };
    if (text.empty() || !std::all_of(text.begin(), text.end(), allowed))
        throw refused(member, "is empty or holds a character that it may not");
    return text;
}

std::string read_method(members const& from) {
    std::string text = from.required("method");
    auto const letter = [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
    if (text.empty() || !std::all_of(text.begin(), text.end(), letter))
        throw refused("method", "expected an HTTP method in upper-case letters");
    return text;
}

std::string read_body(members const& from) {
    if (from.has("body") && from.has("body_base64"))
        throw refused("body_base64", "is given together with body");
    if (auto bytes = read_base64(from, "body_base64"))
        return *bytes;
    return from.text("body").value_or("");
}

/// Refuses trailers where nobody would send them. `expires` and `chunk_size` merely have no effect
/// in other modes than theirs.
void check_mode(members const& from, way how) {
    if (how != way::chunked && from.has("trailers"))
        throw refused("trailers", "means something for mode chunked only");
}

void read_signer(members const& from, request& r) {
    r.algorithm = read_algorithm(from).value_or(sigv4::algorithm::v4);
    bool const v4a = r.algorithm == sigv4::algorithm::v4a;
    r.region = v4a ? read_region_set(from) : read_scope_part(from, "region", "", "");
    r.service = read_scope_part(from, "service", "s3", "");
    std::string const id = from.required("access_key_id");
    if (auto const* defect = sigv4::credentials(id, "secret").defect())
        throw refused("access_key_id", defect);
    r.who = read_credentials(from, id);
}

fields read_trailers(members const& from) {
    fields list = read_fields(from, "trailers");
    for (auto const& [name, value] : list)
        if (same_name(name, "x-amz-trailer-signature"))
            throw refused("trailers", "x-amz-trailer-signature is what signing adds");
    return list;
}

} // namespace

std::string read_region_set(members const& from) {
    std::string const set = read_scope_part(from, "region", "", "*,");
    if (("," + set + ",").find(",,") != set.npos)
        throw refused("region", "a region of the set is empty");
    return set;
}

sigv4::credentials read_credentials(members const& from, std::string_view access_key_id) {
    std::string secret = from.required("secret_access_key");
    if (secret.empty())
        throw refused("secret_access_key", "is empty");
    if (std::any_of(secret.begin(), secret.end(), is_control))
        throw refused("secret_access_key", "holds a control character, maybe a line's end");
    bool const express = from.has("express_session_token");
    if (express && from.has("session_token"))
        throw refused("express_session_token", "is given together with session_token");
    std::string_view const member = express ? "express_session_token" : "session_token";
    std::string const token = from.text(member).value_or("");
    if (auto const* defect = sigv4::credentials("id", "secret", token).defect())
        throw refused(member, defect);
    sigv4::credentials const who(access_key_id, secret, token,
                                 express ? sigv4::token_kind::s3_express : sigv4::token_kind::sts);
    OPENSSL_cleanse(secret.data(), secret.size());
    return who;
}

std::optional<clock::time_point> read_time(members const& from) {
    auto const text = from.text("time");
    if (!text)
        return std::nullopt;
    auto const stamp = sigv4::timestamp::parse(*text);
    if (!stamp)
        throw refused("time", "expected a date from 1970 to 2261 in the form 20150830T123600Z");
    return stamp->time();
}

std::optional<sigv4::algorithm> read_algorithm(members const& from) {
    return from.choice<sigv4::algorithm>(
        "algorithm", {{"v4", sigv4::algorithm::v4}, {"v4a", sigv4::algorithm::v4a}});
}

std::optional<sigv4::preset> read_preset(members const& from) {
    return from.choice<sigv4::preset>(
        "preset", {{"s3", sigv4::preset::s3}, {"generic", sigv4::preset::generic}});
}

sigv4::expert_rules read_rules(members const& from, sigv4::preset preset) {
    auto rules = sigv4::expert_rules::of(preset);
    rules.normalize_path = from.flag("normalize").value_or(rules.normalize_path);
    rules.content_sha256_header = from.flag("sign_body").value_or(rules.content_sha256_header);
    rules.sign_session_token = !from.flag("omit_session_token").value_or(false);
    return rules;
}

fields read_headers(members const& from, std::string_view host) {
    fields list = read_fields(from, "headers");
    check_once(list, "host");
    if (!find(list, "host") && !host.empty())
        list.insert(list.begin(), {"host", std::string(host)});
    return list;
}

std::optional<std::string> read_base64(members const& from, std::string_view member) {
    auto const text = from.text(member);
    if (!text)
        return std::nullopt;
    std::string bytes;
    if (!cairn::from_base64(*text, bytes))
        throw refused(member, "is not padded base64");
    return bytes;
}

std::span<std::string_view const> request_members() noexcept {
    return known;
}

request read_request(std::string_view line, std::size_t line_number) {
    members const from(line, line_number, request_members());
    request r;
    r.method = read_method(from);
    r.target = parse_url("url", from.required("url"));
    r.headers = read_headers(from, r.target.host);
    r.body = read_body(from);
    r.time = read_time(from).value_or(clock::now());
    read_signer(from, r);
    r.how =
        from.choice<way>(
                "mode", {{"header", way::header}, {"query", way::query}, {"chunked", way::chunked}})
            .value_or(way::header);
    check_mode(from, r.how);
    r.payload_signed =
        from.choice<bool>("payload", {{"signed", true}, {"unsigned", false}}).value_or(true);
    r.rules = read_rules(from, read_preset(from).value_or(sigv4::preset::s3));
    r.expires = std::chrono::seconds(from.number("expires", 1, longest_expiry).value_or(3600));
    r.chunk_size =
        from.number("chunk_size", 1, std::numeric_limits<std::int64_t>::max()).value_or(64 * 1024);
    r.trailers = read_trailers(from);
    return r;
}

} // namespace signing
