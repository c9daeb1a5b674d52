//
// environment.hpp: how the tutorial's programs reach S3: by AWS's usual environment variables.
//
#ifndef CAIRN_EXAMPLES_TUTORIAL_ENVIRONMENT_HPP
#define CAIRN_EXAMPLES_TUTORIAL_ENVIRONMENT_HPP

#include <cairn/s3/config.hpp>

#include <cstdlib>
#include <string>

inline std::string variable(char const* name) {
    char const* const value = std::getenv(name);
    return value ? value : "";
}

inline cairn::s3::client_config config_from_environment() {
    cairn::s3::client_config config;
    config.credentials = {variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
                          variable("AWS_SESSION_TOKEN")};
    config.endpoint = variable("AWS_ENDPOINT_URL"); // empty: AWS
    config.region = variable("AWS_REGION");         // empty: found out
    return config;
}

#endif
