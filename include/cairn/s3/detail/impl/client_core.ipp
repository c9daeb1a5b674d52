#ifndef CAIRN_S3_DETAIL_IMPL_CLIENT_CORE_IPP
#define CAIRN_S3_DETAIL_IMPL_CLIENT_CORE_IPP

#include <cairn/s3/detail/client_core.hpp>

namespace cairn::s3::detail {

CAIRN_DECL client_core::client_core(asio::any_io_executor ex, client_config config)
    : strand_(asio::make_strand(std::move(ex))), config_(std::move(config)),
      endpoints_(detail::endpoint_resolver::make(config_.endpoint, config_.addressing)),
      pool_(config_.max_connections, config_.max_idle), budget_(config_.retry.budget),
      default_region_(config_.region.empty() ? "us-east-1" : config_.region),
      generator_(std::random_device{}()) {}

CAIRN_DECL result<asio::ssl::context*> client_core::tls_context() {
    if (tls_)
        return &*tls_;
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1);
    error_code ec;
    if (config_.ca_file.empty())
        context.set_default_verify_paths(ec);
    else
        context.load_verify_file(config_.ca_file, ec);
    if (ec)
        return error(errc::invalid_argument,
                     "ca_file \"" + config_.ca_file + "\": " + ec.message());
    context.set_verify_mode(config_.verify_peer ? asio::ssl::verify_peer : asio::ssl::verify_none,
                            ec);
    if (ec)
        return error(ec, "TLS set-up");
    tls_.emplace(std::move(context));
    return &*tls_;
}

CAIRN_DECL std::string const& client_core::region_of(std::string const& bucket) const {
    auto const it = regions_.find(bucket);
    return it == regions_.end() ? default_region_ : it->second;
}

CAIRN_DECL std::chrono::system_clock::time_point client_core::now() const {
    return (config_.clock ? config_.clock() : std::chrono::system_clock::now()) + clock_offset_;
}

CAIRN_DECL void client_core::learn_time(std::chrono::system_clock::time_point server_time) {
    clock_offset_ += server_time - now();
}

CAIRN_DECL sigv4::signer const& client_core::signer_for(std::string const& region) {
    auto const it = signers_.find(region);
    return it != signers_.end()
               ? it->second
               : signers_.try_emplace(region, region, "s3", sigv4::preset::s3).first->second;
}

CAIRN_DECL double client_core::random() {
    return config_.random ? config_.random()
                          : std::uniform_real_distribution<double>(0.0, 1.0)(generator_);
}

} // namespace cairn::s3::detail

#endif
