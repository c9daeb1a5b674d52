//
// settings.hpp: what the uploader is asked to do.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SETTINGS_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SETTINGS_HPP

#include "common/destination.hpp"
#include "common/program.hpp"

#include <cairn/core/error.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploader {

inline constexpr std::string_view program_name = "segments_uploader";

enum class merge_kind { set_union, replace, append };

struct settings {
    common::general_settings general;
    common::destination to;
    std::vector<std::string> inputs; ///< paths; `-` is standard input
    std::string time_zone = "UTC";
    std::vector<std::string> identity{"/traits/smi_uid"};
    merge_kind merge = merge_kind::set_union;
    std::chrono::milliseconds max_delay{200};
    std::size_t max_in_flight = 65536;
    std::string date; ///< `YYYY-MM-DD`; empty: the day on which a payload is accepted
    std::size_t max_payload = std::size_t{16} << 20;
    std::string rejects;     ///< empty: not kept
    std::string description; ///< of the settings that were given, for people
};

/// What the command line asks for: a run, or a text that is to be printed.
struct command {
    uploader::settings settings;
    std::optional<std::string> text;
};

/// Reads the arguments (without the program's name), the configuration file that they name, and
/// the environment.
cairn::result<command> read_command(std::vector<std::string> const& arguments,
                                    common::surroundings const& world);

} // namespace uploader

#endif
