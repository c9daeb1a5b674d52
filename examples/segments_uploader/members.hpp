//
// members.hpp: the settings by name, as options and as members of the configuration.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_MEMBERS_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_MEMBERS_HPP

#include "options.hpp"

#include <span>
#include <string>
#include <string_view>

namespace uploader {

/// What a member's value is in JSON. On the command line all are text.
enum class value_type { text, number, list };

/// One setting. As an option its name has dashes: `s3_bucket` is `--s3-bucket`.
struct member {
    std::string_view name;
    value_type type;
    bool (*set_text)(settings&, std::string_view); ///< false: not what was expected
    std::string_view expected;
    bool in_config = true; ///< may stand in the configuration
    bool secret = false;   ///< may not stand on the command line
    bool s3_only = false;  ///< means nothing to the file storage
};

std::span<member const> members();

/// The member of that name that may stand in the configuration, or null.
member const* find_member(std::string_view name);
/// The member that the option (`--s3-bucket`) sets, or null. Secrets have no option.
member const* find_option(std::string_view option);

bool is_value_option(std::string_view option);
bool is_secret_option(std::string_view option);
/// Whether the option makes sense for S3 only: it then chooses that storage.
bool is_s3_option(std::string_view option);

/// `text` with everything that is not printable ASCII replaced, and cut to a bounded length.
std::string printable(std::string_view text);

} // namespace uploader

#endif
