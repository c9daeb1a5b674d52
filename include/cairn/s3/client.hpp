//
// cairn/s3/client.hpp: the asynchronous S3 client.
//
#ifndef CAIRN_S3_CLIENT_HPP
#define CAIRN_S3_CLIENT_HPP

#include <cairn/core/error.hpp>
#include <cairn/core/mapped_handler.hpp>
#include <cairn/s3/config.hpp>
#include <cairn/s3/detail/operations.hpp>
#include <cairn/s3/operations.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>

#include <memory>
#include <utility>

namespace cairn::s3 {

namespace detail {
class client_core;
}

/// Sends requests to S3: signed, retried, over pooled connections.
///
/// A handle: copies share connections, retry budget and what was learnt of regions and the
/// server's clock. Nothing is read, resolved or connected before the first request.
///
/// What holds for every operation:
/// - *Completion*: `void(result<T>)`, on the handler's associated executor, else on the client's
///   strand; never from within the initiating call. Every completion token works.
/// - *Lifetimes*: what a request struct refers to needs to live until the initiating call returns;
///   a body's buffers until the operation completes. Destroying the client aborts nothing.
/// - *Errors*: `cairn::error`; see `errc` and `condition`. Nothing is thrown.
/// - *Remote effect on failure*: `error::effect`; `none` for reads, and wherever the server cannot
///   have had the whole request or said that it did not apply it.
/// - *Retries*: `retry_config`. A conditional write is sent again only where the former attempt
///   certainly did nothing.
/// - *Cancellation*: terminal, partial and total alike close the connection of the attempt and
///   complete with `asio::error::operation_aborted`.
/// - *Deadlines*: `client_config::attempt_timeout` and `total_timeout`; no call can hang.
/// - *Thread safety*: operations may be started from any thread; the client works on a strand of
///   its own.
/// - *Cost*: one round trip a request, and one for TLS and TCP each where no idle connection is
///   there.
class client {
public:
    using executor_type = asio::any_io_executor;

    /// Does no I/O. A malformed configuration is reported by each operation.
    CAIRN_DECL client(executor_type ex, client_config config);

    CAIRN_DECL executor_type get_executor() const;

    /// Reads an object, or a range of it, into memory. Errors: `not_found`, `no_such_bucket`.
    template <class CompletionToken>
    auto async_get_object(get_object_request const& r, CompletionToken&& token) {
        return run<get_object_result>(
            detail::make_request(r), r.range ? &detail::parse_get_range : &detail::parse_get_object,
            std::forward<CompletionToken>(token));
    }

    /// Reads an object's size, ETag and headers.
    template <class CompletionToken>
    auto async_head_object(head_object_request const& r, CompletionToken&& token) {
        return run<head_object_result>(detail::make_request(r), &detail::parse_head_object,
                                       std::forward<CompletionToken>(token));
    }

    /// Writes an object from a buffer sequence. With a condition: `precondition_failed`,
    /// `conflict`, or `not_found` where `if_match` names an object that is gone.
    template <class ConstBufferSequence, class CompletionToken>
    auto async_put_object(put_object_request const& r, ConstBufferSequence const& body,
                          CompletionToken&& token) {
        return run<put_object_result>(detail::make_request(r, {asio::buffer_sequence_begin(body),
                                                               asio::buffer_sequence_end(body)}),
                                      &detail::parse_put_object,
                                      std::forward<CompletionToken>(token));
    }

    /// Reads an object's tags. Errors: `not_found`.
    template <class CompletionToken>
    auto async_get_object_tagging(get_object_tagging_request const& r, CompletionToken&& token) {
        return run<get_object_tagging_result>(detail::make_request(r),
                                              &detail::parse_get_object_tagging,
                                              std::forward<CompletionToken>(token));
    }

    /// Removes an object; removing what does not exist succeeds.
    template <class CompletionToken>
    auto async_delete_object(delete_object_request const& r, CompletionToken&& token) {
        return run<void>(detail::make_request(r), &detail::parse_nothing,
                         std::forward<CompletionToken>(token));
    }

    /// Lists one page of a bucket's objects, in the order of their keys' bytes.
    template <class CompletionToken>
    auto async_list_objects(list_objects_request const& r, CompletionToken&& token) {
        return run<list_objects_result>(detail::make_request(r), &detail::parse_list_objects,
                                        std::forward<CompletionToken>(token));
    }

    /// Creates a bucket.
    template <class CompletionToken>
    auto async_create_bucket(create_bucket_request const& r, CompletionToken&& token) {
        return run<void>(detail::make_request(r), &detail::parse_nothing,
                         std::forward<CompletionToken>(token));
    }

    /// Asks whether a bucket exists and may be used, and where it is.
    template <class CompletionToken>
    auto async_head_bucket(head_bucket_request const& r, CompletionToken&& token) {
        return run<head_bucket_result>(detail::make_request(r), &detail::parse_head_bucket,
                                       std::forward<CompletionToken>(token));
    }

    /// Sends any other S3 request; completes with the answer where its status is 2xx.
    template <class CompletionToken>
    auto async_send(request r, CompletionToken&& token) {
        return run<response>(std::move(r), &parse_as_is, std::forward<CompletionToken>(token));
    }

private:
    using core_pointer = std::shared_ptr<detail::client_core>;
    using erased_handler = asio::any_completion_handler<void(result<response>)>;

    CAIRN_DECL static void launch(core_pointer const& core, request&& r, erased_handler handler);

    static result<response> parse_as_is(response&& r) { return std::move(r); }

    template <class T>
    struct initiate {
        template <class Handler>
        void operator()(Handler&& handler, core_pointer core, request r,
                        result<T> (*parse)(response&&)) const {
            launch(core, std::move(r),
                   erased_handler(cairn::detail::mapped_handler<std::decay_t<Handler>, response, T>(
                       std::forward<Handler>(handler), parse)));
        }
    };

    template <class T, class CompletionToken>
    auto run(request r, result<T> (*parse)(response&&), CompletionToken&& token) {
        return asio::async_initiate<CompletionToken, void(result<T>)>(initiate<T>{}, token, core_,
                                                                      std::move(r), parse);
    }

    core_pointer core_;
};

/// Says what is wrong with a configuration, without I/O: a malformed endpoint, or an address in
/// place of a host name where the bucket's name is to stand before it. A client that is made from
/// it all the same gives the same error for each operation. Errors: `invalid_argument`. Any thread.
CAIRN_DECL result<void> check(client_config const& config);

} // namespace cairn::s3

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/impl/client.ipp>
#endif

#endif
