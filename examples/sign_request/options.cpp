#include "options.hpp"

namespace signing {

using namespace common;

cairn::result<options> read_options(std::vector<std::string> const& arguments) {
    options out;
    bool curl = false, verify = false;
    settings_table table(std::string(program_name), "[OPTION...] [FILE]",
                         "signs HTTP requests with AWS Signature Version 4");
    table.add_text(about);
    table.add({.name = "curl",
               .value = flag(curl),
               .argument = {},
               .help = "prints a command for a shell in place of each answer",
               .where = place::option});
    table.add({.name = "verify",
               .value = flag(verify),
               .argument = {},
               .help = "says what is wrong with signed requests",
               .where = place::option});
    add_general(table, out.general, "reads and checks every line, and prints the errors only");
    table.add_text(explanations);
    auto text = table.read(arguments, process_surroundings());
    if (text.has_error())
        return text.error();
    out.text = std::move(*text);
    auto const usage = [](char const* what) {
        return cairn::error(cairn::errc::invalid_argument, what);
    };
    if (curl && verify)
        return usage("--verify: only one of --curl, --verify");
    out.what = curl ? task::curl : verify ? task::verify : task::sign;
    auto const& files = table.operands();
    if (files.size() > 1 || (files.size() == 1 && files[0].empty()))
        return usage("expected one file, or none; --help explains");
    if (!files.empty())
        out.path = files[0];
    return out;
}

} // namespace signing
