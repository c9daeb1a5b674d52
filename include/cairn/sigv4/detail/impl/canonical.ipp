#ifndef CAIRN_SIGV4_DETAIL_IMPL_CANONICAL_IPP
#define CAIRN_SIGV4_DETAIL_IMPL_CANONICAL_IPP

#include <cairn/sigv4/detail/canonical.hpp>

#include <cairn/sigv4/detail/text.hpp>

#include <algorithm>
#include <utility>

namespace cairn::sigv4::detail {

// Headers that proxies and HTTP libraries add or change on the way.
inline bool is_never_signed(std::string_view name) noexcept {
    switch (name.size()) {
    case 6: return name == "expect";
    case 10: return name == "user-agent" || name == "connection";
    case 13: return name == "authorization";
    case 15: return name == "x-amzn-trace-id";
    case 17: return name == "transfer-encoding";
    default: return false;
    }
}

inline void header_list::push(text_range where, std::string_view value, bool clean) {
    std::string_view const text = names_.view(where);
    std::uint64_t key = 0; // compares as the text does
    for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 8); ++i)
        key |= std::uint64_t{static_cast<unsigned char>(text[i])} << (56 - 8 * i);
    entries_.push_back({key, where, value, static_cast<std::uint32_t>(entries_.size()), clean});
}

CAIRN_DECL void header_list::add_clean(std::string_view name, std::string_view value) {
    push(names_.put(name), value, true);
}

CAIRN_DECL problem header_list::add(header const& h) {
    std::size_t const begin = names_.size();
    bool valid = !h.name.empty();
    auto const out = names_.extend(h.name.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        char const c = lower_token_table[static_cast<unsigned char>(h.name[i])];
        valid &= c != '\0';
        out[i] = c;
    }
    if (!valid)
        return "a header's name is empty or holds a character that no header's name may hold";
    push(names_.since(begin), h.value, false);
    return nullptr;
}

CAIRN_DECL problem header_list::add_signable(request_view const& request,
                                             std::span<header const> own) {
    bool host = false;
    for (header const& h : request.headers) {
        if (problem const p = add(h))
            return p;
        std::string_view const text = name(entries_.back());
        bool omitted = is_never_signed(text);
        if (text.starts_with("x-amz-"))
            for (header const& o : own)
                omitted |= text == o.name;
        host |= text == "host";
        if (omitted)
            entries_.pop_back();
    }
    return host ? nullptr : "the host header is missing";
}

CAIRN_DECL void header_list::sort() noexcept {
    std::sort(entries_.begin(), entries_.end(), [this](entry const& a, entry const& b) {
        if (a.key != b.key)
            return a.key < b.key;
        int const c = name(a).compare(name(b));
        return c != 0 ? c < 0 : a.order < b.order;
    });
}

// Without empty segments, "." and "..", as every service but S3 sees a path.
inline void write_normalized_path(text_buffer& out, std::string_view path) {
    boost::container::small_vector<std::string_view, 32> segments;
    for_each_piece(path, '/', [&segments](std::string_view segment) {
        if (segment == ".." && !segments.empty())
            segments.pop_back();
        else if (!segment.empty() && segment != "." && segment != "..")
            segments.push_back(segment);
    });
    for (std::string_view const segment : segments) {
        out.push_back('/');
        out.append(segment);
    }
    if (segments.empty() || path.back() == '/')
        out.push_back('/');
}

inline problem check_path(std::string_view path, bool may_be_raw) noexcept {
    if (path.empty() || path.front() != '/')
        return "the path does not begin with a slash";
    classes const found = classes_of(path);
    if (may_be_raw ? (found.any & (is_control | is_delimiter)) != 0 : (found.all & is_path) == 0)
        return "the path holds a character that has to be percent-encoded";
    if ((found.any & is_percent) == 0 || may_be_raw)
        return nullptr;
    for (std::size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 1))
        if (hex_byte(path.substr(at + 1)) < 0)
            return "the path holds a percent sign without two hexadecimal digits";
    return nullptr;
}

CAIRN_DECL problem write_canonical_path(text_buffer& out, std::string_view path, path_rules rules) {
    if (problem const p = check_path(path, rules.encode_again))
        return p;
    text_buffer normal;
    if (rules.normalize) {
        write_normalized_path(normal, path);
        path = normal.view();
    }
    if (rules.encode_again)
        out.append_percent_encoded(path, true);
    else
        out.append(path);
    return nullptr;
}

// Encode a name or value of a wire query: what is encoded already is not encoded again.
inline problem write_recoded(text_buffer& out, std::string_view text) {
    for (;;) {
        std::size_t const plain = unreserved_run(text);
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty())
            return nullptr;
        int byte = static_cast<unsigned char>(text.front());
        bool const escaped = byte == '%';
        if (escaped && (byte = hex_byte(text.substr(1))) < 0)
            return "the query holds a percent sign without two hexadecimal digits";
        if (!escaped && (is(text.front(), is_control) || byte == '#'))
            return "the query holds a character that has to be percent-encoded";
        text.remove_prefix(escaped ? 3 : 1);
        if (is(static_cast<char>(byte), is_unreserved))
            out.push_back(static_cast<char>(byte));
        else
            out.append_escaped(static_cast<char>(byte));
    }
}

CAIRN_DECL problem write_canonical_query(text_buffer& out, std::string_view query) {
    if (query.empty())
        return nullptr;
    struct parameter {
        text_range key, value;
    };
    text_buffer texts;
    boost::container::small_vector<parameter, 24> parameters;
    problem found = nullptr;
    for_each_piece(query, '&', [&](std::string_view pair) {
        if (pair.empty() || found)
            return;
        std::size_t const begin = texts.size();
        found = write_recoded(texts, take_piece(pair, '='));
        text_range const key = texts.since(begin);
        if (!found)
            found = write_recoded(texts, pair);
        parameters.push_back({key, texts.since(key.end)});
    });
    std::sort(parameters.begin(), parameters.end(), [&](parameter const& a, parameter const& b) {
        int const c = texts.view(a.key).compare(texts.view(b.key));
        return c != 0 ? c < 0 : texts.view(a.value) < texts.view(b.value);
    });
    for (parameter const& p : parameters) {
        if (&p != parameters.data())
            out.push_back('&');
        out.append(texts.view(p.key));
        out.push_back('=');
        out.append(texts.view(p.value));
    }
    return found;
}

// Trimmed, and each run of white space inside as one space.
inline problem write_header_value(text_buffer& out, std::string_view value) {
    if (is_solid(value)) {
        out.append(value);
        return nullptr;
    }
    bool begun = false, space = false;
    for (char const c : value) {
        if (is(c, is_space)) {
            space = begun;
            continue;
        }
        if (is(c, is_control))
            return "a header's value holds a control character";
        if (std::exchange(space, false))
            out.push_back(' ');
        out.push_back(c);
        begun = true;
    }
    return nullptr;
}

CAIRN_DECL problem write_canonical_headers(text_buffer& out, header_list const& headers) {
    for (header_list::entry const& e : headers) {
        if (headers.repeats(e)) {
            out.replace_last(','); // was the line's end
        } else {
            out.append(headers.name(e));
            out.push_back(':');
        }
        if (e.clean)
            out.append(e.value);
        else if (problem const p = write_header_value(out, e.value))
            return p;
        out.push_back('\n');
    }
    return nullptr;
}

inline bool is_payload_hash(std::string_view hash) noexcept {
    if (hash.size() != 64)
        return payload_kind_of(hash) != payload_kind::hashed;
    return is_hex(hash);
}

CAIRN_DECL problem write_canonical_request(text_buffer& out, request_view const& request,
                                           std::string_view query, std::string_view hash,
                                           path_rules rules, header_list const& headers,
                                           text_range& names) {
    if (request.method.empty() || (classes_of(request.method).all & is_token) == 0)
        return "the method is empty or no HTTP token";
    if (!is_payload_hash(hash))
        return "the payload hash is neither 64 lower-case hexadecimal digits nor one of the "
               "constants";
    out.append(request.method);
    out.push_back('\n');
    if (problem const p = write_canonical_path(out, request.path, rules))
        return p;
    out.push_back('\n');
    if (problem const p = write_canonical_query(out, query))
        return p;
    out.push_back('\n');
    if (problem const p = write_canonical_headers(out, headers))
        return p;
    out.push_back('\n');
    std::size_t const begin = out.size();
    for (header_list::entry const& e : headers) {
        if (headers.repeats(e))
            continue;
        if (&e != headers.begin())
            out.push_back(';');
        out.append(headers.name(e));
    }
    names = out.since(begin);
    out.push_back('\n');
    out.append(hash);
    return nullptr;
}

} // namespace cairn::sigv4::detail

#endif
