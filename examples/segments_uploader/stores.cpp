#include "stores.hpp"

#include <cairn/s3/client.hpp>
#include <cairn/s3_storage/s3_storage.hpp>
#include <cairn/storage/file.hpp>

namespace uploader {

namespace {

cairn::s3::addressing_style style(addressing a) {
    switch (a) {
    case addressing::path: return cairn::s3::addressing_style::path;
    case addressing::virtual_hosted: return cairn::s3::addressing_style::virtual_hosted;
    case addressing::automatic: break;
    }
    return cairn::s3::addressing_style::automatic;
}

cairn::storage::conditions spelling(conditions c) {
    switch (c) {
    case conditions::quoted: return cairn::storage::conditions::quoted;
    case conditions::unquoted: return cairn::storage::conditions::unquoted;
    case conditions::probe: break;
    }
    return cairn::storage::conditions::probe;
}

} // namespace

cairn::s3::client_config client_config_of(settings const& s) {
    cairn::s3::client_config config;
    config.credentials = cairn::sigv4::credentials(s.keys.access_key_id, s.keys.secret_access_key,
                                                   s.keys.session_token);
    config.endpoint = s.endpoint;
    config.region = s.region;
    config.addressing = style(s.addressing);
    config.ca_file = s.ca_file;
    config.attempt_timeout = s.attempt_timeout;
    config.total_timeout = s.deadline;
    config.max_response_size = std::size_t{1} << 30;
    return config;
}

namespace {

cairn::storage::any_storage make_s3(boost::asio::any_io_executor executor, settings const& s,
                                    std::function<void(std::string)> warn) {
    cairn::s3::client client(std::move(executor), client_config_of(s));
    cairn::storage::s3_storage_config storage_config;
    storage_config.prefix = s.prefix;
    storage_config.conditions = spelling(s.conditions);
    storage_config.on_probe_left = [warn = std::move(warn)](std::string const& key,
                                                            cairn::error const& why) {
        warn("the object " + key +
             ", with which conditional writes were probed, is still there: " + why.to_string());
    };
    return cairn::storage::s3_storage(std::move(client), s.bucket, std::move(storage_config));
}

} // namespace

cairn::storage::any_storage make_storage(boost::asio::any_io_executor executor, settings const& s,
                                         std::function<void(std::string)> warn) {
    if (s.storage == storage_kind::s3)
        return make_s3(std::move(executor), s, std::move(warn));
    cairn::storage::file_config config;
    config.directory = s.directory;
    config.threads = 2;
    return cairn::storage::file_storage(std::move(executor), std::move(config));
}

std::string object_key(settings const& s, std::string const& day) {
    auto const name = day + "_segments.json";
    return s.storage == storage_kind::s3 ? name : s.bucket + "/" + s.prefix + name;
}

std::string location(settings const& s, std::string const& key) {
    if (s.storage == storage_kind::s3)
        return "s3://" + s.bucket + "/" + s.prefix + key;
    return s.directory + "/" + key;
}

} // namespace uploader
