#include "reference.hpp"

#include <algorithm>

namespace fuzz {

std::string lower(std::string_view text) {
    std::string copy(text);
    for (char& c : copy)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return copy;
}

std::string trimmed(std::string_view text) {
    auto const is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return std::string(text);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> pieces;
    for (std::size_t end = text.find(separator); end != std::string_view::npos;
         end = text.find(separator)) {
        pieces.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    pieces.emplace_back(text);
    return pieces;
}

std::size_t wire_request::count(std::string_view lower_name) const {
    return static_cast<std::size_t>(
        std::count_if(headers.begin(), headers.end(),
                      [&](auto const& h) { return lower(h.first) == lower_name; }));
}

void wire_request::remove(std::string_view lower_name) {
    std::erase_if(headers, [&](auto const& h) { return lower(h.first) == lower_name; });
}

} // namespace fuzz

namespace fuzz::reference {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

namespace {

// A letter, a digit, or one of those.
bool is_one_of(char c, std::string_view more) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The byte that `%XX` at `at` stands for, or -1.
int escaped(std::string_view wire, std::size_t at) {
    if (wire.size() - at < 3 || digit(wire[at + 1]) < 0 || digit(wire[at + 2]) < 0)
        return -1;
    return digit(wire[at + 1]) * 16 + digit(wire[at + 2]);
}

std::string normalized(std::string_view path) {
    std::vector<std::string> kept;
    for (std::string const& segment : split(path.substr(1), '/')) {
        if (segment == ".." && !kept.empty())
            kept.pop_back();
        if (!segment.empty() && segment != "." && segment != "..")
            kept.push_back(segment);
    }
    std::string out;
    for (std::string const& segment : kept)
        out += "/" + segment;
    return out.empty() || path.back() == '/' ? out + "/" : out;
}

bool is_payload_hash(std::string_view hash) {
    for (std::string_view const constant :
         {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
          "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
          "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
          "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"})
        if (hash == constant)
            return true;
    return hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

bool is_token(std::string_view name) {
    for (char const c : name)
        if (!is_one_of(c, "-._~!#$%&'*+^`|"))
            return false;
    return !name.empty();
}

std::string encoded(std::string_view plain, bool keep_slash) {
    std::string out;
    for (char const c : plain) {
        if (is_one_of(c, keep_slash ? "-._~/" : "-._~")) {
            out += c;
            continue;
        }
        unsigned const byte = static_cast<unsigned char>(c);
        out += '%';
        out += "0123456789ABCDEF"[byte / 16];
        out += "0123456789ABCDEF"[byte % 16];
    }
    return out;
}

std::string decoded(std::string_view wire) {
    std::string out;
    for (std::size_t i = 0; i < wire.size(); ++i) {
        int const byte = wire[i] == '%' ? escaped(wire, i) : -1;
        out += byte < 0 ? wire[i] : static_cast<char>(byte);
        i += byte < 0 ? 0 : 2;
    }
    return out;
}

text path(std::string_view wire, bool normalize, bool encode_again) {
    if (wire.empty() || wire.front() != '/')
        return {};
    for (std::size_t i = 0; i < wire.size(); ++i) {
        char const c = wire[i];
        if (encode_again
                ? is_control(c) || c == '?' || c == '#'
                : !is_one_of(c, "-._~!$&'()*+,;=:@/%") || (c == '%' && escaped(wire, i) < 0))
            return {};
    }
    std::string const out = normalize ? normalized(wire) : std::string(wire);
    return encode_again ? encoded(out, true) : out;
}

text query(std::string_view wire) {
    for (std::size_t i = 0; i < wire.size(); ++i)
        if (is_control(wire[i]) || wire[i] == '#' || (wire[i] == '%' && escaped(wire, i) < 0))
            return {};
    field_list pairs;
    for (std::string const& piece : split(wire, '&')) {
        if (piece.empty())
            continue;
        std::size_t const equals = std::min(piece.find('='), piece.size());
        std::string const value = piece.substr(std::min(equals + 1, piece.size()));
        pairs.emplace_back(encoded(decoded(piece.substr(0, equals)), false),
                           encoded(decoded(value), false));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (auto const& [name, value] : pairs) {
        out += out.empty() ? "" : "&";
        out.append(name).append("=").append(value);
    }
    return out;
}

text header_value(std::string_view value) {
    while (!value.empty() && is_blank(value.front()))
        value.remove_prefix(1);
    while (!value.empty() && is_blank(value.back()))
        value.remove_suffix(1);
    std::string out;
    for (char const c : value) {
        if (is_control(c) && !is_blank(c))
            return {};
        if (!is_blank(c))
            out += c;
        else if (out.back() != ' ')
            out += ' ';
    }
    return out;
}

std::optional<header_map> covered_headers(wire_request const& r,
                                          std::function<bool(std::string const&)> const& covers) {
    header_map values;
    for (auto const& [name, value] : r.headers) {
        std::string const low = lower(name);
        if (!covers(low))
            continue;
        text const v = header_value(value);
        if (!v || !is_token(name))
            return {};
        auto const [place, is_new] = values.emplace(low, *v);
        if (!is_new)
            place->second += "," + *v;
    }
    return values;
}

std::string names_of(header_map const& headers) {
    std::string names;
    for (auto const& [name, value] : headers)
        names += (names.empty() ? "" : ";") + name;
    return names;
}

text canonical_request(wire_request const& r, std::string_view wire_query, std::string_view hash,
                       bool normalize, bool encode_again,
                       std::optional<header_map> const& headers) {
    text const p = path(r.path, normalize, encode_again);
    text const q = query(wire_query);
    if (!p || !q || !headers || !is_token(r.method) || !is_payload_hash(hash))
        return {};
    std::string out = r.method + "\n" + *p + "\n" + *q + "\n";
    for (auto const& [name, value] : *headers)
        out.append(name).append(":").append(value).append("\n");
    return out + "\n" + names_of(*headers) + "\n" + std::string(hash);
}

} // namespace fuzz::reference
