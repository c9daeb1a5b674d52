// What a signature covers of a request, read without the library: for the verifier's target.
#ifndef CAIRN_TESTS_FUZZ_CLAIM_MODEL_HPP
#define CAIRN_TESTS_FUZZ_CLAIM_MODEL_HPP

#include "reference.hpp"

#include <cairn/sigv4/rules.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace fuzz {

using cairn::sigv4::expert_rules;
using name_set = std::set<std::string>;

inline name_set names_in(std::string_view list) {
    auto const names = split(list, ';'); // which have to be in lower case
    return {names.begin(), names.end()};
}

// A pair's name, decoded.
inline std::string name_of_pair(std::string const& pair) {
    return reference::decoded(pair.substr(0, pair.find('=')));
}
inline std::string value_of_pair(std::string const& pair) {
    std::size_t const equals = pair.find('=');
    return equals == std::string::npos ? "" : reference::decoded(pair.substr(equals + 1));
}

inline bool is_token_name(std::string const& lower_name) {
    return lower_name == "x-amz-security-token" || lower_name == "x-amz-s3session-token";
}

inline bool is_token_parameter(std::string const& name) {
    return name == "X-Amz-Security-Token" || name == "X-Amz-S3session-Token";
}

// What of a request a signature covers, for a claim in its headers or in its query.
struct covered {
    std::string query, hash;
    name_set names;

    covered(wire_request const& r, expert_rules rules, bool in_query, name_set signed_names)
        : query(r.query), hash(r.hash), names(std::move(signed_names)) {
        if (in_query) {
            query.clear();
            for (std::string const& pair : split(r.query, '&')) {
                std::string const name = name_of_pair(pair);
                if (name != "X-Amz-Signature" &&
                    (rules.sign_session_token || !is_token_parameter(name)))
                    query += pair + "&";
            }
            if (!rules.presign_payload)
                hash = "UNSIGNED-PAYLOAD";
            return;
        }
        for (auto const& [name, value] : r.headers)
            if (lower(name) == "x-amz-content-sha256")
                hash = trimmed(value);
    }
};

// The session token that a request shows, signed or not.
inline std::string token_of(wire_request const& r, bool in_query) {
    if (!in_query) {
        for (auto const& [name, value] : r.headers)
            if (is_token_name(lower(name)))
                return trimmed(value);
        return {};
    }
    for (std::string const& pair : split(r.query, '&'))
        if (is_token_parameter(name_of_pair(pair)))
            return value_of_pair(pair);
    return {};
}

inline reference::text canonical(wire_request const& r, covered const& c, expert_rules rules) {
    auto const headers = reference::covered_headers(
        r, [&c](std::string const& name) { return c.names.count(name) != 0; });
    return reference::canonical_request(r, c.query, c.hash, rules.normalize_path,
                                        rules.encode_path_again, headers);
}

inline bool leaves_unsigned(wire_request const& r, covered const& c, bool in_query) {
    return std::any_of(r.headers.begin(), r.headers.end(), [&](auto const& h) {
        std::string const name = lower(h.first);
        return name.starts_with("x-amz-") && !is_token_name(name) && c.names.count(name) == 0 &&
               !(in_query && name == "x-amz-content-sha256");
    });
}

// Whether a pattern, in which `*` stands for any characters, is the whole of a text.
inline bool is_glob_of(std::string_view pattern, std::string_view text) {
    if (pattern.empty())
        return text.empty();
    if (pattern.starts_with("**")) // or their number would multiply what there is to try
        return is_glob_of(pattern.substr(1), text);
    if (pattern.front() == '*')
        return is_glob_of(pattern.substr(1), text) ||
               (!text.empty() && is_glob_of(pattern, text.substr(1)));
    return !text.empty() && pattern.front() == text.front() &&
           is_glob_of(pattern.substr(1), text.substr(1));
}

// Whether the region set that a request states has a region.
inline bool states_region(wire_request const& r, bool in_query, std::string_view region) {
    std::string set;
    if (in_query) {
        for (std::string const& pair : split(r.query, '&'))
            if (name_of_pair(pair) == "X-Amz-Region-Set")
                set = value_of_pair(pair);
    } else {
        for (auto const& [name, value] : r.headers)
            if (lower(name) == "x-amz-region-set")
                set = trimmed(value);
    }
    auto const patterns = split(set, ',');
    return std::any_of(patterns.begin(), patterns.end(), [region](std::string const& pattern) {
        return is_glob_of(trimmed(pattern), region);
    });
}

} // namespace fuzz

#endif
