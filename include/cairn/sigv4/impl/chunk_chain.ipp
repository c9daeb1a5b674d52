#ifndef CAIRN_SIGV4_IMPL_CHUNK_CHAIN_IPP
#define CAIRN_SIGV4_IMPL_CHUNK_CHAIN_IPP

#include <cairn/sigv4/chunk_chain.hpp>

#include <cairn/sigv4/detail/canonical.hpp>
#include <cairn/sigv4/detail/text.hpp>

#include <algorithm>
#include <utility>

namespace cairn::sigv4 {

namespace detail {

// Writes the trailers as canonical headers: what the trailing signature covers the hash of.
inline problem hash_trailers(std::span<header const> trailers, sha256_digest& out) {
    header_list list;
    for (header const& t : trailers)
        if (problem const p = list.add(t))
            return p;
    list.sort();
    text_buffer text;
    if (problem const p = write_canonical_headers(text, list))
        return p;
    out = sha256_of(text.view());
    return nullptr;
}

inline constexpr std::string_view chunk_label = "-PAYLOAD", trailer_label = "-TRAILER";
// Between the signature before and the data's hash stands the hash of nothing.
inline constexpr std::string_view chunk_middle =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";

} // namespace detail

CAIRN_DECL chunk_chain::chunk_chain(sigv4::algorithm a, std::string_view amz_date,
                                    std::string_view scope, std::string_view seed)
    : algorithm_(a) {
    stem_.reserve(amz_date.size() + scope.size() + 2);
    stem_.append(amz_date).append("\n").append(scope).append("\n");
    signature_end_ = seed.copy(signature_.data(), signature_.size());
    // Label, stem, the signature before, two hashes, and four line ends.
    string_to_sign_.reserve(40 + stem_.size() + signature_.size() + 2 * 64 + 4);
}

CAIRN_DECL chunk_chain::chunk_chain(hmac_key const& key, std::string_view amz_date,
                                    std::string_view scope, std::string_view seed)
    : chunk_chain(algorithm::v4, amz_date, scope, seed) {
    key_ = key;
}

CAIRN_DECL chunk_chain::chunk_chain(v4a_key key, std::string_view amz_date, std::string_view scope,
                                    std::string_view seed)
    : chunk_chain(algorithm::v4a, amz_date, scope, seed) {
    v4a_ = std::move(key);
}

CAIRN_DECL void chunk_chain::write_string_to_sign(std::string_view label, std::string_view middle,
                                                  sha256_digest const& last) {
    string_to_sign_.assign(name_of(algorithm_)).append(label).append("\n").append(stem_);
    string_to_sign_.append(signature_.data(), signature_end_).append("\n");
    string_to_sign_.append(middle).append(hex_digits(last));
}

CAIRN_DECL std::string_view chunk_chain::sign_string() {
    if (algorithm_ == algorithm::v4) {
        signature_end_ = std::string_view(hex_digits(key_.sign(string_to_sign_)))
                             .copy(signature_.data(), signature_.size());
        return {signature_.data(), signature_end_};
    }
    signature_end_ = v4a_.sign(string_to_sign_, signature_).size();
    if (signature_end_ == 0)
        return {};
    std::fill(signature_.begin() + signature_end_, signature_.end(), '*');
    return {signature_.data(), signature_.size()};
}

CAIRN_DECL bool chunk_chain::verify_string(std::string_view claimed) {
    if (algorithm_ == algorithm::v4)
        return detail::equal_in_constant_time(sign_string(), claimed);
    std::size_t const filled = claimed.find_last_not_of('*') + 1;
    claimed = claimed.substr(0, filled);
    if (!v4a_.verify(string_to_sign_, claimed))
        return false;
    signature_end_ = claimed.copy(signature_.data(), signature_.size());
    return true;
}

CAIRN_DECL std::string_view chunk_chain::sign(sha256_digest const& data) {
    write_string_to_sign(detail::chunk_label, detail::chunk_middle, data);
    return sign_string();
}

CAIRN_DECL bool chunk_chain::verify(sha256_digest const& data, std::string_view claimed) {
    write_string_to_sign(detail::chunk_label, detail::chunk_middle, data);
    return verify_string(claimed);
}

CAIRN_DECL result<std::string_view> chunk_chain::sign_trailers(std::span<header const> trailers) {
    sha256_digest hash;
    if (auto const problem = detail::hash_trailers(trailers, hash))
        return error(errc::invalid_argument, problem);
    write_string_to_sign(detail::trailer_label, {}, hash);
    return sign_string();
}

CAIRN_DECL bool chunk_chain::verify_trailers(std::span<header const> trailers,
                                             std::string_view claimed) {
    sha256_digest hash;
    if (detail::hash_trailers(trailers, hash))
        return false;
    write_string_to_sign(detail::trailer_label, {}, hash);
    return verify_string(claimed);
}

} // namespace cairn::sigv4

#endif
