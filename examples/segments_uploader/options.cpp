#include "options.hpp"

#include "config_file.hpp"
#include "day_clock.hpp"
#include "members.hpp"
#include "stores.hpp"

#include <cairn/s3/client.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>

namespace uploader {

namespace {

using cairn::errc;
using cairn::error;
using cairn::result;

error usage(std::string message) {
    return error(errc::invalid_argument, std::move(message));
}

/// Where a setting was taken from; S3 is meant as soon as something says so.
struct origins {
    bool config = false;    // --config was given
    bool s3_option = false; // an option that only S3 knows
    bool storage = false;   // --storage was given
    std::string config_path;
};

struct argument {
    std::string name; // with dashes; empty for an operand
    std::optional<std::string> value;
};

constexpr std::string_view flags[] = {"--help", "-h", "--version"};

bool is_flag(std::string_view name) {
    for (auto const& flag : flags) {
        if (name == flag)
            return true;
    }
    return false;
}

/// Pairs options with their values. Operands keep their order.
result<std::vector<argument>> split(std::vector<std::string> const& arguments) {
    std::vector<argument> out;
    bool operands_only = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto const& text = arguments[i];
        if (operands_only || text == "-" || text.empty() || text[0] != '-') {
            out.push_back({"", text});
        } else if (text == "--") {
            operands_only = true;
        } else if (is_flag(text)) {
            out.push_back({text, std::nullopt});
        } else if (auto const equals = text.find('='); equals != std::string::npos) {
            out.push_back({text.substr(0, equals), text.substr(equals + 1)});
        } else if (is_value_option(text) && i + 1 < arguments.size()) {
            out.push_back({text, arguments[++i]});
        } else if (is_value_option(text)) {
            return usage(text + ": expected a value");
        } else {
            out.push_back({text, std::nullopt});
        }
    }
    return out;
}

result<void> set_storage(settings& into, std::string const& value) {
    if (value == "s3") {
        into.storage = storage_kind::s3;
        return {};
    }
    if (value.starts_with("file:") && value.size() > 5) {
        into.storage = storage_kind::file;
        into.directory = value.substr(5);
        return {};
    }
    return usage("--storage: expected file:DIR or s3");
}

result<void> apply_option(settings& into, argument const& given, bool& first_identity) {
    auto const& value = *given.value;
    if (given.name == "--storage")
        return set_storage(into, value);
    auto const* m = find_option(given.name);
    if (!m)
        return usage(printable(given.name) + ": unknown option; --help lists them");
    if (m->name == "identity" && std::exchange(first_identity, false))
        into.identity.clear();
    if (!m->set_text(into, value))
        return usage(given.name + ": expected " + std::string(m->expected));
    return {};
}

std::optional<std::string> variable(surroundings const& world, char const* name) {
    auto value = world.variable(name);
    if (value && value->empty())
        value.reset();
    return value;
}

/// Takes the member from the first variable that is set, where nothing else said it.
result<void> take(settings& into, std::string const& current, std::string_view name,
                  surroundings const& world, std::initializer_list<char const*> variables) {
    for (auto const* v : variables) {
        auto const value = current.empty() ? variable(world, v) : std::nullopt;
        if (!value)
            continue;
        auto const* m = find_member(name);
        if (!m->set_text(into, *value))
            return usage(std::string(v) + ": expected " + std::string(m->expected));
    }
    return {};
}

result<void> take_environment(settings& into, surroundings const& world) {
    if (auto r = take(into, into.region, "region", world, {"AWS_REGION", "AWS_DEFAULT_REGION"});
        r.has_error())
        return r;
    if (auto r = take(into, into.endpoint, "endpoint", world,
                      {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
        r.has_error())
        return r;
    return take(into, into.ca_file, "ca_file", world, {"AWS_CA_BUNDLE"});
}

/// Key, secret and token: all from the file where it has any of them, else from the environment.
result<void> choose_keys(settings& into, surroundings const& world) {
    auto& keys = into.keys;
    bool const in_file = !keys.access_key_id.empty() || !keys.secret_access_key.empty() ||
                         !keys.session_token.empty();
    auto const where = std::string(in_file ? "the configuration" : "the environment");
    if (!in_file) {
        if (auto r =
                take(into, keys.access_key_id, "aws_access_key_id", world, {"AWS_ACCESS_KEY_ID"});
            r.has_error())
            return r;
        if (auto r = take(into, keys.secret_access_key, "aws_secret_access_key", world,
                          {"AWS_SECRET_ACCESS_KEY"});
            r.has_error())
            return r;
        if (auto r = take(into, keys.session_token, "session_token", world, {"AWS_SESSION_TOKEN"});
            r.has_error())
            return r;
    }
    bool const nothing = keys.access_key_id.empty() && keys.secret_access_key.empty();
    if (nothing && !in_file)
        return usage("aws_access_key_id: expected in the configuration, or AWS_ACCESS_KEY_ID and "
                     "AWS_SECRET_ACCESS_KEY in the environment");
    auto const together = ": expected in " + where + ", with the other members of the same key";
    if (keys.access_key_id.empty())
        return usage((in_file ? "aws_access_key_id" : "AWS_ACCESS_KEY_ID") + together);
    if (keys.secret_access_key.empty())
        return usage((in_file ? "aws_secret_access_key" : "AWS_SECRET_ACCESS_KEY") + together);
    return {};
}

/// Whether every part of a path below the storage's directory is an ordinary name.
bool is_file_prefix(std::string const& prefix) {
    auto const path = prefix + "x";
    for (std::size_t begin = 0; begin <= path.size();) {
        auto const end = std::min(path.find('/', begin), path.size());
        auto const part = std::string_view(path).substr(begin, end - begin);
        if (part.empty() || part == "." || part == ".." || part.starts_with(".cairn-"))
            return false;
        begin = end + 1;
    }
    return true;
}

result<void> check_addressing(settings const& s) {
    if (auto const good = cairn::s3::check(client_config_of(s)); good.has_error())
        return usage("endpoint, addressing: " + good.error().message);
    return {};
}

/// What only the whole can tell.
result<void> complete(settings& into, origins const& from, surroundings const& world) {
    if (!from.storage && !from.config && !from.s3_option) {
        into.storage = storage_kind::file;
        into.directory = default_directory;
    } else if (!from.storage) {
        into.storage = storage_kind::s3;
    }
    if (into.storage == storage_kind::file) {
        if (into.bucket.empty())
            into.bucket = default_bucket;
        if (!is_file_prefix(into.prefix))
            return usage("prefix: expected, for the file storage, a relative path without empty "
                         "parts, . and ..");
    } else {
        if (into.bucket.empty())
            return usage("s3_bucket: expected the bucket's name, in the configuration or as "
                         "--s3-bucket");
        if (auto chosen = choose_keys(into, world); chosen.has_error())
            return chosen.error();
        if (auto taken = take_environment(into, world); taken.has_error())
            return taken;
        if (auto good = check_addressing(into); good.has_error())
            return good;
    }
    if (into.inputs.empty()) {
        if (world.stdin_is_terminal)
            return usage("expected a file of payloads, or - for standard input; --help explains");
        into.inputs.push_back("-");
    }
    return {};
}

result<command> run_command(std::vector<argument> const& given, surroundings const& world) {
    command out;
    origins from;
    for (auto const& a : given) {
        if (a.name == "--config" && a.value) {
            if (a.value->empty())
                return usage("--config: expected a file");
            from.config = true;
            from.config_path = *a.value;
        }
    }
    if (from.config) {
        auto text = world.read_file(from.config_path);
        if (text.has_error())
            return usage("--config: " + text.error().message);
        auto read = read_config(out.settings, *text);
        if (read.has_error())
            return usage(printable(from.config_path) + ": " + read.error().message);
    }
    bool first_identity = true;
    for (auto const& a : given) {
        if (a.name.empty()) {
            out.settings.inputs.push_back(*a.value);
            continue;
        }
        if (is_secret_option(a.name))
            return usage(a.name + ": a secret does not belong on a command line, where other users "
                                  "see it; expected in the configuration file or the environment");
        if (a.name == "--config" && a.value)
            continue;
        if (is_flag(a.name))
            return usage(a.name + ": takes no value");
        if (!a.value)
            return usage(printable(a.name) + ": unknown option; --help lists them");
        from.storage = from.storage || a.name == "--storage";
        from.s3_option = from.s3_option || is_s3_option(a.name);
        if (auto applied = apply_option(out.settings, a, first_identity); applied.has_error())
            return applied.error();
    }
    if (auto whole = complete(out.settings, from, world); whole.has_error())
        return whole.error();
    return out;
}

} // namespace

result<command> read_command(std::vector<std::string> const& arguments, surroundings const& world) {
    auto given = split(arguments);
    if (given.has_error())
        return given.error();
    for (auto const& a : *given) {
        if (!is_flag(a.name) || a.value)
            continue;
        command out;
        out.what = a.name == "--version" ? command::kind::version : command::kind::help;
        return out;
    }
    return run_command(*given, world);
}

std::optional<std::size_t> parse_size(std::string_view text) {
    unsigned shift = 0;
    if (!text.empty()) {
        switch (text.back()) {
        case 'k':
        case 'K': shift = 10; break;
        case 'm':
        case 'M': shift = 20; break;
        case 'g':
        case 'G': shift = 30; break;
        default: break;
        }
    }
    if (shift != 0)
        text.remove_suffix(1);
    if (text.empty() || text.size() > 18)
        return std::nullopt;
    std::size_t value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    if (value > (std::numeric_limits<std::size_t>::max() >> shift))
        return std::nullopt;
    return value << shift;
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return false;
    int parts[3] = {0, 0, 0};
    std::size_t part = 0;
    for (char const c : text) {
        if (c == '-') {
            ++part;
            if (part > 2)
                return false;
        } else if (c >= '0' && c <= '9') {
            parts[part] = parts[part] * 10 + (c - '0');
        } else {
            return false;
        }
    }
    using namespace std::chrono;
    return year_month_day{year{parts[0]}, month{static_cast<unsigned>(parts[1])},
                          day{static_cast<unsigned>(parts[2])}}
        .ok();
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
            return usage(printable(path) + ": " + std::strerror(errno));
        std::string text(limit + 1, '\0');
        text.resize(std::fread(text.data(), 1, text.size(), file.get()));
        if (std::ferror(file.get()) != 0)
            return usage(printable(path) + ": " + std::strerror(errno));
        if (text.size() > limit)
            return usage(printable(path) + ": expected a configuration of at most 1 MiB");
        return text;
    };
    world.stdin_is_terminal = ::isatty(STDIN_FILENO) == 1;
    return world;
}

} // namespace uploader
