//
// options.hpp: what the uploader is asked to do: command line, configuration file, environment.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_OPTIONS_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_OPTIONS_HPP

#include <cairn/core/error.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploader {

enum class storage_kind { file, s3 };
enum class addressing { automatic, path, virtual_hosted };
enum class merge_kind { set_union, replace, append };
enum class conditions { probe, quoted, unquoted };

/// All three come from one source, or none does.
struct key_set {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token; ///< empty: none
};

/// The bucket's name where none is configured; only the file storage can do without one.
inline constexpr std::string_view default_bucket = "segments";
inline constexpr std::string_view default_directory = "cairn-data";

struct settings {
    std::vector<std::string> inputs; ///< paths; `-` is standard input
    storage_kind storage = storage_kind::file;
    std::string directory; ///< of the file storage
    key_set keys;
    std::string bucket;
    std::string region;   ///< empty: discovered
    std::string endpoint; ///< empty: AWS
    uploader::addressing addressing = uploader::addressing::automatic;
    std::string ca_file; ///< empty: the system's
    std::string prefix;
    std::string time_zone = "UTC";
    std::vector<std::string> identity{"/traits/smi_uid"};
    merge_kind merge = merge_kind::set_union;
    std::chrono::milliseconds max_delay{200};
    std::size_t max_in_flight = 65536;
    uploader::conditions conditions = uploader::conditions::probe;
    std::string date; ///< `YYYY-MM-DD`; empty: the day on which a payload is accepted
    std::size_t max_payload = std::size_t{16} << 20;
    std::string rejects; ///< empty: not kept
    std::chrono::milliseconds attempt_timeout{10'000};
    std::chrono::milliseconds deadline{30'000};
};

/// What the command line asks for.
struct command {
    enum class kind { run, help, version };

    kind what = kind::run;
    uploader::settings settings; ///< for `run`
};

/// What surrounds the program; injected, so that tests need neither files nor variables.
struct surroundings {
    /// An environment variable's value; nothing where it is not set.
    std::function<std::optional<std::string>(std::string const& name)> variable;
    /// A file's content, or why it cannot be read.
    std::function<cairn::result<std::string>(std::string const& path)> read_file;
    /// Whether standard input is a terminal.
    bool stdin_is_terminal = false;
};

/// Reads the arguments (without the program's name), the configuration file that they name, and
/// the environment. An error's message is one line that names the option or member and says what
/// was expected; it never repeats a value that could be a secret.
cairn::result<command> read_command(std::vector<std::string> const& arguments,
                                    surroundings const& world);

/// The text of `--help`.
std::string help_text();

/// A number of bytes: digits with an optional K, M or G (powers of 1024). Nothing if malformed.
std::optional<std::size_t> parse_size(std::string_view text);

/// Whether `text` is a day of the calendar, as `YYYY-MM-DD`.
bool is_date(std::string_view text);

/// The real environment and files.
surroundings process_surroundings();

} // namespace uploader

#endif
