//
// claim.hpp: what a signed request says about its own signature.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_CLAIM_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_CLAIM_HPP

#include "fields.hpp"

#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/payload.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace signing {

/// As it stands there, judged by nobody yet; what is missing is empty.
struct claim {
    std::optional<cairn::sigv4::algorithm> algorithm;
    std::string access_key_id, region, service; ///< of the credential; for V4A a region of its set
    std::string date, signature, authorization;
    std::string token;
    cairn::sigv4::token_kind kind = cairn::sigv4::token_kind::sts;
    std::string payload_hash; ///< the value of x-amz-content-sha256
};

/// The first region of a set; of one that names none the set itself, which no verifier finds in it.
std::string_view first_region(std::string_view set) noexcept;

/// Reads the Authorization header, or else the query.
claim read_claim(fields const& headers, std::string_view query);

} // namespace signing

#endif
