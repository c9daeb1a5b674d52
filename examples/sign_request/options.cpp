#include "options.hpp"

#include "text.hpp"

#include <optional>

namespace signing {

namespace {

std::optional<options::task> task_of(std::string const& flag) {
    if (flag == "--curl")
        return options::task::curl;
    if (flag == "--verify")
        return options::task::verify;
    if (flag == "--help" || flag == "-h")
        return options::task::help;
    if (flag == "--version")
        return options::task::version;
    return std::nullopt;
}

cairn::error usage(std::string message) {
    return cairn::error(cairn::errc::invalid_argument, std::move(message));
}

} // namespace

cairn::result<options> read_options(std::vector<std::string> const& arguments) {
    options out;
    bool operands_only = false, path_given = false;
    for (auto const& text : arguments) {
        if (!operands_only && text == "--") {
            operands_only = true;
        } else if (operands_only || text == "-" || !text.starts_with('-')) {
            if (path_given || text.empty())
                return usage("expected one file, or none; --help explains");
            out.path = text == "-" && operands_only ? "./-" : text;
            path_given = true;
        } else if (auto const task = task_of(text); !task) {
            return usage(shown(text) + ": unknown option; --help lists them");
        } else if (out.what != options::task::sign && out.what != *task) {
            return usage(shown(text) + ": only one of --curl, --verify, --help, --version");
        } else {
            out.what = *task;
        }
    }
    return out;
}

} // namespace signing
