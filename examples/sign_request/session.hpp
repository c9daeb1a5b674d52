//
// session.hpp: from the first line of the input to the last.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_SESSION_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_SESSION_HPP

#include "options.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace signing {

/// What became of one line.
struct outcome {
    std::string text;    ///< one line, without its end
    bool error = false;  ///< the line could not be dealt with
    bool good = true;    ///< it could, and what was verified is valid
    std::string warning; ///< may be empty
};

outcome deal_with(std::string_view line, std::size_t line_number, task what);

/// Deals with every line of the input, in order, and writes each outcome as soon as it is known.
/// Returns the exit code.
int run(options const& asked);

} // namespace signing

#endif
