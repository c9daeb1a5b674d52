// The verifier: any request at all is looked at without harm, and as the reference sees it; and a
// genuine request that was edited is valid where the edit does not show in its canonical form, and
// nowhere else.
//
// Input: a byte for the rules, the place and V4A, one for key, time and hash, one that is odd for
// raw requests; method, path, query, hash and headers; of an edit two bytes, what and where, and
// its text before those.
#include "claim_model.hpp"
#include "support.hpp"

namespace {

using namespace fuzz;
using namespace std::chrono_literals;

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
        v4a_key::signature_digits hex;
        return std::string(v4a_key::derive(who).sign(v.string_to_sign, hex));
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
    bool const in_query = !c.authorization();
    if (v.detail.starts_with("signed for other regions"))
        require(!states_region(c.request, in_query, "us-east-1"), "a region outside is refused");
    if (v.found != verdict::signature_differs && v.found != verdict::payload_differs && !v.valid())
        return;
    require(v.algorithm == algorithm::v4 || states_region(c.request, in_query, "us-east-1"),
            "a region in the set is taken");
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

bool announces_trailers(wire_request const& r) {
    return std::any_of(r.headers.begin(), r.headers.end(), [](auto const& h) {
        return lower(h.first) == "x-amz-trailer" &&
               h.second.find_first_not_of(" \t,") != std::string::npos;
    });
}

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
    std::string_view nothing;
    if (!decoder.read(nothing)) {
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
    while (!decoder.done()) {
        std::size_t const before = rest.size();
        auto const data = decoder.read(rest);
        if (!data && rest.empty() && announces_trailers(sent))
            return;
        require(data && rest.size() < before, "the chunks behind a valid request are right");
    }
    require(!announces_trailers(sent), "a body without its trailers is refused");
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
    require(!v.valid() || (v.access_key_id == c.who.access_key_id() &&
                           token_of(sent, c.in_query) == c.who.session_token()),
            "a valid request is the signer's");
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
