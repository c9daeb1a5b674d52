#include "settings_table.hpp"

#include "text.hpp"

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>
#include <cairn/version.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

namespace common {

namespace {

namespace json = cairn::json;
using cairn::result;

cairn::error usage_error(std::string message) {
    return cairn::error(cairn::errc::invalid_argument, std::move(message));
}

} // namespace

std::string option_of(std::string_view name) {
    std::string out = "--" + std::string(name);
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

// As it was given: the option with its dashes, or nothing for an operand, and its value.
struct settings_table::argument {
    std::string option;
    std::optional<std::string> value;
};

settings_table::settings_table(std::string name, std::string usage, std::string purpose)
    : name_(std::move(name)), usage_(std::move(usage)), purpose_(std::move(purpose)) {}

void settings_table::add_text(std::string text) {
    help_.push_back(std::move(text));
}

void settings_table::add(setting s) {
    help_.push_back(lines_of(s));
    entries_.push_back({std::move(s), source::nothing, {}});
}

void settings_table::add_config(std::string help) {
    add({.name = "config",
         .value = text(config_, "a file"),
         .argument = "FILE",
         .help = std::move(help),
         .where = place::option});
}

void settings_table::add_information() {
    add({.name = "generate",
         .value = choice<std::string>(generate_, {{"man", "man"}, {"completion", "completion"}}),
         .argument = "WHAT",
         .help = "prints the manual page (man), or a completion for bash",
         .where = place::option});
    add({.name = "help",
         .value = flag(asks_help_),
         .argument = {},
         .help = "prints this text",
         .where = place::option,
         .letter = 'h'});
    add({.name = "version",
         .value = flag(asks_version_),
         .argument = {},
         .help = "prints the version",
         .where = place::option,
         .letter = 'V'});
}

settings_table::entry const* settings_table::find(std::string_view name) const {
    auto const it = std::find_if(entries_.begin(), entries_.end(),
                                 [name](entry const& e) { return e.name == name; });
    return it == entries_.end() ? nullptr : &*it;
}

settings_table::entry* settings_table::find(std::string_view name) {
    return const_cast<entry*>(std::as_const(*this).find(name));
}

settings_table::entry* settings_table::find_option(std::string_view option) {
    auto const it = std::find_if(entries_.begin(), entries_.end(), [option](entry const& e) {
        return option_of(e.name) == option ||
               (e.letter != 0 && option.size() == 2 && option[0] == '-' && option[1] == e.letter);
    });
    return it == entries_.end() ? nullptr : &*it;
}

// Pairs options with their values. Operands keep their order.
result<std::vector<settings_table::argument>>
settings_table::split(std::vector<std::string> const& arguments) {
    std::vector<argument> out;
    bool operands_only = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto const& text = arguments[i];
        if (operands_only || text == "-" || text.empty() || text[0] != '-') {
            // Behind --, a dash is the name of a file.
            out.push_back({"", operands_only && text == "-" ? "./-" : text});
        } else if (text == "--") {
            operands_only = true;
        } else if (auto const equals = text.find('='); equals != std::string::npos) {
            out.push_back({text.substr(0, equals), text.substr(equals + 1)});
        } else if (auto const* e = find_option(text); !e || e->value.type == value_type::flag) {
            out.push_back({text, std::nullopt});
        } else if (i + 1 < arguments.size()) {
            out.push_back({text, arguments[++i]});
        } else {
            return usage_error(text + ": expected a value");
        }
    }
    return out;
}

result<std::optional<std::string>> settings_table::read(std::vector<std::string> const& arguments,
                                                        surroundings const& world) {
    auto given = split(arguments);
    if (given.has_error())
        return given.error();
    // These win over whatever else is there.
    for (auto const& a : *given) {
        auto const* e = a.value ? nullptr : find_option(a.option);
        if (e && e->name == "help")
            return std::optional(help());
        if (e && e->name == "version")
            return std::optional(name_ + " " CAIRN_VERSION "\n");
    }
    for (auto const& a : *given)
        if (a.option == "--config" && find("config") && a.value)
            config_ = *a.value;
    if (!config_.empty()) {
        auto content = world.read_file(config_);
        if (content.has_error())
            return usage_error("--config: " + content.error().message);
        if (auto read = read_config(*content); read.has_error())
            return usage_error(shown(config_) + ": " + read.error().message);
    }
    if (auto read = read_options(*given); read.has_error())
        return read.error();
    if (generate_.empty())
        return std::optional<std::string>();
    return std::optional(generate_ == "man" ? manual_page() : completion());
}

result<void> settings_table::read_options(std::vector<argument> const& given) {
    for (auto const& [option, value] : given) {
        if (option.empty()) {
            operands_.push_back(*value);
            continue;
        }
        auto* const e = find_option(option);
        if (!e)
            return usage_error(shown(option, 64) + ": unknown option; --help lists them");
        if (e->where == place::secret)
            return usage_error(option + ": a secret does not belong on a command line, where other "
                                        "users see it; expected in the configuration file or the "
                                        "environment");
        bool const is_flag = e->value.type == value_type::flag;
        if (is_flag && value)
            return usage_error(option + ": takes no value");
        if (e->value.clear && e->from != source::option)
            e->value.clear();
        if (!e->value.set(is_flag ? "true" : *value))
            return usage_error(option + ": expected " + e->value.expected);
        e->from = source::option;
    }
    return {};
}

result<void> settings_table::read_config(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (auto const fault = json::validate(text))
        return usage_error("expected a JSON object; it is not JSON at byte " +
                           std::to_string(fault->offset) + " (" + fault->what + ")");
    json::scanner in(text);
    if (in.peek() != json::kind::object)
        return usage_error("expected a JSON object");
    std::vector<std::pair<std::string, std::string_view>> members;
    std::set<std::string> names;
    std::string_view key, token;
    for (in.enter_object(); in.next_member(key) && in.value(token);) {
        members.emplace_back(json::unquote(key), token);
        if (!names.insert(members.back().first).second)
            return usage_error(shown(members.back().first) + ": expected this member once");
    }
    for (auto const& [name, value] : members) {
        auto* const e = find(name);
        if (!e || e->where == place::option)
            return usage_error(shown(name) + ": unknown member; expected one of " +
                               known_members());
        if (auto read = read_member(*e, value); read.has_error())
            return read;
    }
    return {};
}

result<void> settings_table::read_member(entry& e, std::string_view token) {
    auto const& value = e.value;
    auto const wrong = [&e](std::string const& what) {
        return usage_error(std::string(e.name) + ": expected " + what + e.value.expected);
    };
    bool const is_string = token.front() == '"';
    bool good = false;
    switch (value.type) {
    case value_type::text:
        if (!is_string)
            return wrong("a string: ");
        good = value.set(json::unquote(token));
        break;
    case value_type::flag:
    case value_type::number: good = !is_string && value.set(token); break;
    case value_type::list: {
        json::scanner in(token);
        if (in.peek() != json::kind::array)
            return wrong("a list of strings: ");
        value.clear();
        std::string_view element;
        for (in.enter_array(); in.next_element() && in.value(element);) {
            if (element.front() != '"')
                return wrong("a list of strings: ");
            good = value.set(json::unquote(element));
            if (!good)
                break;
        }
    }
    }
    if (!good)
        return wrong("");
    e.from = source::file;
    return {};
}

std::string settings_table::known_members() const {
    std::string out;
    for (auto const& e : entries_)
        if (e.where != place::option)
            out.append(out.empty() ? "" : ", ").append(e.name);
    return out;
}

result<void> settings_table::read_environment(surroundings const& world) {
    std::set<std::string_view> closed; // groups of secrets of which the file has some
    for (auto const& e : entries_)
        if (e.where == place::secret && e.from != source::nothing)
            closed.insert(e.group);
    for (auto& e : entries_) {
        if (e.from == source::nothing && !(e.where == place::secret && closed.contains(e.group)))
            if (auto taken = take_variable(e, world); taken.has_error())
                return taken;
    }
    return {};
}

result<void> settings_table::take_variable(entry& e, surroundings const& world) {
    for (auto const name : e.variables) {
        auto const text = world.variable(std::string(name));
        if (!text || text->empty())
            continue;
        if (e.value.clear)
            e.value.clear();
        if (!e.value.set(*text))
            return usage_error(std::string(name) + ": expected " + e.value.expected);
        e.from = source::environment;
        e.variable = name;
        break;
    }
    return {};
}

bool settings_table::given_as_option(std::string_view name) const {
    auto const* e = find(name);
    return e && e->from == source::option;
}

bool settings_table::group_given_as_option(std::string_view group) const {
    return std::any_of(entries_.begin(), entries_.end(), [group](entry const& e) {
        return e.group == group && e.from == source::option;
    });
}

bool settings_table::given(std::string_view name) const {
    auto const* e = find(name);
    return e && e->from != source::nothing;
}

std::string settings_table::where(std::string_view name) const {
    auto const* e = find(name);
    return std::string(e && e->from == source::environment ? e->variable : name);
}

cairn::error settings_table::wrong(std::string_view name, std::string_view expected) const {
    return usage_error(where(name) + ": expected " + std::string(expected));
}

std::string settings_table::describe() const {
    std::string out;
    for (auto const& e : entries_) {
        if (e.from == source::nothing)
            continue;
        out.append("\n  ").append(e.name).append(": ");
        out += e.where == place::secret ? "(secret)" : e.value.get ? e.value.get() : "yes";
        out += ", from ";
        out += e.from == source::option        ? option_of(e.name)
               : e.from == source::environment ? std::string(e.variable)
                                               : shown(config_);
    }
    return out;
}

surroundings process_surroundings() {
    surroundings world;
    world.variable = [](std::string const& name) -> std::optional<std::string> {
        char const* value = std::getenv(name.c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
    world.read_file = [](std::string const& path) -> result<std::string> {
        constexpr std::size_t limit = std::size_t{1} << 20;
        std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
        if (!file)
            return usage_error(shown(path) + ": " + std::strerror(errno));
        std::string text(limit + 1, '\0');
        text.resize(std::fread(text.data(), 1, text.size(), file.get()));
        if (std::ferror(file.get()) != 0)
            return usage_error(shown(path) + ": " + std::strerror(errno));
        if (text.size() > limit)
            return usage_error(shown(path) + ": expected a configuration of at most 1 MiB");
        return text;
    };
    world.can_read = [](std::string const& path) { return ::access(path.c_str(), R_OK) == 0; };
    world.stdin_is_terminal = ::isatty(STDIN_FILENO) == 1;
    return world;
}

} // namespace common
