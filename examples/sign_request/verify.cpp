#include "verify.hpp"

#include "sent_chunks.hpp"
#include "text.hpp"

#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/request.hpp>
#include <cairn/sigv4/uri.hpp>
#include <cairn/sigv4/verify/verifier.hpp>

#include <iterator>

namespace signing {

namespace {

namespace sigv4 = cairn::sigv4;

/// A service that S3's rules are for, by its name: s3, s3express, s3-outposts.
bool is_s3(std::string_view service) {
    return service.starts_with("s3");
}

/// The hash of the body that came; where that is unknown, the one that the client says.
std::string payload_hash(signed_request const& r) {
    std::string_view all = r.canonical_request ? std::string_view(*r.canonical_request) : "";
    std::string_view const client = all.substr(all.rfind('\n') + 1);
    if (r.claimed.payload_hash.empty()) { // then no header tells what is no hash
        if (sigv4::is_chunked(sigv4::payload_kind_of(client)))
            return std::string(client);
        if (r.payload_unsigned)
            return std::string(sigv4::unsigned_payload);
    }
    if (r.body)
        return cairn::sha256_hex(*r.body);
    if (!r.claimed.payload_hash.empty())
        return r.claimed.payload_hash;
    return std::string(client.empty() ? sigv4::empty_payload_hash : client);
}

/// One look at a request, by one preset's rules.
struct look {
    look(signed_request const& r, sigv4::preset by)
        : preset(by), hash(payload_hash(r)), headers(views(r.headers)) {
        auto rules = sigv4::expert_rules::of(by);
        rules.normalize_path = r.normalize.value_or(rules.normalize_path);
        rules.sign_session_token = r.token_signed;
        bool const again = rules.encode_path_again;
        if (r.target)
            path = again ? r.target->as_given : r.target->path;
        else // what the client signed is all that is known of it
            path = again ? sigv4::percent_decoded(r.canonical_line(1)) : r.canonical_line(1);
        view = {r.method, path, r.query, headers, hash};
        sigv4::verifier const server(r.region, r.service, rules);
        auto const find_key = [&r](std::string_view id) {
            return id == r.access_key_id ? r.who : sigv4::credentials();
        };
        found = server.verify(view, find_key, r.time);
        if (found.valid() && sigv4::is_chunked(found.payload) && r.body)
            fault = find_fault(server.chunks(view, found), *r.body);
    }
    look(look const&) = delete;

    sigv4::preset preset;
    std::string hash, path;
    std::vector<sigv4::header> headers;
    sigv4::request_view view;
    sigv4::verification found;
    std::string fault; // of the body in chunks; empty if there is none
};

void add(differences& all, differences more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

/// What the line says beside the request, laid beside what the request holds.
std::optional<differences> find_differences(signed_request const& r,
                                            sigv4::verification const& found) {
    if (!r.canonical_request && !r.string_to_sign && !r.authorization && !r.signature &&
        !r.chunk_signatures)
        return std::nullopt;
    differences all;
    if (r.canonical_request && !found.canonical_request.empty())
        add(all, sigv4::compare_canonical_requests(*r.canonical_request, found.canonical_request));
    if (r.string_to_sign && !found.string_to_sign.empty())
        add(all, sigv4::compare_strings_to_sign(*r.string_to_sign, found.string_to_sign));
    if (r.authorization)
        compare(all, "authorization", trimmed(*r.authorization), r.claimed.authorization);
    if (r.signature)
        compare(all, "signature", *r.signature, r.claimed.signature);
    if (r.body && r.chunk_signatures)
        add(all, compare_chunk_signatures(*r.chunk_signatures, *r.body, found.payload));
    return all;
}

/// What is worth knowing about a request that is signed as it should be.
std::string remark(signed_request const& r, look const& at) {
    bool const s3 = at.preset == sigv4::preset::s3;
    std::string out;
    auto const add = [&out](std::string const& text) {
        out.append(out.empty() ? "" : "; ").append(text);
    };
    if (at.found.payload == sigv4::payload_kind::unprotected ||
        at.found.payload == sigv4::payload_kind::unsigned_chunks_trailer)
        add("the body is not part of what is signed");
    else if (!r.body)
        add("the body was not given, so it was not looked at");
    if (!r.preset && is_s3(r.service) != s3)
        add(std::string("signed by the rules of preset ") + (s3 ? "s3" : "generic") +
            ", which are not those of service " + r.service);
    if (auto const advice = r.target ? advice_on(*r.target, !s3) : std::string(); !advice.empty())
        add(advice);
    return out;
}

/// Whether the URL leads to another host than the one that is signed; that is then a difference.
bool note_other_host(signed_request const& r, std::optional<differences>& all) {
    if (!r.target)
        return false;
    auto const& host = *find(r.headers, "host"); // without one it is the URL's
    if (names_host(host, *r.target))
        return false;
    if (!all)
        all.emplace();
    compare(*all, "host of the url", r.target->host, trimmed(host));
    return true;
}

/// What is wrong with the length that the headers announce, signed or not; empty if nothing.
std::string wrong_length(signed_request const& r) {
    auto const* const announced = find(r.headers, "content-length");
    if (!announced || !r.body || trimmed(*announced) == std::to_string(r.body->size()))
        return {};
    return "content-length is not the size of the body, which is " + std::to_string(r.body->size());
}

report judge(signed_request const& r, look const& at) {
    report out;
    auto const& found = at.found;
    out.verdict = name_of(found.found);
    out.detail = found.detail;
    out.canonical_request = found.canonical_request;
    out.string_to_sign = found.string_to_sign;
    out.differences = find_differences(r, found);
    bool const same = out.differences && out.differences->empty();
    bool const differs = out.differences && !same;
    bool const misdirected = note_other_host(r, out.differences);
    if (found.found == sigv4::verdict::payload_differs && out.differences)
        out.differences->push_back({"body", r.claimed.payload_hash, at.hash});
    if (found.found == sigv4::verdict::signature_differs && same &&
        (r.canonical_request || r.string_to_sign))
        out.detail = "the client signed this very text: its secret access key is another one, or "
                     "the signature was changed";
    if (!found.valid())
        return out;
    std::string const fault = at.fault.empty() ? wrong_length(r) : at.fault;
    if (!fault.empty()) {
        out.verdict = name_of(sigv4::verdict::payload_differs);
        out.detail = fault;
    } else if (differs) {
        out.verdict = "answer_differs";
        out.detail = "the request is signed as it should be, but what is said beside it is not "
                     "what was signed";
    } else if (misdirected) {
        out.verdict = "answer_differs";
        out.detail = "the request is signed as it should be, but for the host in its headers, and "
                     "not for its url's, which is what HTTP clients send by themselves";
    } else {
        out.valid = true;
        out.detail = remark(r, at);
    }
    return out;
}

} // namespace

report verify(signed_request const& r) {
    // Without a preset the service's name tells which rules are likely; both are tried.
    sigv4::preset const likely =
        r.preset.value_or(is_s3(r.service) ? sigv4::preset::s3 : sigv4::preset::generic);
    look const first(r, likely);
    bool const undecided = first.found.found == sigv4::verdict::signature_differs ||
                           first.found.found == sigv4::verdict::malformed;
    if (r.preset || !undecided)
        return judge(r, first);
    look const second(r, likely == sigv4::preset::s3 ? sigv4::preset::generic : sigv4::preset::s3);
    bool const meant = r.canonical_request == second.found.canonical_request;
    return judge(r, second.found.valid() || meant ? second : first);
}

std::string to_json(report const& r) {
    std::string out = "{";
    append_name(out, "valid");
    out += r.valid ? "true" : "false";
    append_member(out, "verdict", r.verdict);
    append_member(out, "detail", r.detail);
    if (!r.canonical_request.empty())
        append_member(out, "canonical_request", r.canonical_request);
    if (!r.string_to_sign.empty())
        append_member(out, "string_to_sign", r.string_to_sign);
    if (r.differences) {
        append_name(out, "differences");
        out += '[';
        for (auto const& d : *r.differences) {
            out += out.back() == '[' ? "{" : ",{";
            append_member(out, "part", d.part);
            append_member(out, "client", d.client);
            append_member(out, "server", d.server);
            out += '}';
        }
        out += ']';
    }
    out += '}';
    return out;
}

} // namespace signing
