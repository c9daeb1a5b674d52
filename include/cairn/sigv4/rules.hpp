//
// cairn/sigv4/rules.hpp: how a service reads a request before it compares signatures.
//
#ifndef CAIRN_SIGV4_RULES_HPP
#define CAIRN_SIGV4_RULES_HPP

namespace cairn::sigv4 {

/// The two ways in which services see a request.
enum class preset {
    s3,      ///< the path as it is on the wire; the payload hash in `x-amz-content-sha256`
    generic, ///< every other service: the path normalised and percent-encoded once more
};

/// Each rule by itself, for those who have to reproduce what others sign. A preset's rules fit
/// together; these need not.
struct expert_rules {
    bool normalize_path;        ///< drop empty, "." and ".." segments
    bool encode_path_again;     ///< percent-encode the wire's path once more
    bool content_sha256_header; ///< `sign` adds `x-amz-content-sha256`, and signs it, for a hash
                                ///< too; it always does for `UNSIGNED-PAYLOAD` and its like. A
                                ///< `verifier` demands it where a header authenticates
    bool sign_session_token;    ///< the session token is signed; if not, it is only added
    bool presign_payload;       ///< `presign` covers the payload hash

    static constexpr expert_rules of(preset p) noexcept {
        return p == preset::s3 ? expert_rules{false, false, true, true, false}
                               : expert_rules{true, true, false, true, true};
    }
};

} // namespace cairn::sigv4

#endif
