//
// cairn/sigv4/request.hpp: what is to be signed, as views.
//
#ifndef CAIRN_SIGV4_REQUEST_HPP
#define CAIRN_SIGV4_REQUEST_HPP

#include <cairn/core/sha256.hpp>
#include <cairn/sigv4/payload.hpp>

#include <span>
#include <string_view>

namespace cairn::sigv4 {

// What payload hashes are made with.
using cairn::hmac_key;
using cairn::hmac_sha256;
using cairn::sha256;
using cairn::sha256_digest;
using cairn::sha256_hex;
using cairn::sha256_of;
using cairn::to_hex;

/// One header field. The name in any case; the value as it is sent.
struct header {
    std::string_view name;
    std::string_view value;
};

/// A request as it goes on the wire. It owns nothing: everything that it refers to has to
/// outlive the call that it is given to.
struct request_view {
    std::string_view method = "GET"; ///< upper-case, as on the wire
    std::string_view path = "/";     ///< percent-encoded, begins with '/', without the query
    std::string_view query = {};     ///< without the '?', as on the wire

    /// Every header that may be signed, in any order. `host` is required. Never signed, and so
    /// ignored: authorization, connection, expect, transfer-encoding, user-agent,
    /// x-amzn-trace-id. Also ignored are the headers which the signer adds itself.
    std::span<header const> headers = {};

    /// The body's SHA-256 in 64 lower-case hexadecimal digits, or a constant of payload.hpp.
    std::string_view payload_hash = empty_payload_hash;
};

} // namespace cairn::sigv4

#endif
