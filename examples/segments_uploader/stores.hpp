//
// stores.hpp: the storage that the settings ask for.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_STORES_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_STORES_HPP

#include "options.hpp"

#include <cairn/s3/config.hpp>
#include <cairn/storage/any_storage.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <string>

namespace uploader {

/// What the settings say of the client.
cairn::s3::client_config client_config_of(settings const& s);

/// Makes the storage, which works on `executor`; `warn` is called there with what a person should
/// know.
cairn::storage::any_storage make_storage(boost::asio::any_io_executor executor, settings const& s,
                                         std::function<void(std::string)> warn);

/// The key of the day's object in that storage; the S3 storage adds the prefix itself.
std::string object_key(settings const& s, std::string const& day);

/// Where a day's object is, for people: a path or an s3:// URL.
std::string location(settings const& s, std::string const& key);

} // namespace uploader

#endif
