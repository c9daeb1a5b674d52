#ifndef CAIRN_CORE_IMPL_ERROR_IPP
#define CAIRN_CORE_IMPL_ERROR_IPP

#include <cairn/core/error.hpp>

#include <boost/system/errc.hpp>
#include <boost/throw_exception.hpp>

#include <string_view>

namespace cairn {

namespace detail {

class error_category_impl final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "cairn"; }

    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::not_found: return "no such object";
        case errc::no_such_bucket: return "no such bucket";
        case errc::precondition_failed: return "the condition did not hold";
        case errc::conflict: return "conflicting concurrent write";
        case errc::access_denied: return "access denied";
        case errc::bad_credentials: return "credentials refused";
        case errc::throttled: return "the service asks to slow down";
        case errc::service_failure: return "the service failed";
        case errc::rejected: return "the service refused the request";
        case errc::wrong_region: return "the bucket is in another region";
        case errc::timed_out: return "timed out";
        case errc::connection_closed: return "the connection was closed";
        case errc::host_not_found: return "host not found";
        case errc::bad_response: return "unexpected response";
        case errc::invalid_argument: return "invalid argument";
        case errc::too_large: return "too large";
        case errc::conditions_unsupported: return "conditional writes are not honoured";
        case errc::invalid_document: return "not a document that may be rewritten";
        case errc::unresolved: return "outcome cannot be established";
        }
        return "unknown error";
    }
};

class condition_category_impl final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "cairn.condition"; }

    std::string message(int value) const override {
        switch (static_cast<condition>(value)) {
        case condition::absent: return "absent";
        case condition::lost_race: return "lost a race";
        case condition::transient: return "transient failure";
        case condition::refused: return "refused";
        }
        return "unknown condition";
    }

    bool equivalent(error_code const& code, int value) const noexcept override {
        switch (static_cast<condition>(value)) {
        case condition::absent: return code == errc::not_found || code == errc::no_such_bucket;
        case condition::lost_race:
            return code == errc::precondition_failed || code == errc::conflict;
        case condition::transient: return is_transient(code);
        case condition::refused:
            return code == errc::access_denied || code == errc::bad_credentials;
        }
        return false;
    }

private:
    static bool is_transient(error_code const& code) noexcept {
        namespace system = boost::system::errc;
        return code == errc::throttled || code == errc::service_failure ||
               code == errc::timed_out || code == errc::connection_closed ||
               code == errc::host_not_found || code == system::connection_refused ||
               code == system::connection_reset || code == system::connection_aborted ||
               code == system::broken_pipe || code == system::timed_out ||
               code == system::host_unreachable || code == system::network_unreachable ||
               code == system::network_down || code == system::network_reset ||
               code == system::not_connected || code == system::too_many_files_open ||
               code == system::too_many_files_open_in_system || code == system::no_buffer_space ||
               code == system::not_enough_memory;
    }
};

} // namespace detail

CAIRN_DECL boost::system::error_category const& error_category() noexcept {
    static detail::error_category_impl const instance;
    return instance;
}

CAIRN_DECL boost::system::error_category const& condition_category() noexcept {
    static detail::condition_category_impl const instance;
    return instance;
}

CAIRN_DECL std::string error::to_string() const {
    std::string text = code.message();
    bool first = true;
    auto const add = [&text, &first](std::string_view name, std::string const& fact) {
        if (fact.empty())
            return;
        text.append(first ? " (" : " ").append(name).append(fact);
        first = false;
    };
    add("HTTP ", status != 0 ? std::to_string(status) : std::string());
    add("", service_code);
    add("request ", request_id);
    if (!first)
        text += ')';
    if (!message.empty())
        text.append(": ").append(message);
    return text;
}

CAIRN_DECL void throw_exception_from_error(error const& e, boost::source_location const& where) {
    boost::throw_exception(exception(e), where);
}

} // namespace cairn

#endif
