#ifndef CAIRN_TESTING_IMPL_S3_SERVER_IPP
#define CAIRN_TESTING_IMPL_S3_SERVER_IPP

#include <cairn/testing/detail/server_core.hpp>
#include <cairn/testing/s3_server.hpp>

#include <utility>

namespace cairn::testing {

CAIRN_DECL s3_server::s3_server(s3_server_config config)
    : core_(std::make_unique<detail::server_core>(std::move(config))) {}

CAIRN_DECL s3_server::~s3_server() = default;

CAIRN_DECL std::string s3_server::endpoint() const {
    return (config().tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
}

CAIRN_DECL std::uint16_t s3_server::port() const {
    return core_->port();
}

CAIRN_DECL s3_server_config const& s3_server::config() const {
    return core_->config();
}

CAIRN_DECL std::size_t s3_server::inject(fault f) {
    return core_->with_faults([&](detail::fault_plan& plan) { return plan.add(std::move(f)); });
}

CAIRN_DECL std::size_t s3_server::faults_fired(std::size_t id) const {
    return core_->with_faults([&](detail::fault_plan& plan) { return plan.fired(id); });
}

CAIRN_DECL void s3_server::clear_faults() {
    core_->with_faults([](detail::fault_plan& plan) { plan.clear(); });
}

CAIRN_DECL void s3_server::set_conditions(condition_behaviour behaviour) {
    core_->with_service([&](detail::s3_service& service) { service.set_conditions(behaviour); });
}

CAIRN_DECL void s3_server::reject_connections(std::size_t count) {
    core_->reject_connections(count);
}

CAIRN_DECL void s3_server::close_idle_connections() {
    core_->close_connections(true);
}

CAIRN_DECL void s3_server::close_connections() {
    core_->close_connections(false);
}

CAIRN_DECL std::string s3_server::put_object(std::string const& bucket, std::string const& key,
                                             std::string bytes, header_list metadata) {
    stored_object made;
    made.bytes = std::move(bytes);
    made.last_modified = core_->now();
    for (auto& [name, value] : metadata)
        made.metadata.emplace_back(detail::to_lower(name), std::move(value));
    return core_->with_service([&](detail::s3_service& service) {
        return service.store().put(bucket, key, std::move(made)).etag;
    });
}

CAIRN_DECL bool s3_server::remove_object(std::string const& bucket, std::string const& key) {
    return core_->with_service(
        [&](detail::s3_service& service) { return service.store().remove(bucket, key); });
}

CAIRN_DECL std::optional<stored_object> s3_server::object(std::string const& bucket,
                                                          std::string const& key) const {
    return core_->with_service([&](detail::s3_service& service) {
        auto const* const found = service.store().find(bucket, key);
        return found != nullptr ? std::optional(*found) : std::nullopt;
    });
}

CAIRN_DECL std::vector<std::string> s3_server::keys(std::string const& bucket) const {
    return core_->with_service([&](detail::s3_service& service) {
        list_query all;
        all.max_keys = static_cast<std::size_t>(-1);
        std::vector<std::string> names;
        for (auto const& [key, object] : service.store().list(bucket, all).objects)
            names.push_back(key);
        return names;
    });
}

CAIRN_DECL std::vector<request_record> s3_server::requests() const {
    return core_->requests();
}

CAIRN_DECL void s3_server::clear_requests() {
    core_->clear_requests();
}

CAIRN_DECL server_counters s3_server::counters() const {
    return core_->counters();
}

CAIRN_DECL bool s3_server::wait_for(std::function<bool(server_counters const&)> const& done,
                                    std::chrono::milliseconds timeout) const {
    return core_->wait_for(done, timeout);
}

CAIRN_DECL bool s3_server::wait_for_requests(std::size_t count,
                                             std::chrono::milliseconds timeout) const {
    return wait_for([count](server_counters const& c) { return c.requests >= count; }, timeout);
}

CAIRN_DECL bool s3_server::wait_for_late_writes(std::chrono::milliseconds timeout) const {
    return wait_for([](server_counters const& c) { return c.late_pending == 0; }, timeout);
}

CAIRN_DECL bool s3_server::wait_for_open_connections(std::size_t count,
                                                     std::chrono::milliseconds timeout) const {
    return wait_for([count](server_counters const& c) { return c.connections_open == count; },
                    timeout);
}

} // namespace cairn::testing

#endif
