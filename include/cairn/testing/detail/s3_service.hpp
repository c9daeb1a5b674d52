//
// cairn/testing/detail/s3_service.hpp: what S3 answers, without I/O.
//
#ifndef CAIRN_TESTING_DETAIL_S3_SERVICE_HPP
#define CAIRN_TESTING_DETAIL_S3_SERVICE_HPP

#include <cairn/testing/detail/reply.hpp>
#include <cairn/testing/object_store.hpp>
#include <cairn/testing/request_verifier.hpp>
#include <cairn/testing/s3_server_config.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::testing::detail {

// What a request is about. Both are decoded, and empty where it is about less.
struct address {
    std::string bucket;
    std::string key;
};

CAIRN_DECL address resolve_address(s3_server_config const& config, request_head const& head);

// Decides over requests. Not thread-safe.
class s3_service {
public:
    using time_point = std::chrono::system_clock::time_point;

    CAIRN_DECL explicit s3_service(s3_server_config const& config);

    // Why a request is refused before its body is read; nothing where it may come.
    CAIRN_DECL std::optional<reply> refuse_early(request_head const& head, std::size_t number,
                                                 time_point now) const;

    CAIRN_DECL reply handle(request_head const& head, std::string_view body, std::size_t number,
                            time_point now);

    object_store& store() { return store_; }
    void set_conditions(condition_behaviour behaviour) { config_.conditions = behaviour; }

private:
    struct call {
        request_head const& head;
        std::string_view body;
        address where;
        time_point now;
    };

    std::optional<refusal> check(request_head const& head, time_point now) const;
    reply dispatch(call const& c, std::size_t number);
    reply dispatch_bucket(call const& c, refusal& no);
    reply dispatch_object(call const& c, refusal& no);

    reply create_bucket(call const& c, refusal& no);
    reply delete_bucket(call const& c, refusal& no);
    reply bucket_location() const;
    reply list_objects(call const& c, refusal& no) const;
    reply get_object(call const& c, refusal& no) const;
    reply put_object(call const& c, refusal& no);
    reply delete_object(call const& c, refusal& no);

    s3_server_config config_;
    request_verifier verifier_;
    object_store store_;
};

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/s3_service.ipp>
#include <cairn/testing/impl/s3_service_bucket.ipp>
#include <cairn/testing/impl/s3_service_object.ipp>
#endif

#endif
