#include "support/catch.hpp"

#include <segments_uploader/settings.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace uploader;
using common::storage_kind;

namespace {

struct fake_world {
    std::map<std::string, std::string> variables;
    std::map<std::string, std::string> files;
    bool terminal = false;

    cairn::result<command> read(std::vector<std::string> arguments) const {
        common::surroundings world;
        world.variable = [this](std::string const& name) -> std::optional<std::string> {
            auto const it = variables.find(name);
            return it == variables.end() ? std::nullopt : std::optional(it->second);
        };
        world.read_file = [this](std::string const& path) -> cairn::result<std::string> {
            auto const it = files.find(path);
            if (it == files.end())
                return cairn::error(cairn::errc::invalid_argument, path + ": not there");
            return it->second;
        };
        world.can_read = [](std::string const& path) { return path != "/unreadable"; };
        world.stdin_is_terminal = terminal;
        return read_command(arguments, world);
    }

    std::string message(std::vector<std::string> arguments) const {
        auto const r = read(std::move(arguments));
        return r.has_error() ? r.error().message : "no error";
    }

    std::string config_message(std::string config) {
        files["c"] = std::move(config);
        return message({"--config", "c"});
    }
};

std::string const three =
    R"("aws_access_key_id":"AKID","aws_secret_access_key":"s3cr3t","s3_bucket":"bucket")";

bool begins(std::string const& text, std::string const& with) {
    return text.rfind(with, 0) == 0;
}

} // namespace

TEST_CASE("without any configuration the files' storage is used") {
    auto const c = fake_world{}.read({"a.ndjson", "-"});
    REQUIRE(c.has_value());
    CHECK(c->settings.to.kind == storage_kind::file);
    CHECK(c->settings.to.directory == "cairn-data");
    CHECK(c->settings.to.bucket == "segments");
    CHECK(c->settings.inputs == std::vector<std::string>{"a.ndjson", "-"});
}

TEST_CASE("the three members of the original's configuration are enough for S3") {
    fake_world world;
    world.files["c"] = "{" + three + "}";
    auto const c = world.read({"--config", "c", "x"});
    REQUIRE(c.has_value());
    auto const& s = c->settings;
    CHECK(s.to.kind == storage_kind::s3);
    CHECK(s.to.keys.access_key_id == "AKID");
    CHECK(s.to.keys.secret_access_key == "s3cr3t");
    CHECK(s.to.bucket == "bucket");
    CHECK(s.to.region.empty());
    CHECK(s.to.endpoint.empty());
    CHECK(s.time_zone == "UTC");
    CHECK(s.identity == std::vector<std::string>{"/traits/smi_uid"});
    CHECK(s.merge == merge_kind::set_union);
    CHECK(s.to.conditions == cairn::storage::conditions::probe);
    CHECK(s.to.addressing == cairn::s3::addressing_style::automatic);
    CHECK(s.max_payload == std::size_t{16} << 20);
}

TEST_CASE("every member is read") {
    fake_world world;
    world.files["c"] = "{" + three + R"(,"session_token":"tok","region":"eu-west-1",
        "endpoint":"https://h:1","addressing":"virtual","ca_file":"/ca","prefix":"p/q-",
        "time_zone":"Europe/Warsaw","identity":["/id","/traits/smi_uid"],"merge":"append",
        "max_delay_ms":7,"max_in_flight":9,"conditions":"unquoted"})";
    auto const c = world.read({"--config=c"});
    REQUIRE(c.has_value());
    auto const& s = c->settings;
    CHECK(s.to.keys.session_token == "tok");
    CHECK(s.to.region == "eu-west-1");
    CHECK(s.to.endpoint == "https://h:1");
    CHECK(s.to.addressing == cairn::s3::addressing_style::virtual_hosted);
    CHECK(s.to.ca_file == "/ca");
    CHECK(s.to.prefix == "p/q-");
    CHECK(s.time_zone == "Europe/Warsaw");
    CHECK(s.identity == std::vector<std::string>{"/id", "/traits/smi_uid"});
    CHECK(s.merge == merge_kind::append);
    CHECK(s.max_delay.count() == 7);
    CHECK(s.max_in_flight == 9);
    CHECK(s.to.conditions == cairn::storage::conditions::unquoted);
}

TEST_CASE("options go before the file, the file before the environment") {
    fake_world world;
    world.files["c"] = "{" + three + R"(,"region":"from-file","identity":["/f"]})";
    world.variables = {{"AWS_REGION", "from-env"},
                       {"AWS_ENDPOINT_URL", "http://general"},
                       {"AWS_ENDPOINT_URL_S3", "http://specific"},
                       {"AWS_CA_BUNDLE", "/bundle"}};
    auto c = world.read({"--config", "c"});
    REQUIRE(c.has_value());
    CHECK(c->settings.to.region == "from-file");
    CHECK(c->settings.to.endpoint == "http://specific");
    CHECK(c->settings.to.ca_file == "/bundle");
    world.variables["AWS_ENDPOINT_URL_S3"] = "not a URL";
    CHECK(world.message({"--config", "c"}) ==
          "AWS_ENDPOINT_URL_S3: expected a URL: http:// or https://, host, maybe :port");
    CHECK(world.read({"--config", "c", "--endpoint", "http://h"}).has_value());
    world.variables.erase("AWS_ENDPOINT_URL_S3");
    c = world.read({"--region", "from-option", "--identity=/a", "--identity", "/b", "--config", "c",
                    "--s3-bucket=other"});
    REQUIRE(c.has_value());
    CHECK(c->settings.to.region == "from-option");
    CHECK(c->settings.to.bucket == "other");
    CHECK(c->settings.identity == std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("key, secret and token come from one source") {
    fake_world world;
    world.variables = {
        {"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "ES"}, {"AWS_SESSION_TOKEN", "ET"}};
    SECTION("the file's key is not joined with the environment's token") {
        world.files["c"] = "{" + three + "}";
        auto const c = world.read({"--config", "c"});
        REQUIRE(c.has_value());
        CHECK(c->settings.to.keys.session_token.empty());
    }
    SECTION("a file without any leaves all to the environment") {
        auto const c = world.read({"--s3-bucket", "bucket"});
        REQUIRE(c.has_value());
        CHECK(c->settings.to.keys.access_key_id == "E");
        CHECK(c->settings.to.keys.secret_access_key == "ES");
        CHECK(c->settings.to.keys.session_token == "ET");
    }
    SECTION("half a key in the file is an error") {
        CHECK(begins(world.config_message(R"({"aws_access_key_id":"A","s3_bucket":"bucket"})"),
                     "aws_secret_access_key: expected in the configuration"));
        CHECK(begins(world.config_message(R"({"session_token":"A","s3_bucket":"bucket"})"),
                     "aws_access_key_id: expected in the configuration"));
    }
    SECTION("half a key in the environment is one, too") {
        world.variables.erase("AWS_SECRET_ACCESS_KEY");
        CHECK(begins(world.message({"--s3-bucket", "bucket"}),
                     "AWS_SECRET_ACCESS_KEY: expected in the environment"));
    }
    SECTION("a line break in the environment is refused by the variable's name") {
        for (std::string const name :
             {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
            auto const before = world.variables[name];
            world.variables[name] = "hush\n";
            auto const message = world.message({"--s3-bucket", "bucket"});
            CHECK(begins(message, name + ": expected printable ASCII"));
            CHECK(message.find("hush") == message.npos);
            world.variables[name] = before;
        }
    }
    SECTION("no key at all") {
        world.variables.clear();
        CHECK(begins(world.message({"--s3-bucket", "bucket"}), "aws_access_key_id: expected"));
    }
}

TEST_CASE("virtual addressing of an address is refused before anything is sent") {
    fake_world world;
    world.files["c"] = "{" + three + "}";
    auto const message = world.message(
        {"--config", "c", "--endpoint", "http://127.0.0.1:1", "--addressing", "virtual"});
    CHECK(begins(message, "endpoint, addressing: "));
    CHECK(message.find("before an address") != message.npos);
}

TEST_CASE("secrets are refused on the command line, and not repeated") {
    fake_world const world;
    for (std::string const name :
         {"--aws-access-key-id", "--aws-secret-access-key", "--session-token"}) {
        auto const message = world.message({name + "=hush"});
        CHECK(begins(message, name + ": a secret does not belong on a command line"));
        CHECK(message.find("hush") == message.npos);
        CHECK(begins(world.message({name, "hush"}), name + ": a secret"));
    }
}

TEST_CASE("a wrong configuration is refused by the member's name") {
    fake_world world;
    auto const refused = [&](std::string const& member, std::string const& with) {
        INFO(member);
        return begins(world.config_message("{" + member + "}"), "c: " + with);
    };
    CHECK(refused(R"("s3_buckets":"x")", "s3_buckets: unknown member; expected one of "));
    CHECK(refused(R"("":"x")", "\"\": unknown member"));
    CHECK(refused(R"("date":"2026-01-01")", "date: unknown member"));
    CHECK(refused(R"("aws_access_key_id":"")", "aws_access_key_id: expected printable ASCII"));
    CHECK(refused(R"("aws_access_key_id":7)", "aws_access_key_id: expected a string"));
    CHECK(refused(R"("s3_bucket":null)", "s3_bucket: expected a string: a bucket's name"));
    CHECK(refused(R"("s3_bucket":"")", "s3_bucket: expected a bucket's name"));
    CHECK(refused(R"("s3_bucket":"a/b")", "s3_bucket: expected a bucket's name"));
    CHECK(refused(R"("region":"")", "region: expected a region's name"));
    CHECK(refused(R"("endpoint":"ftp://x")", "endpoint: expected a URL"));
    CHECK(refused(R"("endpoint":"http://user:pw@x")", "endpoint: expected a URL"));
    CHECK(refused(R"("addressing":"both")", "addressing: expected path, virtual or auto"));
    CHECK(refused(R"("ca_file":"")", "ca_file: expected"));
    CHECK(refused(R"("prefix":"a\nb")", "prefix: expected at most 900 bytes"));
    CHECK(refused(R"("time_zone":"Mars/Base")", "time_zone: expected a time zone"));
    CHECK(refused(R"("identity":"/a")", "identity: expected a list of strings"));
    CHECK(refused(R"("identity":[])", "identity: expected JSON Pointers, at least one"));
    CHECK(refused(R"("identity":[1])", "identity: expected a list of strings"));
    CHECK(refused(R"("identity":["a"])", "identity: expected JSON Pointers"));
    CHECK(refused(R"("identity":["/a~2"])", "identity: expected JSON Pointers"));
    CHECK(refused(R"("merge":"UNION")", "merge: expected union, replace or append"));
    CHECK(refused(R"("max_delay_ms":"5")", "max_delay_ms: expected a whole number"));
    CHECK(refused(R"("max_delay_ms":1.5)", "max_delay_ms: expected a whole number"));
    CHECK(refused(R"("max_delay_ms":-1)", "max_delay_ms: expected a whole number"));
    CHECK(refused(R"("max_in_flight":0)", "max_in_flight: expected a whole number from 1"));
    CHECK(refused(R"("conditions":true)", "conditions: expected a string"));
    CHECK(refused(R"("region":"a","region":"a")", "region: expected this member once"));
    CHECK(refused(R"("region":"a","r\u0065gion":"a")", "region: expected this member once"));
    CHECK(begins(world.config_message("[]"), "c: expected a JSON object"));
    CHECK(begins(world.config_message("{"), "c: expected a JSON object; it is not JSON"));
    CHECK(begins(world.config_message("{} {}"), "c: expected a JSON object; it is not JSON"));
    CHECK(begins(world.config_message(""), "c: expected a JSON object; it is not JSON"));
    auto const hushed = world.config_message(R"({"aws_secret_access_key":"hu sh"})");
    CHECK(hushed.find("hu sh") == hushed.npos);
}

TEST_CASE("a wrong command line is refused by the option's name") {
    fake_world world;
    CHECK(begins(world.message({"--nonsense"}), "--nonsense: unknown option"));
    CHECK(begins(world.message({"--nonsense=1"}), "--nonsense: unknown option"));
    CHECK(begins(world.message({"--prefix"}), "--prefix: expected a value"));
    CHECK(begins(world.message({"--s3_bucket", "abc"}), "--s3_bucket: unknown option"));
    CHECK(begins(world.message({"--storage", "file:"}), "--storage: expected file:DIR or s3"));
    CHECK(begins(world.message({"--date", "2026-02-29"}), "--date: expected a day"));
    CHECK(begins(world.message({"--max-payload", "5T"}), "--max-payload: expected a size"));
    CHECK(begins(world.message({"--help=yes"}), "--help: takes no value"));
    CHECK(begins(world.message({"--config", "gone"}), "--config: gone: not there"));
    CHECK(begins(world.message({"--storage", "s3"}), "s3_bucket: expected the bucket's name"));
    CHECK(begins(world.message({"--prefix", "../up/", "x"}), "prefix: expected, for the file"));
    world.terminal = true;
    CHECK(begins(world.message({}), "expected a file of payloads, or -"));
}

TEST_CASE("a configuration can be used with the files' storage, where that is asked for") {
    fake_world world;
    world.files["c"] = "{" + three + "}";
    auto const c = world.read({"--config", "c", "--storage", "file:d", "--", "--odd-name"});
    REQUIRE(c.has_value());
    CHECK(c->settings.to.kind == storage_kind::file);
    CHECK(c->settings.to.directory == "d");
    CHECK(c->settings.to.bucket == "bucket");
    CHECK(c->settings.inputs == std::vector<std::string>{"--odd-name"});
}

TEST_CASE("help and version win over whatever else is there") {
    fake_world const world;
    auto const help = world.read({"--help", "--nonsense"})->text.value();
    CHECK(begins(help, "segments_uploader [OPTION...] [FILE...]\n"));
    CHECK(help.find("--max-in-flight N") != help.npos);
    CHECK(world.read({"-h"})->text == help);
    CHECK(begins(world.read({"--version", "--nonsense"})->text.value(), "segments_uploader "));
    CHECK(world.read({"-V"})->text == world.read({"--version"})->text);
}

TEST_CASE("the help says each default and each variable") {
    auto const help = fake_world{}.read({"--help"})->text.value();
    for (std::string const part :
         {"default: /traits/smi_uid\n", "default: union\n", "default: 65536\n", "default: 16M\n",
          "AWS_REGION, else AWS_DEFAULT_REGION\n", "environment: AWS_SECRET_ACCESS_KEY\n"})
        CHECK(help.find(part) != help.npos);
    std::string line;
    for (std::istringstream lines(help); std::getline(lines, line);)
        CHECK(line.size() <= 80);
}

TEST_CASE("the manual page and the completion come from the table") {
    fake_world const world;
    auto const page = world.read({"--generate", "man"})->text.value();
    CHECK(begins(page, ".TH SEGMENTS_UPLOADER 1 "));
    CHECK(page.find("\n.SH \"EXAMPLES\"\n") != page.npos);
    CHECK(page.find("\\-\\-max\\-payload SIZE") != page.npos);
    auto const completion = world.read({"--generate=completion"})->text.value();
    CHECK(completion.find("--merge) COMPREPLY=($(compgen -W 'union replace append'") !=
          completion.npos);
    CHECK(completion.find("secret") == completion.npos);
    CHECK(begins(world.message({"--generate", "zsh"}), "--generate: expected man or completion"));
}

TEST_CASE("short and long options of what every program has") {
    auto const c = fake_world{}.read({"-v", "-n", "-q", "--summary", "json", "x"});
    REQUIRE(c.has_value());
    auto const& general = c->settings.general;
    CHECK((general.verbose && general.dry_run && general.quiet));
    CHECK(general.summary == common::summary_form::json);
}

TEST_CASE("what was given is described, without secrets") {
    fake_world world;
    world.files["c"] = "{" + three + "}";
    world.variables = {{"AWS_REGION", "from-env"}};
    auto const c = world.read({"--config", "c", "--merge", "append", "x"});
    REQUIRE(c.has_value());
    auto const& text = c->settings.description;
    for (std::string const part :
         {"\n  region: from-env, from AWS_REGION", "\n  merge: append, from --merge",
          "\n  s3_bucket: bucket, from c", "\n  aws_secret_access_key: (secret), from c"})
        CHECK(text.find(part) != text.npos);
    CHECK(text.find("s3cr3t") == text.npos);
}

TEST_CASE("an error that is found late names where the value came from") {
    fake_world world;
    world.files["c"] = "{" + three + "}";
    world.variables = {{"AWS_CA_BUNDLE", "/unreadable"}};
    CHECK(begins(world.message({"--config", "c", "x"}), "AWS_CA_BUNDLE: expected a PEM file"));
    CHECK(begins(world.message({"--config", "c", "--ca-file", "/unreadable", "x"}),
                 "ca_file: expected a PEM file"));
    world.variables = {{"AWS_ENDPOINT_URL", "http://127.0.0.1:1"}};
    CHECK(begins(world.message({"--config", "c", "--addressing", "virtual", "x"}),
                 "AWS_ENDPOINT_URL, addressing: "));
}

TEST_CASE("sizes take a unit") {
    using common::parse_size;
    CHECK(parse_size("0") == std::size_t{0});
    CHECK(parse_size("17") == std::size_t{17});
    CHECK(parse_size("2k") == std::size_t{2048});
    CHECK(parse_size("16M") == std::size_t{16} << 20);
    CHECK(parse_size("1G") == std::size_t{1} << 30);
    for (auto const* bad : {"", "M", "-1", "1.5M", "1MB", " 1", "99999999999G"})
        CHECK_FALSE(parse_size(bad).has_value());
}

TEST_CASE("dates are days of the calendar") {
    using common::is_date;
    CHECK(is_date("2026-01-31"));
    CHECK(is_date("2024-02-29"));
    for (auto const* bad : {"", "2026-1-31", "2026-02-29", "2026-13-01", "2026-00-10", "26-01-01",
                            "2026-01-31 ", "2026/01/31", "20a6-01-31", "----------"})
        CHECK_FALSE(is_date(bad));
}
