//
// cairn/s3/detail/client_core.hpp: what all operations of a client share.
//
#ifndef CAIRN_S3_DETAIL_CLIENT_CORE_HPP
#define CAIRN_S3_DETAIL_CLIENT_CORE_HPP

#include <cairn/s3/config.hpp>
#include <cairn/s3/detail/connection_pool.hpp>
#include <cairn/s3/detail/endpoint.hpp>
#include <cairn/s3/detail/operation_fsm.hpp>
#include <cairn/sigv4/signer.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

namespace cairn::s3::detail {

/// Everything here is used on the strand only.
class client_core {
public:
    CAIRN_DECL client_core(asio::any_io_executor ex, client_config config);

    asio::any_io_executor const& strand() const noexcept { return strand_; }
    client_config const& config() const noexcept { return config_; }
    result<detail::endpoint_resolver> const& endpoints() const noexcept { return endpoints_; }
    connection_pool& pool() noexcept { return pool_; }
    detail::retry_budget& budget() noexcept { return budget_; }

    /// Built when the first TLS connection needs it. Errors: `invalid_argument`, naming the CA
    /// file.
    CAIRN_DECL result<asio::ssl::context*> tls_context();

    /// The region that requests for `bucket` are signed for, as far as it is known.
    CAIRN_DECL std::string const& region_of(std::string const& bucket) const;
    void learn_region(std::string const& bucket, std::string region) {
        regions_[bucket] = std::move(region);
    }

    /// The time to sign with: the clock, corrected by what the server said of it.
    CAIRN_DECL std::chrono::system_clock::time_point now() const;
    CAIRN_DECL void learn_time(std::chrono::system_clock::time_point server_time);

    CAIRN_DECL sigv4::signer const& signer_for(std::string const& region);
    sigv4::signature& signature() noexcept { return signature_; }

    /// Uniform in [0, 1).
    CAIRN_DECL double random();

private:
    asio::any_io_executor strand_;
    client_config config_;
    result<detail::endpoint_resolver> endpoints_;
    connection_pool pool_;
    detail::retry_budget budget_;
    std::optional<asio::ssl::context> tls_;
    std::string default_region_;
    std::map<std::string, std::string> regions_;   ///< by bucket
    std::map<std::string, sigv4::signer> signers_; ///< by region
    sigv4::signature signature_;                   ///< memory that all signing uses
    std::chrono::system_clock::duration clock_offset_{};
    std::minstd_rand generator_;
};

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/client_core.ipp>
#endif

#endif
