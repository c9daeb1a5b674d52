//
// program.hpp: what every program does alike: how it begins, and the settings that all have.
//
#ifndef CAIRN_EXAMPLES_COMMON_PROGRAM_HPP
#define CAIRN_EXAMPLES_COMMON_PROGRAM_HPP

#include "settings_table.hpp"

#include <string>
#include <vector>

namespace common {

enum class summary_form { text, json };

struct general_settings {
    bool verbose = false;
    bool quiet = false;
    bool dry_run = false;
    summary_form summary = summary_form::text;
};

/// Adds --verbose, --quiet, --dry-run, --summary and what `add_information` adds.
void add_general(settings_table& table, general_settings& into, std::string dry_run_help);

/// An error that ends the program before it does anything, on standard error; exit code 2.
int usage_error(std::string_view program, cairn::error const& e);

/// Prints a text that was asked for in place of a run. Returns the exit code.
int print(std::string_view program, std::string_view text);

/// What `main` does: calls `run` with the arguments. An exception ends the program with code 1.
int run_program(std::string_view program, int argc, char** argv,
                int (*run)(std::vector<std::string> const& arguments));

} // namespace common

#endif
