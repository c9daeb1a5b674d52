//
// config_file.hpp: the configuration file, a JSON object of members that are known by name.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_CONFIG_FILE_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_CONFIG_FILE_HPP

#include "options.hpp"

#include <string_view>

namespace uploader {

/// Sets what `text` says. An unknown or repeated member, a wrong type or a bad value is an error
/// whose message begins with the member's name and says what was expected.
cairn::result<void> read_config(settings& into, std::string_view text);

} // namespace uploader

#endif
