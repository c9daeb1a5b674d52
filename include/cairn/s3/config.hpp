//
// cairn/s3/config.hpp: how a client reaches S3.
//
#ifndef CAIRN_S3_CONFIG_HPP
#define CAIRN_S3_CONFIG_HPP

#include <cairn/core/error.hpp>
#include <cairn/sigv4/credentials.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace cairn::s3 {

/// Where the bucket's name goes.
enum class addressing_style {
    automatic,      ///< virtual-hosted at AWS where the name allows it, path everywhere else
    path,           ///< `https://host/bucket/key`
    virtual_hosted, ///< `https://bucket.host/key`
};

/// Whether the signature covers the body's SHA-256.
enum class payload_signing {
    automatic, ///< over plain HTTP yes; over TLS, which protects the body itself, no
    always,
    never, ///< `UNSIGNED-PAYLOAD`
};

/// When and how often a request is sent again. Waits are drawn with full jitter:
/// uniformly from [0, min(max_delay, base_delay * 2^n)], and not below what `Retry-After` asks for.
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior", standard mode.
struct retry_config {
    unsigned max_attempts = 3; ///< the first one included
    std::chrono::milliseconds base_delay{100};
    std::chrono::milliseconds max_delay{20'000};
    unsigned budget = 500;         ///< tokens that all operations of a client share
    unsigned cost = 5;             ///< tokens that a retry takes
    unsigned cost_of_timeout = 10; ///< tokens that a retry after a transport failure takes
};

/// Everything a client is made from. Plain data; nothing happens until the first request.
struct client_config {
    sigv4::credentials credentials;

    /// `http[s]://host[:port]` of an S3-compatible server; empty for AWS.
    std::string endpoint;

    /// The region that requests are signed for. Where it is empty, or wrong, the client learns the
    /// bucket's region from S3's refusal, signs again and remembers it.
    std::string region;

    addressing_style addressing = addressing_style::automatic;
    payload_signing payload = payload_signing::automatic;

    /// PEM file of the certificate authorities to trust instead of the system's. May be empty.
    std::string ca_file;

    /// Whether the server's certificate and name are verified. Leave it on.
    bool verify_peer = true;

    /// From the start of an attempt (waiting for a connection, DNS and TLS included) to the last
    /// byte of its answer.
    std::chrono::milliseconds attempt_timeout{30'000};

    /// From the start of an operation to its end, retries and waits included.
    std::chrono::milliseconds total_timeout{120'000};

    retry_config retry;

    /// Connections per host; further operations wait for one, in order.
    std::size_t max_connections = 64;

    /// An idle connection older than this is not used again; S3 closes them after tens of seconds.
    std::chrono::milliseconds max_idle{15'000};

    /// The largest body that is read into memory.
    std::size_t max_response_size = std::size_t{5} << 30;

    std::string user_agent = "cairn/0.1";

    /// Called before each wait for another attempt, on the client's strand, with the error of the
    /// attempt that failed (`attempts` counts it) and the time until the next. It must not throw.
    /// May be empty.
    std::function<void(error const& why, std::chrono::milliseconds delay)> on_retry;

    /// The clock that requests are dated by; empty: the system's. Called on the client's strand.
    std::function<std::chrono::system_clock::time_point()> clock;

    /// Uniform numbers in [0, 1) for the jitter; empty: a generator seeded by the system.
    std::function<double()> random;
};

} // namespace cairn::s3

#endif
