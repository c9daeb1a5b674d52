//
// verify.hpp: is a line's request signed as it says, and if not, what differs?
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_VERIFY_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_VERIFY_HPP

#include "differences.hpp"
#include "signed_request.hpp"

#include <optional>
#include <string>

namespace signing {

/// What was found. It holds no secret, and no signature that the line does not hold.
struct report {
    bool valid = false;
    std::string verdict;                           ///< "valid", "signature_differs", ...
    std::string detail;                            ///< a sentence for a person; may be empty
    std::string canonical_request, string_to_sign; ///< the server's; empty where not reached
    /// Where the line says what the client signed.
    std::optional<signing::differences> differences;
};

report verify(signed_request const& r);

/// One line of JSON, without its end.
std::string to_json(report const& r);

} // namespace signing

#endif
