//
// options.hpp: what the command line asks for.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_OPTIONS_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_OPTIONS_HPP

#include "common/program.hpp"

#include <cairn/core/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signing {

inline constexpr std::string_view program_name = "sign_request";

enum class task { sign, curl, verify };

struct options {
    common::general_settings general;
    task what = task::sign;
    std::string path = "-";          ///< of the input; "-" is standard input
    std::optional<std::string> text; ///< that is to be printed in place of a run
};

/// Reads the arguments; an error is for a person, and says what was expected.
cairn::result<options> read_options(std::vector<std::string> const& arguments);

/// What the help says before and after the options.
extern char const about[];
extern char const explanations[];

} // namespace signing

#endif
