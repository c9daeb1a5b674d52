//
// answer.hpp: what signing a request gave.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_ANSWER_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_ANSWER_HPP

#include "fields.hpp"
#include "url.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace signing {

struct answer {
    std::string canonical_request, string_to_sign, signature;
    std::string authorization; ///< empty for a presigned URL
    url target;                ///< to be sent to
    bool presigned = false;
    fields headers; ///< all that are to be sent
    bool chunked = false;
    std::string body;                          ///< in chunks, where it is `chunked`
    std::vector<std::string> chunk_signatures; ///< in their order, the trailers' one last
};

/// One line of JSON, without its end.
std::string to_json(answer const& a);
/// `{"error":"..."}`.
std::string error_json(std::string_view text);

/// Appends a list of [name, value] pairs.
void append_json(std::string& out, fields const& list);

} // namespace signing

#endif
