//
// curl.hpp: a signed request as a command for a POSIX shell.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_CURL_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_CURL_HPP

#include "answer.hpp"
#include "request.hpp"

#include <string>

namespace signing {

/// One line, without its end. Throws `refused` for what curl would not send as it was signed.
std::string curl_command(request const& r, answer const& a);

} // namespace signing

#endif
