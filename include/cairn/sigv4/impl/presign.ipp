#ifndef CAIRN_SIGV4_IMPL_PRESIGN_IPP
#define CAIRN_SIGV4_IMPL_PRESIGN_IPP

#include <cairn/sigv4/signer.hpp>

#include <cairn/sigv4/detail/canonical.hpp>
#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/time.hpp>

#include <algorithm>
#include <charconv>

namespace cairn::sigv4 {

namespace detail {

inline char* put_parameter(char* out, std::string_view name) noexcept {
    *out++ = '&';
    out = put(out, name);
    *out++ = '=';
    return out;
}

// Whether a query has one of the parameters that authenticate it.
inline bool has_authentication(std::string_view query) noexcept {
    if (query.find("X-Amz-") == std::string_view::npos)
        return false;
    for (std::string_view const name :
         {algorithm_param, credential_param, date_param, expires_param, signed_headers_param,
          token_param, signature_param})
        for (std::size_t at = query.find(name); at != std::string_view::npos;
             at = query.find(name, at + 1)) {
            std::size_t const end = at + name.size();
            bool const begins = at == 0 || query[at - 1] == '&';
            if (begins && (end == query.size() || query[end] == '=' || query[end] == '&'))
                return true;
        }
    return false;
}

inline constexpr std::size_t signature_param_size = 2 + 15 + 64; // &X-Amz-Signature=…

} // namespace detail

CAIRN_DECL result<void> signer::presign(credentials const& who, request_view const& request,
                                        std::chrono::system_clock::time_point now,
                                        std::chrono::seconds expires, signature& out) const {
    out.clear();
    if (char const* const problem = defect(who))
        return error(errc::invalid_argument, problem);
    if (expires.count() < 1 || expires.count() > detail::longest_expiry)
        return error(errc::invalid_argument, "a presigned URL lasts one second to seven days");
    if (detail::has_authentication(request.query))
        return error(errc::invalid_argument, "the query is presigned already");
    auto const time = timestamp::from(now);
    if (!time)
        return time.error();

    room const r = measure_presigned(who, request);
    out.text_.prepare(r.text + r.scratch);
    char* end = out.text_.data();
    if (char const* const problem = write_presigned(
            who, request, *time, static_cast<int>(expires.count()), end + r.text, out, end)) {
        out.clear();
        return error(errc::invalid_argument, problem);
    }
    write_signature(who, *time, out, end);

    // The end of the query, for which room was left.
    char* tail = out.text_.data() + out.query_.end;
    if (!rules_.sign_session_token && !who.session_token().empty()) {
        tail = detail::put_parameter(tail, detail::token_param);
        tail = detail::write_percent_encoded(tail, who.session_token(), false);
    }
    tail = detail::put_parameter(tail, detail::signature_param);
    tail = detail::put(tail, out.hex());
    out.query_.end = static_cast<std::size_t>(tail - out.text_.data());
    return {};
}

CAIRN_DECL signer::room signer::measure_presigned(credentials const& who,
                                                  request_view const& request) const noexcept {
    room r = measure(who, request);
    std::size_t names = 0;
    for (header const& h : request.headers)
        names += h.name.size() + 1;
    // Our parameters, percent-encoded: in the query, in the canonical one, and in its scratch.
    std::size_t const added = 256 + 3 * (names + who.access_key_id().size() +
                                         who.session_token().size() + scope_suffix_.size());
    r.text += request.query.size() + 2 * added;
    r.scratch += added;
    return r;
}

CAIRN_DECL char* signer::write_presigned_query(credentials const& who, request_view const& request,
                                               timestamp const& time, int expires,
                                               detail::header_list const& headers,
                                               char* end) const {
    if (!request.query.empty()) {
        end = detail::put(end, request.query);
        *end++ = '&';
    }
    end = detail::put(end, detail::algorithm_param);
    *end++ = '=';
    end = detail::put(end, detail::algorithm_name);
    end = detail::put_parameter(end, detail::credential_param);
    end = detail::write_percent_encoded(end, who.access_key_id(), false);
    end = detail::put(end, "%2F");
    end = detail::put(end, time.date());
    end = detail::write_percent_encoded(end, scope_suffix_, false);
    end = detail::put_parameter(end, detail::date_param);
    end = detail::put(end, time.text());
    end = detail::put_parameter(end, detail::expires_param);
    end = std::to_chars(end, end + 8, expires).ptr;
    if (rules_.sign_session_token && !who.session_token().empty()) {
        end = detail::put_parameter(end, detail::token_param);
        end = detail::write_percent_encoded(end, who.session_token(), false);
    }
    end = detail::put_parameter(end, detail::signed_headers_param);
    std::string_view last;
    for (detail::header_entry const& h : headers) {
        if (h.name == last)
            continue;
        if (!last.empty())
            end = detail::put(end, "%3B");
        end = detail::write_percent_encoded(end, h.name, false);
        last = h.name;
    }
    return end;
}

CAIRN_DECL char const* signer::write_presigned(credentials const& who, request_view const& request,
                                               timestamp const& time, int expires, char* scratch,
                                               signature& out, char*& end) const {
    detail::header_list headers(request.headers.size());
    if (detail::problem const p = headers.add_signable(request, scratch))
        return p;
    headers.sort();

    char* const query = end;
    end = write_presigned_query(who, request, time, expires, headers, end);
    out.query_ = out.text_.range(query, end);
    end += detail::signature_param_size;
    if (!rules_.sign_session_token)
        end += 32 + 3 * who.session_token().size();

    char* const begin = end;
    std::string_view names;
    if (detail::problem const p = detail::write_canonical_request(
            end, request, out.query(),
            rules_.presign_payload ? request.payload_hash : unsigned_payload,
            {rules_.normalize_path, rules_.encode_path_again}, headers, scratch, names))
        return p;
    out.canonical_request_ = out.text_.range(begin, end);
    out.signed_headers_ = out.text_.range(names);
    return nullptr;
}

} // namespace cairn::sigv4

#endif
