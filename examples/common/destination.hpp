//
// destination.hpp: where a program's objects go: a bucket, or a folder.
//
#ifndef CAIRN_EXAMPLES_COMMON_DESTINATION_HPP
#define CAIRN_EXAMPLES_COMMON_DESTINATION_HPP

#include "settings_table.hpp"

#include <cairn/s3/config.hpp>
#include <cairn/s3_storage/s3_storage.hpp>
#include <cairn/storage/any_storage.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace common {

/// All three come from one source, or none does.
struct key_set {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token; ///< empty: none
};

enum class storage_kind { file, s3 };

/// The settings of a destination.
struct destination {
    storage_kind kind = storage_kind::file;
    std::string directory = "cairn-data"; ///< of the file storage
    key_set keys;
    std::string bucket; ///< in the file storage: a folder
    std::string prefix;
    std::string region;   ///< empty: discovered
    std::string endpoint; ///< empty: AWS
    cairn::s3::addressing_style addressing = cairn::s3::addressing_style::automatic;
    std::string ca_file; ///< empty: the system's
    cairn::storage::conditions conditions = cairn::storage::conditions::probe;
    std::chrono::milliseconds attempt_timeout{10'000};
    std::chrono::milliseconds deadline{30'000};
};

/// Adds --storage and --config.
void add_storage(settings_table& table, destination& into);
/// Adds what reaches a bucket. `bucket_help` says what the bucket is by default.
void add_bucket(settings_table& table, destination& into, std::string bucket_help);
/// Adds the secrets.
void add_keys(settings_table& table, destination& into);
/// Adds the time limits; the deadline's help is the program's.
void add_time_limits(settings_table& table, destination& into, std::string deadline_help);

/// After `table.read`: chooses the storage where --storage does not, takes from the environment
/// what is missing, and checks the whole. `default_bucket` is the file storage's.
cairn::result<void> complete(destination& into, settings_table& table, surroundings const& world,
                             std::string_view default_bucket);

/// What the settings say of the client.
cairn::s3::client_config client_config_of(destination const& d);

/// What a storage tells. All are called on its executor.
struct storage_events {
    std::function<void(std::string)> warn;                  ///< what a person should know
    std::function<void(cairn::error const&)> retried;       ///< a request is sent again
    std::function<void(cairn::storage::conditions)> probed; ///< how the server wants If-Match
};

/// Makes the storage, which works on `executor`.
cairn::storage::any_storage make_storage(boost::asio::any_io_executor executor,
                                         destination const& d, storage_events events);

/// The key in that storage of the object `name`; the S3 storage adds the prefix itself.
std::string key_of(destination const& d, std::string const& name);

/// Where an object is, for people: a path or an s3:// URL.
std::string location(destination const& d, std::string const& key);

} // namespace common

#endif
