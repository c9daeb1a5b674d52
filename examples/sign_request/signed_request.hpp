//
// signed_request.hpp: a line to be verified: a request, or an answer of this program, and a secret.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_SIGNED_REQUEST_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_SIGNED_REQUEST_HPP

#include "claim.hpp"
#include "fields.hpp"
#include "request.hpp"
#include "url.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signing {

struct signed_request {
    std::string method;
    std::optional<url> target;
    std::string query;
    fields headers;
    std::optional<std::string> body; ///< as it was sent, in chunks too; may be unknown
    claim claimed;
    std::string access_key_id;
    cairn::sigv4::credentials who; ///< of that key
    std::string region, service;
    std::chrono::system_clock::time_point time; ///< the server's
    std::optional<cairn::sigv4::preset> preset;
    std::optional<bool> normalize;
    bool token_signed;
    bool payload_unsigned;

    /// What the client says that it signed.
    std::optional<std::string> canonical_request, string_to_sign, authorization, signature;
    std::optional<std::vector<std::string>> chunk_signatures;

    /// A line of the client's canonical request: 0 the method, 1 the path, 2 the query.
    std::string_view canonical_line(int number) const noexcept;
};

/// Reads a line, or throws `refused`. What is not given is taken from the request itself: the key
/// and the scope from its credential, the session token and the time from its headers or query,
/// and method and URL from its canonical request.
signed_request read_signed_request(std::string_view line, std::size_t line_number);

} // namespace signing

#endif
