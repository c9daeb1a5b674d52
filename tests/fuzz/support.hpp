// What the fuzz targets share: an input in pieces, requests that own their texts, keys, the clock.
#ifndef CAIRN_TESTS_FUZZ_SUPPORT_HPP
#define CAIRN_TESTS_FUZZ_SUPPORT_HPP

#include "reference.hpp"

#include <cairn/sigv4.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// libFuzzer's one entry point, which replay.cpp calls too.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace fuzz {

using namespace cairn::sigv4;
using clock_time = std::chrono::system_clock::time_point;

// Ends the process where a property does not hold, which is a finding with its input.
inline void require(bool holds, char const* property) {
    if (holds)
        return;
    std::fprintf(stderr, "a property does not hold: %s\n", property);
    std::abort();
}

// An input: a few bytes that choose, then texts with a record separator (0x1e) between them,
// which leaves line ends and zeros to the texts.
class input {
public:
    input(std::uint8_t const* data, std::size_t size)
        : rest_(reinterpret_cast<char const*>(data), size) {}

    // 0 where the input has ended.
    unsigned byte() {
        if (rest_.empty())
            return 0;
        auto const value = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }

    std::string_view text() {
        std::size_t const end = std::min(rest_.find('\x1e'), rest_.size());
        std::string_view const piece = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return piece;
    }

    // A number that the whole rest decides, so that of many similar inputs few do what is slow.
    unsigned lot() const {
        std::uint32_t hash = 2166136261; // FNV-1a
        for (char const c : rest_)
            hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
        return hash >> 8;
    }

    std::string_view rest() const { return rest_; }
    bool empty() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

// "name:value"
inline std::pair<std::string, std::string> pair_of(std::string_view text) {
    std::size_t const colon = std::min(text.find(':'), text.size());
    return {std::string(text.substr(0, colon)),
            std::string(text.substr(std::min(colon + 1, text.size())))};
}

// Copies of texts, each in memory of its exact size: a byte too far is AddressSanitizer's to see.
class exact_copies {
public:
    std::string_view operator()(std::string_view text) {
        blocks_.emplace_back(new char[text.size()]);
        std::copy(text.begin(), text.end(), blocks_.back().get());
        return {blocks_.back().get(), text.size()};
    }

private:
    std::vector<std::unique_ptr<char[]>> blocks_;
};

// Calls `f` with a request_view; `exactly`, of memory that is no larger than its texts.
template <class F>
auto viewed(wire_request const& r, bool exactly, F f) {
    exact_copies copies;
    auto const text = [&](std::string_view t) { return exactly ? copies(t) : t; };
    std::vector<header> views;
    views.reserve(r.headers.size());
    for (auto const& [name, value] : r.headers)
        views.push_back({text(name), text(value)});
    return f(request_view{text(r.method), text(r.path), text(r.query), views, text(r.hash)});
}

// A change of one part of a request or a form.
struct edit {
    std::string text;
    unsigned what = 0, where = 0;

    void apply_to(std::string& part) const {
        std::size_t const at = where % (part.size() + 1), rest = part.size() - at;
        switch (what / 8 % 8) {
        case 0: part.replace(at, std::min(text.size(), rest), text); break;
        case 1: part.insert(at, text); break;
        case 2: part.erase(at, 1 + text.size()); break;
        case 3: // the case of a letter
            if (rest != 0 && std::isalpha(static_cast<unsigned char>(part[at])) != 0)
                part[at] = static_cast<char>(part[at] ^ 0x20);
            break;
        case 4: // as an escape
            if (rest != 0)
                part.replace(at, 1, escape(part[at]));
            break;
        case 5: part.replace(0, part.size(), reference::decoded(part)); break;
        case 6: part.replace(0, part.size(), reference::query(part).value_or("")); break;
        default: part.insert(at, " "); break;
        }
    }

    static std::string escape(char c) {
        char hex[4];
        std::snprintf(hex, sizeof hex, "%%%02x", static_cast<unsigned>(c) & 0xffU);
        return hex;
    }
};

// The request as it is sent once it is signed.
inline wire_request with_headers(wire_request request, signature const& signed_as) {
    for (header const& h : signed_as.headers())
        request.remove(lower(h.name));
    for (header const& h : signed_as.headers())
        request.headers.emplace_back(h.name, h.value);
    return request;
}

// Plain, with a token, with a token so long that every signature leaves the memory inside its
// object, and with whatever characters the two may have.
inline credentials const& key(unsigned choice) {
    static credentials const keys[] = {
        {"AKIDALICE", "alice's secret"},
        {"AKIDBOB", "bob's secret", "bob/s+token="},
        {"AKIDCAROL", "carol's secret", std::string(2100, 't'), token_kind::s3_express},
        {"A=K;I&D%2F\"~", "dave's secret \n", "%&=;,:/?#\"'~\\"},
    };
    return keys[choice % 4];
}

// The one with the long token takes its time: most inputs that choose it get another.
inline credentials const& key(unsigned choice, unsigned lot) {
    return key(choice % 4 == 2 && lot % 8 != 0 ? 0 : choice);
}

inline credentials find_key(std::string_view id) {
    for (unsigned i = 0; i < 4; ++i)
        if (key(i).access_key_id() == id)
            return key(i);
    return {};
}

inline clock_time moment(unsigned choice) {
    static clock_time const moments[] = {
        timestamp::parse("20261121T120000Z").value().time(),
        timestamp::parse("19700101T000000Z").value().time(),
        timestamp::parse("20240229T235959Z").value().time(),
        timestamp::parse("22611231T235959Z").value().time(),
    };
    return moments[choice % 4];
}

constexpr expert_rules rules_of(unsigned bits) {
    return {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0};
}

// Who signs and who verifies, with one combination of the rules.
struct parties {
    explicit parties(expert_rules r)
        : v4("us-east-1", "s3", r), v4a("us-west-2,us-east-*", "s3", r),
          server("us-east-1", "s3", r) {}

    signer v4;
    signer_v4a v4a;
    verifier server;
};

inline parties const& parties_of(unsigned bits) {
    static std::vector<parties> const all = [] {
        std::vector<parties> made;
        made.reserve(32);
        for (unsigned i = 0; i < 32; ++i)
            made.emplace_back(rules_of(i));
        return made;
    }();
    return all[bits % 32];
}

// Method, path, query, hash and headers; where the hash is empty it is one of four.
inline wire_request read_request(input& in, unsigned hash) {
    constexpr std::string_view hashes[] = {empty_payload_hash, unsigned_payload, streaming_payload,
                                           streaming_unsigned_payload_trailer};
    wire_request r;
    r.method = in.text();
    r.path = in.text();
    r.query = in.text();
    r.hash = in.text();
    if (r.hash.empty())
        r.hash = hashes[hash % 4];
    while (!in.empty())
        r.headers.push_back(pair_of(in.text()));
    return r;
}

// What a verifier says of itself has to fit together.
inline void check_consistent(verification const& v) {
    require(v.valid() == !v.who.empty(), "credentials come with validity, and only with it");
    require(v.valid() == v.detail.empty(), "a reason comes with a refusal, and only with one");
    require(!v.valid() || v.who.access_key_id() == v.access_key_id, "the key's id is the claim's");
    for (char const c : v.detail)
        require(c >= 0x20 && c < 0x7f, "a reason is one line of printable ASCII");
    require(!name_of(v.found).empty() && name_of(v.found) != "unknown", "a verdict has a name");
}

} // namespace fuzz

#endif
