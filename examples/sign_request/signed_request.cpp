#include "signed_request.hpp"

#include "text.hpp"

#include <cairn/sigv4/time.hpp>

namespace signing {

namespace {

namespace sigv4 = cairn::sigv4;

/// An answer's members, and a request's, which a line may hold beside them.
std::vector<std::string_view> const& known() {
    static std::vector<std::string_view> const names = [] {
        auto const asked = request_members();
        std::vector<std::string_view> all(asked.begin(), asked.end());
        all.insert(all.end(), {"canonical_request", "string_to_sign", "signature", "authorization",
                               "chunk_signatures"});
        return all;
    }();
    return names;
}

void read_target(members const& from, signed_request& r) {
    r.method = from.text("method").value_or(std::string(r.canonical_line(0)));
    if (r.method.empty())
        throw refused("method", "this member is missing, and so is canonical_request");
    if (auto const text = from.text("url")) {
        r.target = parse_url("url", *text);
        r.query = r.target->query;
    } else if (r.canonical_line(1).empty()) {
        throw refused("url", "this member is missing, and so is canonical_request");
    } else {
        r.query = r.canonical_line(2);
    }
}

/// An answer's body in base64 is the one that was sent; the text beside it is what went into it.
std::optional<std::string> read_sent_body(members const& from) {
    if (auto bytes = read_base64(from, "body_base64"))
        return bytes;
    return from.text("body");
}

void read_who(members const& from, signed_request& r) {
    claim const& c = r.claimed;
    r.access_key_id = from.text("access_key_id").value_or(c.access_key_id);
    r.who = read_credentials(from, r.access_key_id);
    if (!from.has("session_token") && !from.has("express_session_token"))
        r.who = sigv4::credentials(r.access_key_id, r.who.secret_access_key(), c.token, c.kind);
}

void read_scope(members const& from, signed_request& r) {
    claim const& c = r.claimed;
    auto const algorithm = read_algorithm(from);
    if (algorithm && c.algorithm && algorithm != c.algorithm)
        throw refused("algorithm", "the request is signed with the other one");
    r.region = from.text("region").value_or(c.region);
    if (c.algorithm == sigv4::algorithm::v4a && from.has("region"))
        r.region = first_region(read_region_set(from)); // the verifier looks for one, not for a set
    r.service = from.text("service").value_or(c.service);
    auto const date = sigv4::timestamp::parse(c.date);
    auto const otherwise = date ? date->time() : std::chrono::system_clock::now();
    r.time = read_time(from).value_or(otherwise);
}

/// Whether the token was signed: as the line says, or else as the client's canonical request has
/// it; the headers tell it themselves.
bool read_token_signed(members const& from, signed_request const& r) {
    if (auto const omitted = from.flag("omit_session_token"))
        return !*omitted;
    std::string_view const query = r.canonical_line(2);
    return query.empty() || query.find("X-Amz-Security-Token=") != query.npos ||
           query.find("X-Amz-S3session-Token=") != query.npos;
}

/// Whether the payload hash that was signed, and that no header holds, is no hash.
bool read_payload_unsigned(members const& from, signed_request const& r) {
    auto const given = from.choice<bool>("payload", {{"signed", false}, {"unsigned", true}});
    return given.value_or(r.canonical_request &&
                          r.canonical_request->ends_with(sigv4::unsigned_payload));
}

} // namespace

std::string_view signed_request::canonical_line(int number) const noexcept {
    std::string_view rest = canonical_request ? std::string_view(*canonical_request) : "";
    for (; number != 0; --number)
        take_piece(rest, '\n');
    return take_piece(rest, '\n');
}

signed_request read_signed_request(std::string_view line, std::size_t line_number) {
    members const from(line, line_number, known());
    signed_request r;
    r.canonical_request = from.text("canonical_request");
    r.string_to_sign = from.text("string_to_sign");
    r.authorization = from.text("authorization");
    r.signature = from.text("signature");
    r.chunk_signatures = from.texts("chunk_signatures");
    if (!from.has("headers"))
        throw refused("headers", "this member is missing");
    read_target(from, r);
    r.headers = read_headers(from, r.target ? r.target->host : "");
    if (r.authorization && !find(r.headers, "authorization"))
        r.headers.emplace_back("Authorization", *r.authorization);
    r.body = read_sent_body(from);
    r.claimed = read_claim(r.headers, r.query);
    read_who(from, r);
    read_scope(from, r);
    r.preset = read_preset(from);
    r.normalize = from.flag("normalize");
    (void)from.flag("sign_body"); // the headers tell
    r.token_signed = read_token_signed(from, r);
    r.payload_unsigned = read_payload_unsigned(from, r);
    return r;
}

} // namespace signing
