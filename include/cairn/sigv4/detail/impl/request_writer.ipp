#ifndef CAIRN_SIGV4_DETAIL_IMPL_REQUEST_WRITER_IPP
#define CAIRN_SIGV4_DETAIL_IMPL_REQUEST_WRITER_IPP

#include <cairn/sigv4/detail/request_writer.hpp>

#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/text.hpp>

#include <algorithm>

namespace cairn::sigv4::detail {

inline bool is_scope_part(std::string_view text, std::string_view more = {}) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [more](char c) {
        return is(c, is_unreserved) || more.find(c) != more.npos;
    });
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
    if (problem const p = write_signed(who, request, *time, out)) {
        out.clear();
        return p;
    }
    write_string_to_sign(*time, out);
    return nullptr;
}

CAIRN_DECL problem request_writer::write_signed(credentials const& who, request_view const& request,
                                                timestamp const& time, signature& out) const {
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
    header_list headers;
    if (problem const p = headers.add_signable(request, {own.begin(), own.size()}))
        return p;
    for (std::size_t i = 0; i < signed_ones; ++i)
        headers.add_clean(own.begin()[i].name, own.begin()[i].value);
    headers.sort();

    text_buffer& text = out.text_;
    if (problem const p = write_canonical_request(
            text, request, request.query, request.payload_hash,
            {rules_.normalize_path, rules_.encode_path_again}, headers, out.texts_.signed_headers))
        return p;
    out.texts_.canonical_request = text.since(0);
    if (states_hash)
        out.texts_.content_sha256 = text.since(text.size() - request.payload_hash.size());
    // Copies: credentials and signer may be gone before the headers are sent.
    out.texts_.token = text.put(who.session_token());
    if (is_v4a())
        out.texts_.region_set = text.put(region_);
    return nullptr;
}

CAIRN_DECL void request_writer::write_string_to_sign(timestamp const& time, signature& out) const {
    text_buffer& text = out.text_;
    std::size_t const begin = text.size();
    text.append(name_of(algorithm_));
    text.push_back('\n');
    out.texts_.amz_date = text.put(time.text());
    text.push_back('\n');
    std::size_t const scope = text.size();
    text.append(time.date());
    text.append(scope_suffix_);
    out.texts_.scope = text.since(scope);
    text.push_back('\n');
    text.append_hex(sha256_of(out.canonical_request()));
    out.texts_.string_to_sign = text.since(begin);
}

CAIRN_DECL void request_writer::end_headers(credentials const& who, std::string_view hex,
                                            signature& out) const {
    if (hex.empty())
        return out.clear();
    text_buffer& text = out.text_;
    out.texts_.hex = text.put(hex);
    std::size_t const begin = text.size();
    text.append(name_of(algorithm_));
    text.append(" Credential=");
    text.append(who.access_key_id());
    text.push_back('/');
    text.append_again(out.texts_.scope);
    text.append(", SignedHeaders=");
    text.append_again(out.texts_.signed_headers);
    text.append(", Signature=");
    text.append(hex);
    out.texts_.authorization = text.since(begin);
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

inline void append_parameter(text_buffer& out, std::string_view name) {
    out.push_back('&');
    out.append(name);
    out.push_back('=');
}

// Whether a query's name stands for `plain` once it is decoded.
inline bool stands_for(std::string_view wire, std::string_view plain) noexcept {
    for (char const c : plain) {
        if (wire.empty())
            return false;
        int const byte = wire.front() == '%' ? hex_byte(wire.substr(1)) : -1;
        if ((byte < 0 ? wire.front() : static_cast<char>(byte)) != c)
            return false;
        wire.remove_prefix(byte < 0 ? 1 : 3);
    }
    return wire.empty();
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
    if (problem const p =
            write_presigned(who, request, *time, static_cast<int>(expires.count()), out)) {
        out.clear();
        return p;
    }
    write_string_to_sign(*time, out);
    return nullptr;
}

CAIRN_DECL void request_writer::end_query(credentials const& who, std::string_view hex,
                                          signature& out) const {
    if (hex.empty())
        return out.clear();
    text_buffer& text = out.text_;
    out.texts_.hex = text.put(hex);
    std::size_t const begin = text.size();
    text.append_again(out.texts_.query); // what was signed of it
    if (!rules_.sign_session_token)
        write_token(who, text);
    append_parameter(text, signature_param);
    text.append(hex);
    out.texts_.query = text.since(begin);
}

CAIRN_DECL void request_writer::write_token(credentials const& who, text_buffer& out) const {
    if (who.session_token().empty())
        return;
    append_parameter(out, token_param_of(who.session_token_kind()));
    out.append_percent_encoded(who.session_token(), false);
}

CAIRN_DECL void request_writer::write_query(credentials const& who, request_view const& request,
                                            timestamp const& time, int expires,
                                            header_list const& headers, text_buffer& out) const {
    out.append(request.query);
    if (!request.query.empty())
        out.push_back('&');
    out.append(algorithm_param);
    out.push_back('=');
    out.append(name_of(algorithm_));
    append_parameter(out, credential_param);
    out.append_percent_encoded(who.access_key_id(), false);
    out.append("%2F");
    out.append(time.date());
    out.append_percent_encoded(scope_suffix_, false);
    append_parameter(out, date_param);
    out.append(time.text());
    append_parameter(out, expires_param);
    out.append_number(static_cast<unsigned>(expires));
    if (is_v4a()) {
        append_parameter(out, region_set_param);
        out.append_percent_encoded(region_, false);
    }
    if (rules_.sign_session_token)
        write_token(who, out);
    append_parameter(out, signed_headers_param);
    for (header_list::entry const& e : headers) {
        if (headers.repeats(e))
            continue;
        if (&e != headers.begin())
            out.append("%3B");
        out.append_percent_encoded(headers.name(e), false);
    }
}

CAIRN_DECL problem request_writer::write_presigned(credentials const& who,
                                                   request_view const& request,
                                                   timestamp const& time, int expires,
                                                   signature& out) const {
    header_list headers;
    if (problem const p = headers.add_signable(request))
        return p;
    headers.sort();
    text_buffer query; // apart: the canonical one is made from it
    write_query(who, request, time, expires, headers, query);
    text_buffer& text = out.text_;
    if (problem const p = write_canonical_request(
            text, request, query.view(),
            rules_.presign_payload ? request.payload_hash : unsigned_payload,
            {rules_.normalize_path, rules_.encode_path_again}, headers, out.texts_.signed_headers))
        return p;
    out.texts_.canonical_request = text.since(0);
    out.texts_.query = text.put(query.view());
    return nullptr;
}

} // namespace cairn::sigv4::detail

#endif
