//
// cairn/testing/s3_server_config.hpp: what the loopback server is told, and what it tells.
//
#ifndef CAIRN_TESTING_S3_SERVER_CONFIG_HPP
#define CAIRN_TESTING_S3_SERVER_CONFIG_HPP

#include <cairn/testing/certificate.hpp>
#include <cairn/testing/object_store.hpp>
#include <cairn/testing/request_head.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cairn::testing {

/// How buckets are named in requests.
enum class addressing_style { path, virtual_host, both };

/// How a request that was signed for another region than the bucket's is answered.
enum class wrong_region_answer {
    malformed_400, ///< 400 AuthorizationHeaderMalformed, with the right region
    redirect_301,  ///< 301 PermanentRedirect
    accepted,      ///< as Ceph RGW: any region is right
};

/// Configures an `s3_server`.
struct s3_server_config {
    std::string access_key_id = "cairn-test-key";
    std::string secret_access_key = "cairn-test-secret";
    std::optional<std::string> session_token = {}; ///< demanded where set
    std::string region = "us-east-1";              ///< where all buckets live
    wrong_region_answer wrong_region = wrong_region_answer::malformed_400;
    std::optional<certificate> tls = {}; ///< serve HTTPS with it
    addressing_style addressing = addressing_style::both;
    std::string base_domain = "s3.localhost"; ///< `<bucket>.<base_domain>` are virtual hosts
    condition_behaviour conditions = condition_behaviour::honoured;
    int missing_if_match_status = 404;              ///< `If-Match` on a missing key: 404, or 412
    std::chrono::milliseconds idle_timeout{20'000}; ///< between requests, and between two reads
    std::size_t max_keys = 1000;                    ///< caps a page of a listing
    std::uint64_t max_object_size = std::uint64_t(1) << 30; ///< bytes; more is EntityTooLarge
    std::vector<std::string> buckets = {};                  ///< exist from the start
    /// The server's clock. Called from its thread.
    std::function<std::chrono::system_clock::time_point()> clock = {};
};

/// One request that the server read to the end of its header, at least.
struct request_record {
    std::size_t number = 0;     ///< from 1, in the order in which the headers came
    std::size_t connection = 0; ///< from 1, in the order in which they were accepted
    request_head head;
    std::string bucket;   ///< decoded; may be empty
    std::string key;      ///< decoded; empty where the request is about the bucket, forms included
    int status = 0;       ///< of the answer that was sent, wholly or in part; 0: none was
    std::string code;     ///< S3's code in that answer; may be empty
    bool applied = false; ///< it changed what is stored; may become true later
    std::string fault;    ///< the name of the fault that hit it; may be empty
};

/// What the server counted since it began.
struct server_counters {
    std::size_t requests = 0;             ///< whose header was read
    std::size_t applied = 0;              ///< that changed what is stored
    std::size_t late_pending = 0;         ///< that wait to be applied late
    std::size_t faults_pending = 0;       ///< injected faults that wait for their request
    std::size_t connections_accepted = 0; ///< those rejected or with a failed handshake included
    std::size_t connections_open = 0;
    std::size_t continues_sent = 0; ///< 100 Continue
};

} // namespace cairn::testing

#endif
