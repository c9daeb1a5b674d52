//
// options.hpp: what the command line asks for.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_OPTIONS_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_OPTIONS_HPP

#include <cairn/core/error.hpp>

#include <string>
#include <vector>

namespace signing {

struct options {
    enum class task { sign, curl, verify, help, version };

    task what = task::sign;
    std::string path = "-"; ///< of the input; "-" is standard input
};

/// Reads the arguments; an error is for a person, and says what was expected.
cairn::result<options> read_options(std::vector<std::string> const& arguments);

std::string help_text();

} // namespace signing

#endif
