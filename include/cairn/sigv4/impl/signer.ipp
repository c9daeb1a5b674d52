#ifndef CAIRN_SIGV4_IMPL_SIGNER_IPP
#define CAIRN_SIGV4_IMPL_SIGNER_IPP

#include <cairn/sigv4/signer.hpp>

#include <cairn/sigv4/detail/canonical.hpp>
#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/time.hpp>

#include <algorithm>

namespace cairn::sigv4 {

namespace detail {

inline bool is_scope_part(std::string_view text) noexcept {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is(c, is_unreserved); });
}

} // namespace detail

CAIRN_DECL signer::signer(std::string_view region, std::string_view service, expert_rules rules)
    : region_(region), service_(service), rules_(rules),
      valid_scope_(detail::is_scope_part(region) && detail::is_scope_part(service)) {
    scope_suffix_.append("/").append(region).append("/").append(service).append("/aws4_request");
}

CAIRN_DECL char const* signer::defect(credentials const& who) const noexcept {
    if (char const* const text = who.defect())
        return text;
    return valid_scope_ ? nullptr
                        : "the region or the service is empty or holds a character that it may not";
}

CAIRN_DECL result<void> signer::sign(credentials const& who, request_view const& request,
                                     std::chrono::system_clock::time_point now,
                                     signature& out) const {
    out.clear();
    if (char const* const problem = defect(who))
        return error(errc::invalid_argument, problem);
    auto const time = timestamp::from(now);
    if (!time)
        return time.error();

    room const r = measure(who, request);
    out.text_.prepare(r.text + r.scratch);
    char* end = out.text_.data();
    if (char const* const problem = write_signed(who, request, *time, end + r.text, out, end)) {
        out.clear();
        return error(errc::invalid_argument, problem);
    }
    write_signature(who, *time, out, end);
    write_authorization(who, out, end);
    return {};
}

CAIRN_DECL signer::room signer::measure(credentials const& who,
                                        request_view const& request) const noexcept {
    std::size_t names = 0, values = 0;
    for (header const& h : request.headers) {
        names += h.name.size() + 2;
        values += h.value.size();
    }
    std::size_t const own_names = 64; // of our three headers, with their separators
    std::size_t const scope = 8 + scope_suffix_.size();
    std::size_t const fixed = 512; // dates, hashes, hexadecimal digits, labels, line ends
    return {.text = fixed + request.method.size() + detail::canonical_path_bound(request.path) +
                    detail::canonical_query_bound(request.query) + 3 * (names + own_names) +
                    values + 2 * request.payload_hash.size() + 2 * who.session_token().size() +
                    who.access_key_id().size() + 2 * scope,
            .scratch = names + detail::canonical_query_bound(request.query)};
}

CAIRN_DECL char const* signer::write_signed(credentials const& who, request_view const& request,
                                            timestamp const& time, char* scratch, signature& out,
                                            char*& end) const {
    char* const begin = end;
    detail::header_list headers(request.headers.size() + 3);
    headers.add_clean(detail::date_header, time.text());
    if (rules_.content_sha256_header)
        headers.add_clean(detail::hash_header, request.payload_hash);
    if (rules_.sign_session_token && !who.session_token().empty())
        headers.add_clean(detail::token_header, who.session_token());
    if (detail::problem const p = headers.add_signable(request, scratch))
        return p;
    headers.sort();

    std::string_view names;
    if (detail::problem const p = detail::write_canonical_request(
            end, request, request.query, request.payload_hash,
            {rules_.normalize_path, rules_.encode_path_again}, headers, scratch, names))
        return p;
    out.canonical_request_ = out.text_.range(begin, end);
    out.signed_headers_ = out.text_.range(names);
    if (rules_.content_sha256_header)
        out.content_sha256_ = out.text_.range(end - request.payload_hash.size(), end);

    // A copy: the credentials may be gone before the headers are sent.
    char* const copy = end;
    end = detail::put(end, who.session_token());
    out.token_ = out.text_.range(copy, end);
    return nullptr;
}

CAIRN_DECL void signer::write_signature(credentials const& who, timestamp const& time,
                                        signature& out, char*& end) const {
    char* const begin = end;
    end = detail::put(end, detail::algorithm_name);
    *end++ = '\n';
    char* const date = end;
    end = detail::put(end, time.text());
    out.amz_date_ = out.text_.range(date, end);
    *end++ = '\n';
    char* const scope = end;
    end = detail::put(end, time.date());
    end = detail::put(end, scope_suffix_);
    out.scope_ = out.text_.range(scope, end);
    *end++ = '\n';
    end = write_hex(sha256_of(out.canonical_request()), end);
    out.string_to_sign_ = out.text_.range(begin, end);

    hmac_key key = key_for(who, time);
    sha256_digest const mac = key.sign(out.string_to_sign());
    key.wipe();
    char* const hex = end;
    end = write_hex(mac, end);
    out.hex_ = out.text_.range(hex, end);
}

CAIRN_DECL void signer::write_authorization(credentials const& who, signature& out,
                                            char*& end) const {
    char* const begin = end;
    end = detail::put(end, detail::algorithm_name);
    end = detail::put(end, " Credential=");
    end = detail::put(end, who.access_key_id());
    *end++ = '/';
    end = detail::put(end, out.scope());
    end = detail::put(end, ", SignedHeaders=");
    end = detail::put(end, out.signed_headers());
    end = detail::put(end, ", Signature=");
    end = detail::put(end, out.hex());
    out.authorization_ = out.text_.range(begin, end);
}

CAIRN_DECL hmac_key signer::key_for(credentials const& who, timestamp const& time) const {
    hmac_key key;
    if (keys_.find(who.id(), time.day(), key))
        return key;
    key = detail::derive_signing_key(who.secret_access_key(), time.date(), region_, service_);
    keys_.store(who.id(), time.day(), key);
    return key;
}

} // namespace cairn::sigv4

#endif
