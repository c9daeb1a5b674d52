#include "program.hpp"

#include "console.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

namespace common {

namespace {

// A descriptor that is closed would be given to the first file that is opened, which is then taken
// for a standard stream. What stands in its place fails to be read, or to be written.
void keep_standard_streams() {
    for (int stream = 0; stream <= 2; ++stream)
        if (::fcntl(stream, F_GETFD) == -1)
            (void)::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
}

} // namespace

void add_general(settings_table& table, general_settings& into, std::string dry_run_help) {
    table.add({.name = "verbose",
               .value = flag(into.verbose),
               .argument = {},
               .help = "says more on standard error: the settings, each commit, each retry",
               .where = place::option,
               .letter = 'v'});
    table.add({.name = "quiet",
               .value = flag(into.quiet),
               .argument = {},
               .help = "no progress, no warnings, and no summary but one in JSON",
               .where = place::option,
               .letter = 'q'});
    table.add({.name = "dry_run",
               .value = flag(into.dry_run),
               .argument = {},
               .help = std::move(dry_run_help),
               .where = place::option,
               .letter = 'n'});
    table.add({.name = "summary",
               .value = choice<summary_form>(
                   into.summary, {{"text", summary_form::text}, {"json", summary_form::json}}),
               .argument = "FORM",
               .help = "of the summary on standard error: text, or json, one line",
               .where = place::option});
    table.add_information();
}

int usage_error(std::string_view program, cairn::error const& e) {
    console(program).say(e.message);
    return 2;
}

int print(std::string_view program, std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
        return 0;
    console(program).say(std::string("standard output: ") + std::strerror(errno));
    return 1;
}

int run_program(std::string_view program, int argc, char** argv,
                int (*run)(std::vector<std::string> const& arguments)) {
    keep_standard_streams();
    try {
        return run({argv + (argc > 0 ? 1 : 0), argv + argc});
    } catch (std::exception const& e) { // no memory, no thread
        console(program).say(e.what());
        return 1;
    }
}

} // namespace common
