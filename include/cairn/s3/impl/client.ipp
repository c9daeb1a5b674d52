#ifndef CAIRN_S3_IMPL_CLIENT_IPP
#define CAIRN_S3_IMPL_CLIENT_IPP

#include <cairn/s3/client.hpp>

#include <cairn/s3/detail/client_core.hpp>
#include <cairn/s3/detail/operation.hpp>

namespace cairn::s3 {

CAIRN_DECL client::client(executor_type ex, client_config config)
    : core_(std::make_shared<detail::client_core>(std::move(ex), std::move(config))) {}

CAIRN_DECL client::executor_type client::get_executor() const {
    return core_->strand();
}

CAIRN_DECL void client::launch(core_pointer const& core, request&& r, erased_handler handler) {
    std::make_shared<detail::operation>(core, std::move(r), std::move(handler))->start();
}

CAIRN_DECL result<void> check(client_config const& config) {
    auto const endpoint = detail::endpoint_resolver::make(config.endpoint, config.addressing);
    if (!endpoint)
        return endpoint.error();
    return {};
}

} // namespace cairn::s3

#endif
