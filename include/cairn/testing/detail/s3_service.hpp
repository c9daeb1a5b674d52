//
// cairn/testing/detail/s3_service.hpp: what S3 answers, without I/O.
//
#ifndef CAIRN_TESTING_DETAIL_S3_SERVICE_HPP
#define CAIRN_TESTING_DETAIL_S3_SERVICE_HPP

#include <cairn/testing/detail/multipart_form.hpp>
#include <cairn/testing/detail/reply.hpp>
#include <cairn/testing/object_store.hpp>
#include <cairn/testing/request_verifier.hpp>
#include <cairn/testing/s3_server_config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
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

// Whether a body of that length may come; `length` is what Content-Length says.
CAIRN_DECL std::optional<refusal> check_length(request_head const& head,
                                               std::optional<std::uint64_t> length,
                                               std::uint64_t longest_object);

// Whether the body is the one of which a Content-MD5 was promised.
CAIRN_DECL std::optional<refusal> check_md5(std::optional<std::string> const& promised,
                                            std::string_view body);

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
    reply refuse(refusal no, request_head const& head, std::size_t number) const;
    reply handle_form(call c, std::size_t number);
    std::optional<refusal> check_address(address const& where) const;
    reply dispatch(call const& c, std::size_t number);
    reply dispatch_bucket(call const& c, refusal& no);
    reply dispatch_object(call const& c, refusal& no);

    reply create_bucket(call const& c, refusal& no);
    reply delete_bucket(call const& c, refusal& no);
    reply bucket_location() const;
    reply list_objects(call const& c, refusal& no) const;
    reply get_object(call const& c, refusal& no) const;
    reply get_tags(call const& c, refusal& no) const;
    reply put_object(call const& c, refusal& no);
    std::optional<refusal> check_form(call const& c, multipart_form const& form) const;
    std::optional<refusal> post_object(call const& c, multipart_form const& form, reply& answer);
    reply delete_object(call const& c, refusal& no);

    s3_server_config config_;
    request_verifier verifier_;
    object_store store_;
};

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/s3_service.ipp>
#include <cairn/testing/detail/impl/s3_service_bucket.ipp>
#include <cairn/testing/detail/impl/s3_service_form.ipp>
#include <cairn/testing/detail/impl/s3_service_object.ipp>
#endif

#endif
