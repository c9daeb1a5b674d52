//
// cairn/sigv4/token_kind.hpp: the kinds of session tokens.
//
#ifndef CAIRN_SIGV4_TOKEN_KIND_HPP
#define CAIRN_SIGV4_TOKEN_KIND_HPP

namespace cairn::sigv4 {

/// Which service gave a session token, and so the header that carries it.
enum class token_kind {
    sts,        ///< `x-amz-security-token`
    s3_express, ///< from CreateSession, for one directory bucket: `x-amz-s3session-token`
};

} // namespace cairn::sigv4

#endif
