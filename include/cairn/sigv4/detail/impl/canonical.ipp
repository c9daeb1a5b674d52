#ifndef CAIRN_SIGV4_DETAIL_IMPL_CANONICAL_IPP
#define CAIRN_SIGV4_DETAIL_IMPL_CANONICAL_IPP

#include <cairn/sigv4/detail/canonical.hpp>

#include <cairn/sigv4/detail/characters.hpp>
#include <cairn/sigv4/detail/text.hpp>
#include <cairn/sigv4/detail/text_buffer.hpp>

#include <cstdlib>
#include <cstring>

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

CAIRN_DECL void header_list::add_clean(std::string_view name, std::string_view value) noexcept {
    // Our own names have more than eight characters.
    entries_[size_] = {big_endian(load_eight(name.data())), name, value,
                       static_cast<std::uint32_t>(size_), true};
    ++size_;
}

CAIRN_DECL problem header_list::add(header const& h, char*& scratch) noexcept {
    std::uint64_t key;
    if (!write_lower_name(scratch, h.name, key))
        return "a header's name is empty or holds a character that no header's name may hold";
    std::string_view const name(scratch, h.name.size());
    scratch += h.name.size();
    entries_[size_] = {key, name, h.value, static_cast<std::uint32_t>(size_), false};
    ++size_;
    return nullptr;
}

CAIRN_DECL problem header_list::add_signable(request_view const& request, char*& scratch,
                                             std::span<header const> own) noexcept {
    bool host = false;
    for (header const& h : request.headers) {
        if (problem const p = add(h, scratch))
            return p;
        std::string_view const name = entries_[size_ - 1].name;
        bool omitted = is_never_signed(name);
        if (name.starts_with("x-amz-"))
            for (header const& o : own)
                omitted |= name == o.name;
        if (omitted)
            --size_;
        host |= name == "host";
    }
    return host ? nullptr : "the host header is missing";
}

inline bool comes_before(header_entry const& a, header_entry const& b) noexcept {
    if (a.key != b.key)
        return a.key < b.key;
    int const c = a.name.compare(b.name);
    return c != 0 ? c < 0 : a.order < b.order;
}

// Few entries take less time to insert than another sort takes to begin. For many there is C's,
// as <algorithm> alone is a twentieth of the time that this library takes to compile.
template <class Entry>
void sort_entries(Entry* all, std::size_t size) noexcept {
    constexpr std::size_t few = 24;
    if (size > few)
        return std::qsort(all, size, sizeof *all, [](void const* a, void const* b) {
            auto const &left = *static_cast<Entry const*>(a),
                       &right = *static_cast<Entry const*>(b);
            return comes_before(left, right) ? -1 : int{comes_before(right, left)};
        });
    for (std::size_t i = 1; i < size; ++i) {
        if (!comes_before(all[i], all[i - 1]))
            continue;
        Entry const entry = all[i];
        std::size_t at = i;
        do
            all[at] = all[at - 1];
        while (--at != 0 && comes_before(entry, all[at - 1]));
        all[at] = entry;
    }
}

CAIRN_DECL void header_list::sort() noexcept {
    sort_entries(entries_.data(), size_);
}

// Without empty segments, "." and "..", as every service but S3 sees a path.
inline char* write_normalized_path(char* const out, std::string_view path) noexcept {
    char* end = out;
    for (std::size_t at = 0; at < path.size();) {
        std::size_t const slash = find_or_end(path, '/', at);
        std::string_view const segment = path.substr(at, slash - at);
        at = slash + 1;
        if (segment.empty() || segment == ".")
            continue;
        if (segment == "..") {
            while (end != out && *--end != '/') {
            }
            continue;
        }
        *end++ = '/';
        end = put(end, segment);
    }
    if (end == out || path.back() == '/')
        *end++ = '/';
    return end;
}

inline problem check_path(std::string_view path, bool may_be_raw) noexcept {
    if (path.empty() || path.front() != '/')
        return "the path does not begin with a slash";
    if (is_usual_path(path))
        return nullptr;
    unsigned all = ~0u, any = 0;
    for (char const c : path) {
        unsigned const classes = character_table[static_cast<unsigned char>(c)];
        all &= classes;
        any |= classes;
    }
    if (may_be_raw ? (any & (is_control | is_delimiter)) != 0 : (all & is_path) == 0)
        return "the path holds a character that has to be percent-encoded";
    if ((any & is_percent) == 0 || may_be_raw)
        return nullptr;
    char const* const end = path.data() + path.size();
    for (char const* at = path.data(); at != end; ++at)
        if (*at == '%' && !is_escape(at, end))
            return "the path holds a percent sign without two hexadecimal digits";
    return nullptr;
}

CAIRN_DECL problem write_canonical_path(char*& out, std::string_view path, path_rules rules) {
    if (problem const p = check_path(path, rules.encode_again))
        return p;
    if (!rules.encode_again) {
        out = rules.normalize ? write_normalized_path(out, path) : put(out, path);
        return nullptr;
    }
    if (!rules.normalize) {
        out = write_percent_encoded(out, path, true);
        return nullptr;
    }
    scratch_array<char, 512> normal(path.size() + 1);
    char* const end = write_normalized_path(normal.data(), path);
    std::string_view const text(normal.data(), static_cast<std::size_t>(end - normal.data()));
    out = write_percent_encoded(out, text, true);
    return nullptr;
}

struct query_entry {
    std::string_view key, value;
};

inline bool comes_before(query_entry const& a, query_entry const& b) noexcept {
    int const c = a.key.compare(b.key);
    return c != 0 ? c < 0 : a.value < b.value;
}

// Encode a name or value of a wire query: what is encoded already is not encoded again.
inline problem write_recoded(char*& out, std::string_view text) noexcept {
    char const* const end = text.data() + text.size();
    for (char const* at = text.data(); at != end; ++at) {
        char c = *at;
        if (c == '%') {
            if (!is_escape(at, end))
                return "the query holds a percent sign without two hexadecimal digits";
            c = static_cast<char>(hex_value(at[1]) * 16 + hex_value(at[2]));
            at += 2;
        } else if (is(c, is_control) || c == '#') {
            return "the query holds a character that has to be percent-encoded";
        }
        if (is(c, is_unreserved))
            *out++ = c;
        else
            out = write_escaped(out, c);
    }
    return nullptr;
}

inline problem read_query_entry(std::string_view pair, query_entry& entry,
                                char*& scratch) noexcept {
    std::size_t const equals = find_or_end(pair, '=');
    char* const key = scratch;
    problem p = write_recoded(scratch, pair.substr(0, equals));
    char* const value = scratch;
    if (!p && equals < pair.size())
        p = write_recoded(scratch, pair.substr(equals + 1));
    entry.key = {key, static_cast<std::size_t>(value - key)};
    entry.value = {value, static_cast<std::size_t>(scratch - value)};
    return p;
}

CAIRN_DECL problem write_canonical_query(char*& out, std::string_view query, char* scratch) {
    if (query.empty())
        return nullptr;
    scratch_array<query_entry, 24> entries(count(query, '&') + 1);
    std::size_t size = 0;
    for (std::size_t at = 0; at < query.size();) {
        std::size_t const end = find_or_end(query, '&', at);
        if (end != at) {
            if (problem const p =
                    read_query_entry(query.substr(at, end - at), entries[size], scratch))
                return p;
            ++size;
        }
        at = end + 1;
    }
    sort_entries(entries.data(), size);
    for (std::size_t i = 0; i < size; ++i) {
        if (i != 0)
            *out++ = '&';
        out = put(out, entries[i].key);
        *out++ = '=';
        out = put(out, entries[i].value);
    }
    return nullptr;
}

// Trimmed, and each run of white space inside as one space.
inline problem write_header_value(char*& out, std::string_view value) noexcept {
    if (is_solid(value)) {
        out = put(out, value);
        return nullptr;
    }
    char const* at = value.data();
    char const* end = at + value.size();
    while (at != end && is(*at, is_space))
        ++at;
    while (at != end && is(end[-1], is_space))
        --end;
    while (at != end) {
        char const c = *at++;
        if (!is(c, is_space | is_control)) {
            *out++ = c;
            continue;
        }
        if (!is(c, is_space))
            return "a header's value holds a control character";
        *out++ = ' ';
        while (is(*at, is_space)) // ends before `end`: the last character is no space
            ++at;
    }
    return nullptr;
}

CAIRN_DECL problem write_canonical_headers(char*& out, header_list const& headers) {
    header_entry const* last = nullptr;
    for (header_entry const& e : headers) {
        if (last && is_same_name(e, *last)) {
            out[-1] = ','; // was the line's end
        } else {
            out = put(out, e.name);
            *out++ = ':';
        }
        last = &e;
        if (e.clean)
            out = put(out, e.value);
        else if (problem const p = write_header_value(out, e.value))
            return p;
        *out++ = '\n';
    }
    return nullptr;
}

CAIRN_DECL void write_signed_headers(char*& out, header_list const& headers) {
    header_entry const* last = nullptr;
    for (header_entry const& e : headers) {
        if (!last || !is_same_name(e, *last)) {
            if (last)
                *out++ = ';';
            out = put(out, e.name);
        }
        last = &e;
    }
}

CAIRN_DECL problem check_method(std::string_view method) noexcept {
    bool token = true;
    for (char const c : method)
        token &= is(c, is_token);
    return token && !method.empty() ? nullptr : "the method is empty or no HTTP token";
}

CAIRN_DECL problem check_payload_hash(std::string_view hash) noexcept {
    if (hash.size() == 64 && is_sha256_hex(hash.data()))
        return nullptr;
    if (payload_kind_of(hash) != payload_kind::hashed)
        return nullptr;
    return "the payload hash is neither 64 lower-case hexadecimal digits nor one of the constants";
}

CAIRN_DECL problem write_canonical_request(char*& out, request_view const& request,
                                           std::string_view query, std::string_view hash,
                                           path_rules rules, header_list const& headers,
                                           char* scratch, std::string_view& names) {
    if (problem const p = check_method(request.method))
        return p;
    if (problem const p = check_payload_hash(hash))
        return p;
    out = put(out, request.method);
    *out++ = '\n';
    if (problem const p = write_canonical_path(out, request.path, rules))
        return p;
    *out++ = '\n';
    if (problem const p = write_canonical_query(out, query, scratch))
        return p;
    *out++ = '\n';
    if (problem const p = write_canonical_headers(out, headers))
        return p;
    *out++ = '\n';
    char* const begin = out;
    write_signed_headers(out, headers);
    names = {begin, static_cast<std::size_t>(out - begin)};
    *out++ = '\n';
    out = put(out, hash);
    return nullptr;
}

} // namespace cairn::sigv4::detail

#endif
