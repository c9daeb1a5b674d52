//
// settings_table.hpp: a program's settings, each declared once. Options, members of the
// configuration file, environment variables, their precedence, refusals, the help, the manual page
// and the shell's completion follow from the declarations.
//
#ifndef CAIRN_EXAMPLES_COMMON_SETTINGS_TABLE_HPP
#define CAIRN_EXAMPLES_COMMON_SETTINGS_TABLE_HPP

#include "values.hpp"

#include <cairn/core/error.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace common {

/// What surrounds the program; injected, so that tests need neither files nor variables.
struct surroundings {
    /// An environment variable's value; nothing where it is not set.
    std::function<std::optional<std::string>(std::string const& name)> variable;
    /// A file's content, or why it cannot be read.
    std::function<cairn::result<std::string>(std::string const& path)> read_file;
    std::function<bool(std::string const& path)> can_read;
    /// Whether standard input is a terminal.
    bool stdin_is_terminal = false;
};

/// The real environment and files.
surroundings process_surroundings();

/// Where a setting may stand.
enum class place {
    anywhere, ///< option, configuration file, environment
    option,   ///< on the command line only
    secret,   ///< anywhere but on the command line, where other users see it
};

/// One setting.
struct setting {
    std::string_view name;     ///< as a member, `s3_bucket`; the option is then `--s3-bucket`
    common::value value;       ///< where it is stored, and the rule for it
    std::string_view argument; ///< what the help calls the value; empty for a flag
    std::string help;
    std::string otherwise = {};                   ///< the default in words, where it has no value
    std::vector<std::string_view> variables = {}; ///< the first that is set, and not empty, counts
    place where = place::anywhere;
    char letter = 0; ///< of a short option
    /// Settings of one group that are secrets are taken from one source together.
    std::string_view group = {};
};

/// The option that sets a setting: `--s3-bucket` of `s3_bucket`.
std::string option_of(std::string_view name);

/// See the head of this file. Not thread-safe.
class settings_table {
public:
    /// `usage` follows the name in the first line of the help; `purpose` is one line.
    settings_table(std::string name, std::string usage, std::string purpose);

    /// Adds a part of the help as it is.
    void add_text(std::string text);
    /// Adds a setting, and its lines to the help.
    void add(setting s);
    /// Adds --config, and what reads it; only then is there a configuration file.
    void add_config(std::string help);
    /// Adds --help, --version and --generate.
    void add_information();

    /// Reads the arguments, without the program's name, and the configuration file that they name.
    /// Options win over the file. The text is what was asked for in place of a run: help, version,
    /// manual page, completion. An error is one line that names the option or member and says what
    /// was expected; it never repeats a value, which could be a secret.
    cairn::result<std::optional<std::string>> read(std::vector<std::string> const& arguments,
                                                   surroundings const& world);
    /// Takes from the environment what neither an option nor the file says. An error names the
    /// variable.
    cairn::result<void> read_environment(surroundings const& world);

    /// What was given besides options.
    std::vector<std::string> const& operands() const noexcept { return operands_; }
    /// Whether an option of that name was given, or one of that group.
    bool given_as_option(std::string_view name) const;
    bool group_given_as_option(std::string_view group) const;
    /// Whether anything but the default says the setting.
    bool given(std::string_view name) const;
    /// What an error of a setting's value begins with: the variable that it was taken from, else
    /// the member's name.
    std::string where(std::string_view name) const;
    /// `error` of what is wrong with a setting that the whole program found: "NAME: expected ...".
    cairn::error wrong(std::string_view name, std::string_view expected) const;
    /// The settings that differ from their defaults and what says so, a line each; of secrets only
    /// that.
    std::string describe() const;

    std::string help() const;
    /// For man(1), in roff.
    std::string manual_page() const;
    /// For bash.
    std::string completion() const;

private:
    enum class source { nothing, environment, file, option };
    struct entry : setting {
        source from = source::nothing;
        std::string_view variable;
    };
    struct argument;

    entry* find(std::string_view name);
    entry const* find(std::string_view name) const;
    entry* find_option(std::string_view option);
    cairn::result<std::vector<argument>> split(std::vector<std::string> const& arguments);
    cairn::result<void> read_options(std::vector<argument> const& given);
    cairn::result<void> read_config(std::string_view text);
    cairn::result<void> read_member(entry& e, std::string_view token);
    cairn::result<void> take_variable(entry& e, surroundings const& world);
    std::string known_members() const;
    std::string lines_of(setting const& s) const;

    std::string name_;
    std::string usage_;
    std::string purpose_;
    std::vector<std::string> help_;
    std::vector<entry> entries_;
    std::vector<std::string> operands_;
    std::string config_;
    std::string generate_;
    bool asks_help_ = false;
    bool asks_version_ = false;
};

} // namespace common

#endif
