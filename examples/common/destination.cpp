#include "destination.hpp"

#include <cairn/s3/client.hpp>
#include <cairn/storage/file.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace common {

namespace {

using cairn::result;
using cairn::s3::addressing_style;
using cairn::storage::conditions;

constexpr char word[] = "printable ASCII without spaces, and not empty";
constexpr std::string_view s3_group = "s3";

value storage(destination& into) {
    value v;
    v.expected = "file:DIR or s3";
    v.set = [&into](std::string_view text) {
        bool const is_file = text.starts_with("file:") && text.size() > 5;
        if (is_file)
            into.directory = text.substr(5);
        into.kind = is_file ? storage_kind::file : storage_kind::s3;
        return is_file || text == "s3";
    };
    v.words = {"file:", "s3"};
    return v;
}

bool is_endpoint(std::string_view text) {
    cairn::s3::client_config config;
    config.endpoint = text;
    return !text.empty() && cairn::s3::check(config).has_value();
}

bool is_prefix(std::string_view text) {
    auto const bad = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
    return text.size() <= 900 && std::none_of(text.begin(), text.end(), bad);
}

// Whether every part of a path below the storage's directory is an ordinary name.
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

// Key, secret and token: all from the file where it has any of them, else from the environment.
result<void> check_keys(destination const& d, settings_table const& table) {
    auto const& keys = d.keys;
    if (!keys.access_key_id.empty() && !keys.secret_access_key.empty())
        return {};
    std::string_view const id = "aws_access_key_id", secret = "aws_secret_access_key";
    bool const from_file = [&] {
        for (auto const name : {id, secret, std::string_view("session_token")})
            if (table.given(name) && table.where(name) == name)
                return true;
        return false;
    }();
    if (!from_file && keys.access_key_id.empty() && keys.secret_access_key.empty())
        return table.wrong(id, "in the configuration, or AWS_ACCESS_KEY_ID and "
                               "AWS_SECRET_ACCESS_KEY in the environment");
    auto const missing = keys.access_key_id.empty() ? id : secret;
    if (from_file)
        return table.wrong(missing, "in the configuration, with the other members of the same key");
    return cairn::error(cairn::errc::invalid_argument,
                        (missing == id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY") +
                            std::string(": expected in the environment, with the other members of "
                                        "the same key"));
}

result<void> complete_s3(destination& d, settings_table& table, surroundings const& world) {
    if (auto taken = table.read_environment(world); taken.has_error())
        return taken;
    if (d.bucket.empty())
        return table.wrong("s3_bucket",
                           "the bucket's name, in the configuration or as --s3-bucket");
    if (auto good = check_keys(d, table); good.has_error())
        return good;
    if (auto const good = cairn::s3::check(client_config_of(d)); good.has_error())
        return cairn::error(cairn::errc::invalid_argument, table.where("endpoint") + ", " +
                                                               table.where("addressing") + ": " +
                                                               good.error().message);
    if (!d.ca_file.empty() && !world.can_read(d.ca_file))
        return table.wrong("ca_file", "a PEM file that can be read");
    return {};
}

} // namespace

void add_storage(settings_table& table, destination& into) {
    table.add({.name = "storage",
               .value = storage(into),
               .argument = "WHERE",
               .help = "file:DIR or s3: where to; in files, DIR/BUCKET/KEY",
               .otherwise = "s3 where there is a configuration file or an option that only S3 "
                            "knows, else file:" +
                            into.directory,
               .where = place::option});
    table.add_config("a JSON object of the settings below that are not options only");
}

void add_bucket(settings_table& table, destination& into, std::string bucket_help) {
    table.add({.name = "s3_bucket",
               .value = text(into.bucket, "a bucket's name: 3 to 255 letters, digits, dots, dashes",
                             &is_bucket_name),
               .argument = "NAME",
               .help = std::move(bucket_help),
               .group = s3_group});
    table.add({.name = "region",
               .value = text(into.region, "a region's name, as eu-central-1", &is_region_name),
               .argument = "NAME",
               .help = "the bucket's region",
               .otherwise = "found out",
               .variables = {"AWS_REGION", "AWS_DEFAULT_REGION"},
               .group = s3_group});
    table.add({.name = "endpoint",
               .value = text(into.endpoint, "a URL: http:// or https://, host, maybe :port",
                             &is_endpoint),
               .argument = "URL",
               .help = "of an S3-compatible server",
               .otherwise = "AWS",
               .variables = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"},
               .group = s3_group});
    table.add({.name = "addressing",
               .value = choice<addressing_style>(into.addressing,
                                                 {{"path", addressing_style::path},
                                                  {"virtual", addressing_style::virtual_hosted},
                                                  {"auto", addressing_style::automatic}}),
               .argument = "HOW",
               .help = "where the bucket's name stands: path, virtual, or auto",
               .group = s3_group});
    table.add({.name = "ca_file",
               .value = text(into.ca_file, "the path of a PEM file"),
               .argument = "FILE",
               .help = "PEM file of certificate authorities to trust",
               .otherwise = "the system's",
               .variables = {"AWS_CA_BUNDLE"},
               .group = s3_group});
    table.add({.name = "conditions",
               .value = choice<conditions>(into.conditions, {{"probe", conditions::probe},
                                                             {"quoted", conditions::quoted},
                                                             {"unquoted", conditions::unquoted}}),
               .argument = "HOW",
               .help = "how the server wants If-Match: quoted, unquoted, or probe: find out first, "
                       "and refuse a server that ignores conditions; the others do not look",
               .group = s3_group});
    table.add(
        {.name = "prefix",
         .value = text(into.prefix, "at most 900 bytes, without control characters", &is_prefix),
         .argument = "TEXT",
         .help = "put before each key as it is",
         .otherwise = "none"});
}

void add_keys(settings_table& table, destination& into) {
    auto const add = [&table](std::string_view name, std::string& where, std::string help,
                              std::string_view variable) {
        table.add({.name = name,
                   .value = text(where, word, &is_word),
                   .argument = {},
                   .help = std::move(help),
                   .variables = {variable},
                   .where = place::secret,
                   .group = "keys"});
    };
    add("aws_access_key_id", into.keys.access_key_id, "the key", "AWS_ACCESS_KEY_ID");
    add("aws_secret_access_key", into.keys.secret_access_key, "its secret",
        "AWS_SECRET_ACCESS_KEY");
    add("session_token", into.keys.session_token, "of a temporary key", "AWS_SESSION_TOKEN");
}

void add_time_limits(settings_table& table, destination& into, std::string deadline_help) {
    table.add({.name = "attempt_timeout_ms",
               .value = milliseconds(into.attempt_timeout, 1, 600'000),
               .argument = "N",
               .help = "for one request",
               .where = place::option});
    table.add({.name = "deadline_ms",
               .value = milliseconds(into.deadline, 1, 3'600'000),
               .argument = "N",
               .help = std::move(deadline_help),
               .where = place::option});
}

result<void> complete(destination& into, settings_table& table, surroundings const& world,
                      std::string_view default_bucket) {
    if (!table.given("storage"))
        into.kind = table.given("config") || table.group_given_as_option(s3_group)
                        ? storage_kind::s3
                        : storage_kind::file;
    if (into.kind == storage_kind::s3)
        return complete_s3(into, table, world);
    if (into.bucket.empty())
        into.bucket = default_bucket;
    if (!is_file_prefix(into.prefix))
        return cairn::error(cairn::errc::invalid_argument,
                            table.where("prefix") + ": expected, for the file storage, a relative "
                                                    "path without empty parts, . and ..");
    return {};
}

cairn::s3::client_config client_config_of(destination const& d) {
    cairn::s3::client_config config;
    config.credentials = cairn::sigv4::credentials(d.keys.access_key_id, d.keys.secret_access_key,
                                                   d.keys.session_token);
    config.endpoint = d.endpoint;
    config.region = d.region;
    config.addressing = d.addressing;
    config.ca_file = d.ca_file;
    config.attempt_timeout = d.attempt_timeout;
    config.total_timeout = d.deadline;
    config.max_response_size = std::size_t{1} << 30;
    return config;
}

cairn::storage::any_storage make_storage(boost::asio::any_io_executor executor,
                                         destination const& d, storage_events events) {
    if (d.kind == storage_kind::file) {
        cairn::storage::file_config config;
        config.directory = d.directory;
        config.threads = 2;
        return cairn::storage::file_storage(std::move(executor), std::move(config));
    }
    auto client_config = client_config_of(d);
    client_config.on_retry = [retried = std::move(events.retried)](cairn::error const& why,
                                                                   std::chrono::milliseconds) {
        if (retried)
            retried(why);
    };
    cairn::storage::s3_storage_config config;
    config.prefix = d.prefix;
    config.conditions = d.conditions;
    config.on_probed = std::move(events.probed);
    config.on_probe_left = [warn = std::move(events.warn)](std::string const& key,
                                                           cairn::error const& why) {
        if (warn)
            warn("the object " + key +
                 ", with which conditional writes were probed, is still there: " + why.to_string());
    };
    return cairn::storage::s3_storage(
        cairn::s3::client(std::move(executor), std::move(client_config)), d.bucket,
        std::move(config));
}

std::string key_of(destination const& d, std::string const& name) {
    return d.kind == storage_kind::s3 ? name : d.bucket + "/" + d.prefix + name;
}

std::string location(destination const& d, std::string const& key) {
    if (d.kind == storage_kind::s3)
        return "s3://" + d.bucket + "/" + d.prefix + key;
    return d.directory + "/" + key;
}

} // namespace common
