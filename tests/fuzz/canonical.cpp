// Canonicalisation and signing: any request, every combination of the rules, in the header and in
// the query. What is signed is what the reference says, and is valid to the verifier; what is
// refused leaves nothing.
//
// Input: a byte for the rules and V4A, one for key, time and hash, one for the expiry; then method,
// path, query, hash and "name:value" headers.
#include "support.hpp"

namespace {

using namespace fuzz;
using namespace std::chrono_literals;

struct test_case {
    wire_request request;
    expert_rules rules;
    verifier const& server;
    credentials const& who;
    clock_time now;
    std::chrono::seconds expires;
    bool exactly; // as one in four is: memory takes time
};

std::string text_of(std::string_view view) {
    return std::string(view);
}

void check_empty(signature const& s) {
    for (std::string_view const view :
         {s.query(), s.authorization(), s.amz_date(), s.hex(), s.scope(), s.signed_headers(),
          s.canonical_request(), s.string_to_sign()})
        require(view.empty(), "a refused request leaves an empty signature");
    require(s.headers().size() == 0, "a refused request leaves no headers");
}

template <class Signer>
constexpr bool is_v4a = std::is_same_v<Signer, signer_v4a>;

template <class Signer>
void check_stages(signature const& s, std::string const& canonical) {
    require(s.canonical_request() == canonical, "the canonical request is the reference's");
    std::string const algorithm = is_v4a<Signer> ? "AWS4-ECDSA-P256-SHA256" : "AWS4-HMAC-SHA256";
    std::string const date = text_of(s.amz_date());
    require(s.scope() ==
                date.substr(0, 8) + (is_v4a<Signer> ? "" : "/us-east-1") + "/s3/aws4_request",
            "the scope is date, region, service");
    require(s.string_to_sign() ==
                algorithm + "\n" + date + "\n" + text_of(s.scope()) + "\n" + sha256_hex(canonical),
            "the string to sign is made of the canonical request");
    require(is_v4a<Signer> ? s.hex().size() <= v4a_key::longest_hex : s.hex().size() == 64,
            "a signature has its length");
}

bool is_never_signed(std::string_view name) {
    return name == "authorization" || name == "connection" || name == "expect" ||
           name == "transfer-encoding" || name == "user-agent" || name == "x-amzn-trace-id";
}

// Whether a payload hash is no constant of the other algorithm.
bool is_for_algorithm(std::string_view hash, bool v4a) {
    return !hash.starts_with("STREAMING-AWS4-") ||
           v4a == (hash.find("ECDSA") != std::string_view::npos);
}

bool has_readable_headers(wire_request const& r) {
    return r.count("host") != 0 && std::all_of(r.headers.begin(), r.headers.end(), [](auto& h) {
               return reference::is_token(h.first);
           });
}

void check_valid(test_case const& c, wire_request const& wire, signature const& s,
                 char const* property) {
    verification const v = viewed(wire, c.exactly, [&](request_view const& r) {
        return c.server.verify(r, find_key, c.now);
    });
    check_consistent(v);
    require(v.valid(), property);
    require(v.canonical_request == s.canonical_request() && v.string_to_sign == s.string_to_sign(),
            "signer and verifier see the same request");
}

// Whether the caller's headers say something else about the signature than the signer's do.
bool contradicts(test_case const& c, wire_request const& wire) {
    std::size_t const tokens =
        wire.count("x-amz-security-token") + wire.count("x-amz-s3session-token");
    if (tokens != (c.who.session_token().empty() ? 0u : 1u))
        return true;
    for (auto const& [name, value] : wire.headers) {
        std::string const low = lower(name);
        if (low == "x-amz-content-sha256" && (wire.count(low) != 1 || trimmed(value) != wire.hash))
            return true;
        if (low == "x-amz-region-set" && (wire.count(low) != 1 || trimmed(value).empty()))
            return true;
    }
    return false;
}

bool claims_signature(std::string_view query) {
    std::vector<std::string> const pairs = split(query, '&');
    return std::any_of(pairs.begin(), pairs.end(), [](std::string const& pair) {
        return reference::decoded(pair.substr(0, pair.find('='))) == "X-Amz-Signature";
    });
}

template <class Signer>
void check_header(test_case const& c, Signer const& by, signature& out) {
    bool const done = viewed(c.request, c.exactly, [&](request_view const& r) {
        return by.sign(c.who, r, c.now, out).has_value();
    });
    // What the signer is to add, in place of what the caller gave under these names.
    wire_request wire = c.request;
    auto const set = [&wire](std::string_view name, std::string_view value) {
        wire.remove(name);
        wire.headers.emplace_back(name, value);
    };
    std::string const token_name(detail::token_header_of(c.who.session_token_kind()));
    set("x-amz-date", timestamp::from(c.now)->text());
    if (c.rules.content_sha256_header || c.request.hash.size() != 64)
        set("x-amz-content-sha256", c.request.hash);
    if (is_v4a<Signer>)
        set("x-amz-region-set", "us-west-2,us-east-*");
    if (!c.who.session_token().empty())
        set(token_name, c.who.session_token());
    bool const leave_token = !c.rules.sign_session_token && !c.who.session_token().empty();
    auto const headers = reference::covered_headers(wire, [&](std::string const& name) {
        return !is_never_signed(name) && !(leave_token && name == token_name);
    });
    auto const canonical = reference::canonical_request(
        wire, wire.query, wire.hash, c.rules.normalize_path, c.rules.encode_path_again, headers);
    require(done == (canonical && has_readable_headers(c.request) &&
                     is_for_algorithm(c.request.hash, is_v4a<Signer>)),
            "a request is signed where the reference signs it");
    if (!done)
        return check_empty(out);
    check_stages<Signer>(out, *canonical);
    require(out.signed_headers() == reference::names_of(*headers), "these headers are signed");
    require(out.query().empty(), "a header's signature has no query");
    wire_request const sent = with_headers(c.request, out);
    require(sent.count("authorization") == 1 &&
                sent.headers.size() >= wire.headers.size() - wire.count("authorization"),
            "the headers to send are complete");
    if (!contradicts(c, sent) && !claims_signature(sent.query))
        check_valid(c, sent, out, "what is signed in the header is valid");
    signature const moved(std::move(out));
    check_empty(out);
    check_stages<Signer>(moved, *canonical);
}

bool is_presigned_already(std::string_view query) {
    for (std::string const& piece : split(query, '&')) {
        std::string const name = reference::decoded(piece.substr(0, piece.find('=')));
        for (std::string_view const own :
             {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
              "X-Amz-SignedHeaders", "X-Amz-Region-Set", "X-Amz-Security-Token",
              "X-Amz-S3session-Token", "X-Amz-Signature"})
            if (name == own)
                return true;
    }
    return false;
}

// The query that is to be signed.
template <class Signer>
std::string query_to_sign(test_case const& c, reference::header_map const& headers) {
    std::string query = c.request.query;
    auto const add = [&query](std::string_view name, std::string_view value) {
        query +=
            (query.empty() ? "" : "&") + text_of(name) + "=" + reference::encoded(value, false);
    };
    std::string const date = text_of(timestamp::from(c.now)->text());
    std::string const scope =
        date.substr(0, 8) + (is_v4a<Signer> ? "" : "/us-east-1") + "/s3/aws4_request";
    add("X-Amz-Algorithm", is_v4a<Signer> ? "AWS4-ECDSA-P256-SHA256" : "AWS4-HMAC-SHA256");
    add("X-Amz-Credential", text_of(c.who.access_key_id()) + "/" + scope);
    add("X-Amz-Date", date);
    add("X-Amz-Expires", std::to_string(c.expires.count()));
    if (is_v4a<Signer>)
        add("X-Amz-Region-Set", "us-west-2,us-east-*");
    if (!c.who.session_token().empty() && c.rules.sign_session_token)
        add(detail::token_param_of(c.who.session_token_kind()), c.who.session_token());
    add("X-Amz-SignedHeaders", reference::names_of(headers));
    return query;
}

template <class Signer>
void check_query(test_case const& c, Signer const& by, signature& out) {
    bool const done = viewed(c.request, c.exactly, [&](request_view const& r) {
        return by.presign(c.who, r, c.now, c.expires, out).has_value();
    });
    auto const headers = reference::covered_headers(
        c.request, [](std::string const& name) { return !is_never_signed(name); });
    std::string const query = headers ? query_to_sign<Signer>(c, *headers) : std::string();
    auto const canonical = reference::canonical_request(
        c.request, query, c.rules.presign_payload ? c.request.hash : "UNSIGNED-PAYLOAD",
        c.rules.normalize_path, c.rules.encode_path_again, headers);
    bool const lasts = c.expires >= 1s && c.expires <= 604800s;
    require(done ==
                (lasts && canonical && has_readable_headers(c.request) &&
                 !is_presigned_already(c.request.query) &&
                 (!c.rules.presign_payload || is_for_algorithm(c.request.hash, is_v4a<Signer>))),
            "a request is presigned where the reference presigns it");
    if (!done)
        return check_empty(out);
    check_stages<Signer>(out, *canonical);
    require(out.headers().size() == 0, "a presigned request needs no more headers");
    std::string whole = query + "&X-Amz-Signature=" + text_of(out.hex());
    if (!c.who.session_token().empty() && !c.rules.sign_session_token)
        whole += "&" + text_of(detail::token_param_of(c.who.session_token_kind())) + "=" +
                 reference::encoded(c.who.session_token(), false);
    require(reference::query(out.query()) == reference::query(whole), "the query is complete");
    wire_request sent = c.request;
    sent.query = out.query();
    sent.remove("authorization");
    check_valid(c, sent, out, "what is signed in the query is valid");
}

// The writers alone.
void check_query_writer(std::string_view wire) {
    exact_copies copy;
    auto const written = [&copy](std::string_view query) -> reference::text {
        detail::text_buffer out;
        if (detail::write_canonical_query(out, copy(query)))
            return {};
        return std::string(out.view());
    };
    auto const once = written(wire);
    require(once == reference::query(wire), "the canonical query is the reference's");
    if (!once)
        return;
    require(written(*once) == once, "a canonical query is its own canonical form");
    std::string backwards;
    for (std::string const& piece : split(wire, '&'))
        backwards = piece + "&" + backwards;
    require(written(backwards) == once, "the order of a query's parts does not matter");
}

void check_path_writer(std::string_view wire) {
    exact_copies copy;
    auto const normal = [&copy](std::string_view path) -> reference::text {
        detail::text_buffer out;
        if (detail::write_canonical_path(out, copy(path), {true, false}))
            return {};
        return std::string(out.view());
    };
    auto const once = normal(wire);
    require(once == reference::path(wire, true, false), "the normal path is the reference's");
    require(!once || normal(*once) == once, "a normal path is its own normal form");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    constexpr std::chrono::seconds expiries[] = {600s, 1s, 604800s, 0s, 604801s, -1s};
    input in(data, size);
    unsigned const lot = in.lot(), first = in.byte(), second = in.byte();
    auto const expires = expiries[in.byte() % std::size(expiries)];
    parties const& p = parties_of(first);
    test_case const c{read_request(in, second), rules_of(first), p.server,    key(second >> 2, lot),
                      moment(second >> 4),      expires,         lot % 4 == 0};
    if (lot % 4 == 1) {
        check_query_writer(c.request.query);
        check_path_writer(c.request.path);
    }
    static signature out;                            // reused, as it is to be
    bool const v4a = first >= 0xc0 && lot % 16 == 0; // ECDSA is slow
    if ((first & 0x20) != 0)
        v4a ? check_query(c, p.v4a, out) : check_query(c, p.v4, out);
    else
        v4a ? check_header(c, p.v4a, out) : check_header(c, p.v4, out);
    return 0;
}
