#ifndef CAIRN_SIGV4_DETAIL_IMPL_REQUEST_WRITER_IPP
#define CAIRN_SIGV4_DETAIL_IMPL_REQUEST_WRITER_IPP

#include <cairn/sigv4/detail/request_writer.hpp>

#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/number.hpp>
#include <cairn/sigv4/detail/text.hpp>

namespace cairn::sigv4::detail {

inline bool is_scope_part(std::string_view text, std::string_view more = {}) noexcept {
    for (char const c : text)
        if (!is(c, is_unreserved) && more.find(c) == std::string_view::npos)
            return false;
    return !text.empty();
}

CAIRN_DECL request_writer::request_writer(sigv4::algorithm a, std::string_view region,
                                          std::string_view service, expert_rules rules)
    : algorithm_(a), region_(region), service_(service), rules_(rules),
      valid_scope_(is_scope_part(region, is_v4a() ? "*," : "") && is_scope_part(service)) {
    if (!is_v4a())
        scope_suffix_.append("/").append(region);
    scope_suffix_.append("/").append(service).append("/aws4_request");
}

CAIRN_DECL problem request_writer::defect(credentials const& who) const noexcept {
    if (problem const p = who.defect())
        return p;
    return valid_scope_ && !service_.empty()
               ? nullptr
               : "the region or the service is empty or holds a character that it may not";
}

CAIRN_DECL request_writer::room
request_writer::measure(credentials const& who, request_view const& request) const noexcept {
    std::size_t names = 0, values = 0;
    for (header const& h : request.headers) {
        names += h.name.size() + 2;
        values += h.value.size();
    }
    std::size_t const own_names = 96; // of our four headers, with their separators
    std::size_t const scope = 8 + scope_suffix_.size();
    // Dates, hashes, labels and line ends; the signature twice.
    std::size_t const fixed = 384 + 2 * (is_v4a() ? longest_hex : 64);
    return {.text = fixed + request.method.size() + canonical_path_bound(request.path) +
                    canonical_query_bound(request.query) + 3 * (names + own_names) + values +
                    2 * request.payload_hash.size() + 2 * who.session_token().size() +
                    2 * region_.size() + who.access_key_id().size() + 2 * scope,
            .scratch = names + canonical_query_bound(request.query)};
}

inline constexpr problem payload_problem = "the payload hash is a constant of the other algorithm";

// Headers.

CAIRN_DECL problem request_writer::begin_headers(credentials const& who,
                                                 request_view const& request,
                                                 std::optional<timestamp> const& time,
                                                 signature& out) const {
    out.clear();
    if (problem const p = defect(who))
        return p;
    if (!time)
        return time_problem;
    if (!is_payload_of(algorithm_, request.payload_hash))
        return payload_problem;
    room const r = measure(who, request);
    out.text_.prepare(r.text + r.scratch);
    char* end = out.text_.data();
    if (problem const p = write_signed(who, request, *time, end + r.text, out, end)) {
        out.clear();
        return p;
    }
    write_string_to_sign(*time, out, end);
    return nullptr;
}

CAIRN_DECL problem request_writer::write_signed(credentials const& who, request_view const& request,
                                                timestamp const& time, char* scratch,
                                                signature& out, char*& end) const {
    char* const begin = end;
    // Our own headers, in the order of their names; a token may be among them without a signature.
    added_headers own;
    // A constant is always stated: it cannot be guessed from the body.
    bool const states_hash = rules_.content_sha256_header || request.payload_hash.size() != 64;
    if (states_hash)
        own.add({hash_header, request.payload_hash});
    own.add({date_header, time.text()});
    if (is_v4a())
        own.add({region_set_header, region_});
    out.texts_.token_header = token_header_of(who.session_token_kind());
    std::size_t signed_ones = own.size();
    if (!who.session_token().empty()) {
        own.add({out.texts_.token_header, who.session_token()});
        signed_ones += rules_.sign_session_token;
    }
    header_list headers(request.headers.size() + signed_ones);
    if (problem const p = headers.add_signable(request, scratch, {own.begin(), own.size()}))
        return p;
    for (std::size_t i = 0; i < signed_ones; ++i)
        headers.add_clean(own.begin()[i].name, own.begin()[i].value);
    headers.sort();

    std::string_view names;
    if (problem const p = write_canonical_request(end, request, request.query, request.payload_hash,
                                                  {rules_.normalize_path, rules_.encode_path_again},
                                                  headers, scratch, names))
        return p;
    out.texts_.canonical_request = out.text_.range(begin, end);
    out.texts_.signed_headers = out.text_.range(names);
    if (states_hash)
        out.texts_.content_sha256 = out.text_.range(end - request.payload_hash.size(), end);

    // Copies: credentials and signer may be gone before the headers are sent.
    auto const copy = [&](std::string_view text) {
        char* const at = end;
        end = put(end, text);
        return out.text_.range(at, end);
    };
    out.texts_.token = copy(who.session_token());
    if (is_v4a())
        out.texts_.region_set = copy(region_);
    return nullptr;
}

CAIRN_DECL void request_writer::write_string_to_sign(timestamp const& time, signature& out,
                                                     char* end) const {
    char* const begin = end;
    end = put(end, name_of(algorithm_));
    *end++ = '\n';
    char* const date = end;
    end = put(end, time.text());
    out.texts_.amz_date = out.text_.range(date, end);
    *end++ = '\n';
    char* const scope = end;
    end = put(end, time.date());
    end = put(end, scope_suffix_);
    out.texts_.scope = out.text_.range(scope, end);
    *end++ = '\n';
    end = write_hex(sha256_of(out.canonical_request()), end);
    out.texts_.string_to_sign = out.text_.range(begin, end);
}

CAIRN_DECL void request_writer::end_headers(credentials const& who, char* hex_end,
                                            signature& out) const {
    if (!hex_end)
        return out.clear();
    out.texts_.hex = out.text_.range(signature_place(out), hex_end);
    char* end = hex_end;
    end = put(end, name_of(algorithm_));
    end = put(end, " Credential=");
    end = put(end, who.access_key_id());
    *end++ = '/';
    end = put(end, out.scope());
    end = put(end, ", SignedHeaders=");
    end = put(end, out.signed_headers());
    end = put(end, ", Signature=");
    end = put(end, out.hex());
    out.texts_.authorization = out.text_.range(hex_end, end);
}

CAIRN_DECL bool request_writer::is_seed(credentials const& who,
                                        signature const& out) const noexcept {
    std::string_view text = out.authorization();
    auto const take = [&text](std::string_view part) {
        bool const there = !part.empty() && text.starts_with(part);
        text.remove_prefix(there ? part.size() : 0);
        return there;
    };
    std::string_view const request = out.canonical_request();
    return take(name_of(algorithm_)) && take(" Credential=") && take(who.access_key_id()) &&
           take("/") && take(out.scope()) && out.scope().substr(8) == scope_suffix_ &&
           has_chunk_signatures(payload_kind_of(request.substr(request.rfind('\n') + 1)));
}

// The query.

inline char* put_parameter(char* out, std::string_view name) noexcept {
    *out++ = '&';
    out = put(out, name);
    *out++ = '=';
    return out;
}

// Whether a query's name stands for `plain` once it is decoded.
inline bool stands_for(std::string_view wire, std::string_view plain) noexcept {
    char const* at = wire.data();
    char const* const end = at + wire.size();
    for (char const c : plain) {
        if (at == end)
            return false;
        bool const escaped = *at == '%' && is_escape(at, end);
        if ((escaped ? hex_value(at[1]) * 16 + hex_value(at[2]) : *at) != c)
            return false;
        at += escaped ? 3 : 1;
    }
    return at == end;
}

// Whether a query has one of the parameters that authenticate it.
inline bool has_authentication(std::string_view query) {
    if (query.find("X-Amz-") == std::string_view::npos && query.find('%') == std::string_view::npos)
        return false;
    bool found = false;
    for_each_piece(query, '&', [&found](std::string_view pair) {
        pair = pair.substr(0, pair.find('='));
        for (std::string_view const name :
             {algorithm_param, credential_param, date_param, expires_param, signed_headers_param,
              region_set_param, token_param, express_token_param, signature_param})
            found = found || stands_for(pair, name);
    });
    return found;
}

CAIRN_DECL problem request_writer::begin_query(credentials const& who, request_view const& request,
                                               std::optional<timestamp> const& time,
                                               std::chrono::seconds expires, signature& out) const {
    out.clear();
    if (problem const p = defect(who))
        return p;
    if (!time)
        return time_problem;
    if (expires.count() < 1 || expires.count() > longest_expiry)
        return "a presigned URL lasts one second to seven days";
    if (has_authentication(request.query))
        return "the query is presigned already";
    if (rules_.presign_payload && !is_payload_of(algorithm_, request.payload_hash))
        return payload_problem;
    room const r = measure_query(who, request);
    out.text_.prepare(r.text + r.scratch);
    char* end = out.text_.data();
    if (problem const p = write_presigned(who, request, *time, static_cast<int>(expires.count()),
                                          end + r.text, out, end)) {
        out.clear();
        return p;
    }
    write_string_to_sign(*time, out, end);
    return nullptr;
}

CAIRN_DECL void request_writer::end_query(credentials const& who, char* hex_end,
                                          signature& out) const {
    if (!hex_end)
        return out.clear();
    out.texts_.hex = out.text_.range(signature_place(out), hex_end);
    // The end of the query, for which room was left.
    char* tail = out.text_.data() + out.texts_.query.end;
    if (!rules_.sign_session_token)
        tail = write_token(who, tail);
    tail = put_parameter(tail, signature_param);
    tail = put(tail, out.hex());
    out.texts_.query.end = static_cast<std::size_t>(tail - out.text_.data());
}

CAIRN_DECL request_writer::room
request_writer::measure_query(credentials const& who, request_view const& request) const noexcept {
    room r = measure(who, request);
    std::size_t names = 0;
    for (header const& h : request.headers)
        names += h.name.size() + 1;
    // Our parameters, percent-encoded: in the query, in the canonical one, and in its scratch.
    std::size_t const added =
        256 + 3 * (names + who.access_key_id().size() + who.session_token().size() +
                   scope_suffix_.size() + region_.size());
    r.text += request.query.size() + 2 * added;
    r.scratch += added;
    return r;
}

CAIRN_DECL char* request_writer::write_token(credentials const& who, char* end) const {
    if (who.session_token().empty())
        return end;
    end = put_parameter(end, token_param_of(who.session_token_kind()));
    return write_percent_encoded(end, who.session_token(), false);
}

CAIRN_DECL char* request_writer::write_query(credentials const& who, request_view const& request,
                                             timestamp const& time, int expires,
                                             header_list const& headers, char* end) const {
    if (!request.query.empty()) {
        end = put(end, request.query);
        *end++ = '&';
    }
    end = put(end, algorithm_param);
    *end++ = '=';
    end = put(end, name_of(algorithm_));
    end = put_parameter(end, credential_param);
    end = write_percent_encoded(end, who.access_key_id(), false);
    end = put(end, "%2F");
    end = put(end, time.date());
    end = write_percent_encoded(end, scope_suffix_, false);
    end = put_parameter(end, date_param);
    end = put(end, time.text());
    end = put_parameter(end, expires_param);
    end = put_number(end, static_cast<unsigned>(expires), 10);
    if (is_v4a()) {
        end = put_parameter(end, region_set_param);
        end = write_percent_encoded(end, region_, false);
    }
    if (rules_.sign_session_token)
        end = write_token(who, end);
    end = put_parameter(end, signed_headers_param);
    std::string_view last;
    for (header_entry const& h : headers) {
        if (h.name == last)
            continue;
        if (!last.empty())
            end = put(end, "%3B");
        end = write_percent_encoded(end, h.name, false);
        last = h.name;
    }
    return end;
}

CAIRN_DECL problem request_writer::write_presigned(credentials const& who,
                                                   request_view const& request,
                                                   timestamp const& time, int expires,
                                                   char* scratch, signature& out,
                                                   char*& end) const {
    header_list headers(request.headers.size());
    if (problem const p = headers.add_signable(request, scratch))
        return p;
    headers.sort();

    char* const query = end;
    end = write_query(who, request, time, expires, headers, end);
    out.texts_.query = out.text_.range(query, end);
    end += 2 + signature_param.size() + longest_hex; // what is added once it is signed
    if (!rules_.sign_session_token)
        end += 32 + 3 * who.session_token().size();

    char* const begin = end;
    std::string_view names;
    if (problem const p = write_canonical_request(
            end, request, out.query(),
            rules_.presign_payload ? request.payload_hash : unsigned_payload,
            {rules_.normalize_path, rules_.encode_path_again}, headers, scratch, names))
        return p;
    out.texts_.canonical_request = out.text_.range(begin, end);
    out.texts_.signed_headers = out.text_.range(names);
    return nullptr;
}

} // namespace cairn::sigv4::detail

#endif
