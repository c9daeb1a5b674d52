//
// cairn/core/error.hpp: what went wrong, and what may have happened remotely.
//
#ifndef CAIRN_CORE_ERROR_HPP
#define CAIRN_CORE_ERROR_HPP

#include <cairn/core/config.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>

#include <string>
#include <utility>

namespace cairn {

using boost::system::error_code;

/// The errors that cairn itself gives; transport errors keep Asio's and OpenSSL's own codes.
enum class errc {
    not_found = 1,          ///< the object does not exist
    no_such_bucket,         ///< the bucket does not exist
    precondition_failed,    ///< the condition of a conditional request did not hold (HTTP 412)
    conflict,               ///< a concurrent write was in the way (HTTP 409)
    access_denied,          ///< the credentials are known, and not allowed to do this
    bad_credentials,        ///< unknown key, wrong signature, expired or invalid token
    throttled,              ///< the service asks for fewer requests (503 SlowDown, 429)
    service_failure,        ///< the service failed (5xx)
    rejected,               ///< the service refused the request for another reason (4xx)
    wrong_region,           ///< the bucket lives in another region or at another endpoint
    timed_out,              ///< a deadline passed
    connection_closed,      ///< the other side closed the connection before its answer was whole
    host_not_found,         ///< the host's name could not be resolved
    bad_response,           ///< the answer was not what the protocol demands
    invalid_argument,       ///< the call cannot be made as it was asked for
    too_large,              ///< a size limit was exceeded
    conditions_unsupported, ///< the server does not honour conditional writes
    invalid_document,       ///< the stored object is not one that we may rewrite
    unresolved,             ///< whether a write was applied can no longer be found out
};

/// What callers branch on. Compare an `error_code` with one of these.
enum class condition {
    absent = 1, ///< `not_found`, `no_such_bucket`
    lost_race,  ///< `precondition_failed`, `conflict`: read again, then decide again
    transient,  ///< throttling, service and transport failures: the same request may succeed later
    refused,    ///< `access_denied`, `bad_credentials`: it will not succeed with these credentials
};

CAIRN_DECL boost::system::error_category const& error_category() noexcept;
CAIRN_DECL boost::system::error_category const& condition_category() noexcept;

inline error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), error_category()};
}

inline boost::system::error_condition make_error_condition(condition c) noexcept {
    return {static_cast<int>(c), condition_category()};
}

/// What a failed operation may have done to the remote state.
enum class remote_effect {
    none,     ///< certainly nothing
    possible, ///< the request may have been applied, now or later
};

/// A failed operation: the code to branch on, what may have happened remotely, and what the
/// service said. It never carries a secret. Copyable; no member refers to anything else.
struct error {
    error_code code;
    remote_effect effect = remote_effect::none;
    int status = 0;           ///< the HTTP status of the last answer; 0 where there was none
    int attempts = 0;         ///< requests sent for this operation, the failed ones included
    std::string service_code; ///< the service's own code, as `SlowDown`; may be empty
    std::string request_id;   ///< the service's id of the last request; may be empty
    std::string message;      ///< details for a person: bounded, one line, printable

    error() = default;
    error(error_code c, std::string text = {}, remote_effect e = remote_effect::none)
        : code(c), effect(e), message(std::move(text)) {}
    error(errc c, std::string text = {}, remote_effect e = remote_effect::none)
        : error(make_error_code(c), std::move(text), e) {}

    /// One line for a person: the code's text, status, service code, request id, details.
    CAIRN_DECL std::string to_string() const;
};

/// A value, or the error that stood in its way. `value()` throws a `cairn::exception`.
template <class T>
using result = boost::system::result<T, error>;

/// What `result<T>::value()` throws; a `system_error` that also carries the whole `error`.
class exception : public boost::system::system_error {
public:
    explicit exception(error e) : system_error(e.code, e.to_string()), details_(std::move(e)) {}

    error const& details() const noexcept { return details_; }

private:
    error details_;
};

[[noreturn]] CAIRN_DECL void throw_exception_from_error(error const& e,
                                                        boost::source_location const& where);

} // namespace cairn

template <>
struct boost::system::is_error_code_enum<cairn::errc> : std::true_type {};

template <>
struct boost::system::is_error_condition_enum<cairn::condition> : std::true_type {};

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/core/impl/error.ipp>
#endif

#endif
