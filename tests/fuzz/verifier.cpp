// The verifier: any request at all is looked at without harm, and as the reference sees it; and a
// genuine request that was edited is valid where the edit does not show in its canonical form, and
// nowhere else.
//
// Input: a byte for the rules, the place and V4A, one for key, time and hash, one that is odd for
// raw requests; method, path, query, hash and headers; of an edit two bytes, what and where, and
// its text before those.
#include "support.hpp"

#include <set>

namespace {

using namespace fuzz;
using namespace std::chrono_literals;

using name_set = std::set<std::string>;

name_set names_in(std::string_view list) {
    auto const names = split(lower(list), ';');
    return {names.begin(), names.end()};
}

// A pair's name, decoded.
std::string name_of_pair(std::string const& pair) {
    return reference::decoded(pair.substr(0, pair.find('=')));
}
std::string value_of_pair(std::string const& pair) {
    std::size_t const equals = pair.find('=');
    return equals == std::string::npos ? "" : reference::decoded(pair.substr(equals + 1));
}

bool is_token_name(std::string const& lower_name) {
    return lower_name == "x-amz-security-token" || lower_name == "x-amz-s3session-token";
}

// What of a request a signature covers, for a claim in its headers or in its query.
struct covered {
    std::string query, hash;
    name_set names;

    covered(wire_request const& r, expert_rules rules, bool in_query, name_set signed_names)
        : query(r.query), hash(r.hash), names(std::move(signed_names)) {
        if (in_query) {
            query.clear();
            for (std::string const& pair : split(r.query, '&')) {
                std::string const name = name_of_pair(pair);
                bool const token =
                    name == "X-Amz-Security-Token" || name == "X-Amz-S3session-Token";
                if (name != "X-Amz-Signature" && (rules.sign_session_token || !token))
                    query += pair + "&";
            }
            if (!rules.presign_payload)
                hash = "UNSIGNED-PAYLOAD";
            return;
        }
        for (auto const& [name, value] : r.headers)
            if (lower(name) == "x-amz-content-sha256")
                hash = trimmed(value);
    }
};

reference::text canonical(wire_request const& r, covered const& c, expert_rules rules) {
    auto const headers = reference::covered_headers(
        r, [&c](std::string const& name) { return c.names.count(name) != 0; });
    return reference::canonical_request(r, c.query, c.hash, rules.normalize_path,
                                        rules.encode_path_again, headers);
}

bool leaves_unsigned(wire_request const& r, covered const& c, bool in_query) {
    return std::any_of(r.headers.begin(), r.headers.end(), [&](auto const& h) {
        std::string const name = lower(h.first);
        return name.starts_with("x-amz-") && !is_token_name(name) && c.names.count(name) == 0 &&
               !(in_query && name == "x-amz-content-sha256");
    });
}

// Raw requests.

struct raw_case {
    wire_request request;
    expert_rules rules;
    verifier const& server;
    clock_time now;
    bool exactly;

    verification verified() const {
        return viewed(request, exactly,
                      [&](request_view const& r) { return server.verify(r, find_key, now); });
    }
    std::string* authorization() {
        for (auto& [name, value] : request.headers)
            if (lower(name) == "authorization")
                return &value;
        return nullptr;
    }
};

std::string signature_of(verification const& v) {
    credentials const who = find_key(v.access_key_id);
    if (v.algorithm == algorithm::v4a) {
        char hex[v4a_key::longest_hex];
        return {hex, v4a_key::derive(who).sign(v.string_to_sign, hex)};
    }
    std::string const date = split(v.string_to_sign, '\n')[1].substr(0, 8);
    return to_hex(detail::derive_signing_key(who.secret_access_key(), date, "us-east-1", "s3")
                      .sign(v.string_to_sign));
}

// Puts the right signature in place of the one that is claimed.
void sign_as_claimed(raw_case& c, std::string const& hex) {
    if (std::string* const value = c.authorization()) {
        std::size_t const at = value->find("Signature=");
        std::size_t const end = std::min(value->find(',', at), value->size());
        value->replace(at + 10, end - at - 10, hex);
        return;
    }
    std::string query;
    for (std::string const& pair : split(c.request.query, '&'))
        query += (name_of_pair(pair) == "X-Amz-Signature" ? "X-Amz-Signature=" + hex : pair) + "&";
    c.request.query = query;
}

name_set claimed_names(raw_case& c) {
    if (std::string* const value = c.authorization()) {
        std::size_t const at = value->find("SignedHeaders=") + 14;
        return names_in(trimmed(value->substr(at, value->find(',', at) - at)));
    }
    for (std::string const& pair : split(c.request.query, '&'))
        if (name_of_pair(pair) == "X-Amz-SignedHeaders")
            return names_in(value_of_pair(pair));
    return {};
}

void check_raw(raw_case c, bool may_be_slow) {
    verification const v = c.verified();
    check_consistent(v);
    if (v.found != verdict::signature_differs && v.found != verdict::payload_differs && !v.valid())
        return;
    bool const in_query = !c.authorization();
    require(
        v.canonical_request ==
            canonical(c.request, covered(c.request, c.rules, in_query, claimed_names(c)), c.rules),
        "the verifier's canonical request is the reference's");
    require(v.string_to_sign.ends_with(sha256_hex(v.canonical_request)),
            "the string to sign is made of the canonical request");
    if (v.algorithm == algorithm::v4a && !may_be_slow)
        return;
    sign_as_claimed(c, signature_of(v));
    verification const again = c.verified();
    check_consistent(again);
    require(again.valid() || again.found == verdict::payload_differs,
            "the verifier's string to sign, signed, is a valid signature");
}

// Edits.

bool is_protocol(std::string const& name) {
    std::string const low = lower(name);
    return low == "authorization" || low == "x-amz-date" || low == "x-amz-content-sha256" ||
           low == "x-amz-region-set" || is_token_name(low);
}

// Edits one part; whether that is one which says nothing about the signature.
bool apply(edit const& e, wire_request& r, bool in_query) {
    auto& headers = r.headers;
    std::size_t const i = headers.empty() ? 0 : e.where / 16 % headers.size();
    switch (e.what % 8) {
    case 0: e.apply_to(r.method); return true;
    case 1: e.apply_to(r.path); return true;
    case 2: e.apply_to(r.query); return !in_query;
    case 3: e.apply_to(r.hash); return true;
    case 4:
        headers.insert(headers.begin() + static_cast<std::ptrdiff_t>(i), pair_of(e.text));
        return !is_protocol(headers[i].first);
    default: break;
    }
    if (headers.empty())
        return true;
    bool const before = is_protocol(headers[i].first);
    if (e.what % 8 == 5)
        e.apply_to(headers[i].first);
    else if (e.what % 8 == 6)
        e.apply_to(headers[i].second);
    else if (e.what / 8 % 2 == 0)
        std::swap(headers[i], headers.back());
    else {
        headers.erase(headers.begin() + static_cast<std::ptrdiff_t>(i));
        return !before;
    }
    return !before && !is_protocol(headers[i].first);
}

struct genuine_case {
    expert_rules rules;
    verifier const& server;
    credentials const& who;
    clock_time now;
    bool in_query, exactly;

    verification verified(wire_request const& request) const {
        return viewed(request, exactly,
                      [&](request_view const& r) { return server.verify(r, find_key, now); });
    }
};

// A body in chunks behind a valid request.
template <class Signer>
void check_chunks(genuine_case const& c, Signer const& by, wire_request const& sent,
                  signature const& s, verification const& v) {
    std::string_view const body = "hello";
    auto decoder =
        viewed(sent, c.exactly, [&](request_view const& r) { return c.server.chunks(r, v); });
    auto const found = std::find_if(sent.headers.begin(), sent.headers.end(), [](auto const& h) {
        return lower(h.first) == "x-amz-decoded-content-length";
    });
    if (!decoder) {
        require(c.in_query || !is_chunked(v.payload) || found == sent.headers.end() ||
                    trimmed(found->second) != "5",
                "a valid request in chunks has a decoder");
        return;
    }
    if (trimmed(found->second) != "5")
        return;
    chunk_encoder encoder;
    if (has_chunk_signatures(v.payload))
        encoder = chunk_encoder(v.payload, by.chunks(c.who, s).value());
    std::string wire(encoder.begin_chunk(body).value());
    wire.append(body).append(encoder.finish().value());
    std::string_view rest = wire;
    while (!decoder->done()) {
        std::size_t const before = rest.size();
        require(decoder->read(rest) && rest.size() < before,
                "the chunks behind a valid request are right");
    }
    require(rest.empty(), "the body ends with its chunks");
}

template <class Signer>
void check_edited(genuine_case const& c, Signer const& by, wire_request const& request,
                  edit const& e) {
    signature s;
    bool const done = viewed(request, false, [&](request_view const& r) {
        return c.in_query ? by.presign(c.who, r, c.now, 600s, s).has_value()
                          : by.sign(c.who, r, c.now, s).has_value();
    });
    if (!done)
        return;
    wire_request sent = with_headers(request, s);
    if (c.in_query) {
        sent.query = s.query();
        sent.remove("authorization");
    }
    verification const good = c.verified(sent);
    if (!good.valid()) // its own headers contradict the signature: see canonical.cpp
        return;
    check_chunks(c, by, sent, s, good);

    bool const ordinary = apply(e, sent, c.in_query);
    covered const now_covered(sent, c.rules, c.in_query, names_in(s.signed_headers()));
    bool const same = canonical(sent, now_covered, c.rules) == s.canonical_request() &&
                      !leaves_unsigned(sent, now_covered, c.in_query) &&
                      (now_covered.hash.size() != 64 || now_covered.hash == sent.hash);
    verification const v = c.verified(sent);
    check_consistent(v);
    require(!v.valid() || same, "an edited request is valid only if the edit does not show");
    require(v.valid() || !same || !ordinary, "an edit that does not show is no offence");
    require(!v.valid() || v.access_key_id == c.who.access_key_id(), "it is the signer's request");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input in(data, size);
    unsigned const lot = in.lot(), first = in.byte(), second = in.byte(), third = in.byte();
    parties const& p = parties_of(first);
    bool const exactly = lot % 4 == 0, slow = lot % 16 == 0; // ECDSA is slow
    if (third % 2 != 0) {
        check_raw(
            {read_request(in, second), rules_of(first), p.server, moment(second >> 4), exactly},
            slow);
        return 0;
    }
    edit e;
    e.what = in.byte();
    e.where = in.byte();
    e.text = in.text();
    wire_request const request = read_request(in, second);
    genuine_case const c{rules_of(first),     p.server, key(second >> 2, lot), moment(second >> 4),
                         (first & 0x20) != 0, exactly};
    if ((first & 0x40) != 0 && slow)
        check_edited(c, p.v4a, request, e);
    else
        check_edited(c, p.v4, request, e);
    return 0;
}
