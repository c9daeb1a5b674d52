#ifndef CAIRN_TESTING_IMPL_FAULT_IPP
#define CAIRN_TESTING_IMPL_FAULT_IPP

#include <cairn/testing/fault.hpp>

#include <utility>

namespace cairn::testing {
namespace detail {

inline fault_action make_fault(std::string name, application applies, delivery how) {
    fault_action action;
    action.name = std::move(name);
    action.applies = applies;
    action.how = how;
    return action;
}

inline std::string in_bytes(std::size_t bytes) {
    return bytes == static_cast<std::size_t>(-1) ? "all bytes but one"
                                                 : std::to_string(bytes) + " bytes";
}

inline std::string suffix(application applies) {
    return applies == application::never ? ", not applied" : ", although applied";
}

inline fault_action answer_with(int status, std::string code, application applies) {
    auto action =
        make_fault(std::to_string(status) + " " + code + suffix(applies), applies, delivery::whole);
    canned_answer answer;
    answer.status = status;
    answer.code = std::move(code);
    action.answer = std::move(answer);
    return action;
}

} // namespace detail

CAIRN_DECL fault_action close_after_header() {
    auto action = detail::make_fault("close after the header", application::never, delivery::close);
    action.stop_reading = 0;
    return action;
}

CAIRN_DECL fault_action close_in_body(std::size_t bytes) {
    auto action = detail::make_fault("close after " + std::to_string(bytes) + " bytes of the body",
                                     application::never, delivery::close);
    action.stop_reading = bytes;
    return action;
}

CAIRN_DECL fault_action close_before_apply() {
    return detail::make_fault("close before applying", application::never, delivery::close);
}

CAIRN_DECL fault_action hang_before_apply() {
    return detail::make_fault("hang, never apply", application::never, delivery::hang);
}

CAIRN_DECL fault_action apply_then_close() {
    return detail::make_fault("apply, then close", application::at_once, delivery::close);
}

CAIRN_DECL fault_action apply_then_reset() {
    auto action = detail::make_fault("apply, then reset", application::at_once, delivery::close);
    action.reset = true;
    return action;
}

CAIRN_DECL fault_action apply_then_hang() {
    return detail::make_fault("apply, then hang", application::at_once, delivery::hang);
}

CAIRN_DECL fault_action apply_late(std::chrono::milliseconds lateness, bool hang) {
    auto action = detail::make_fault(hang ? "hang, apply late" : "close, apply late",
                                     application::later, hang ? delivery::hang : delivery::close);
    action.delay_before = lateness;
    return action;
}

CAIRN_DECL fault_action refuse(int status, std::string code) {
    return detail::answer_with(status, std::move(code), application::never);
}

CAIRN_DECL fault_action apply_then_refuse(int status, std::string code) {
    return detail::answer_with(status, std::move(code), application::at_once);
}

CAIRN_DECL fault_action answer_html(int status, application applies) {
    auto action = detail::make_fault(
        std::to_string(status) + " with HTML" + detail::suffix(applies), applies, delivery::whole);
    canned_answer answer;
    answer.status = status;
    answer.body = "<html><head><title>Oops</title></head><body>a proxy speaks</body></html>\n";
    answer.content_type = "text/html";
    action.answer = std::move(answer);
    return action;
}

CAIRN_DECL fault_action answer_garbage(application applies) {
    auto action = detail::make_fault("garbage" + detail::suffix(applies), applies, delivery::whole);
    canned_answer answer;
    answer.raw = "SSH-2.0-NotAnHttpServer\r\n\r\n";
    action.answer = std::move(answer);
    return action;
}

CAIRN_DECL fault_action cut_header(std::size_t bytes) {
    auto action = detail::make_fault("cut the header after " + detail::in_bytes(bytes),
                                     application::at_once, delivery::cut_header);
    action.bytes = bytes;
    return action;
}

CAIRN_DECL fault_action cut_body(std::size_t bytes) {
    auto action = detail::make_fault("cut the body after " + detail::in_bytes(bytes),
                                     application::at_once, delivery::cut_body);
    action.bytes = bytes;
    return action;
}

CAIRN_DECL fault_action shorten_body(std::size_t bytes) {
    auto action = detail::make_fault("shorten the body to " + std::to_string(bytes) + " bytes",
                                     application::at_once, delivery::shortened);
    action.bytes = bytes;
    return action;
}

CAIRN_DECL fault_action delay(std::chrono::milliseconds before, std::chrono::milliseconds after) {
    auto action = detail::make_fault("delay " + std::to_string(before.count()) + " ms before, " +
                                         std::to_string(after.count()) + " ms after",
                                     application::at_once, delivery::whole);
    action.delay_before = before;
    action.delay_after = after;
    return action;
}

CAIRN_DECL fault_action answer_slowly() {
    return detail::make_fault("answer byte by byte", application::at_once, delivery::byte_by_byte);
}

CAIRN_DECL fault_action close_idle() {
    auto action =
        detail::make_fault("close the idle connection", application::at_once, delivery::whole);
    action.close_afterwards = true;
    return action;
}

CAIRN_DECL std::vector<fault_action> write_faults(std::chrono::milliseconds lateness) {
    using std::chrono::milliseconds;
    auto const never = application::never;
    auto const at_once = application::at_once;
    auto late_500 = apply_late(lateness, false);
    late_500.name = "500 InternalError, apply late";
    late_500.how = delivery::whole;
    late_500.answer = refuse(500, "InternalError").answer;
    return {
        // the request does not arrive
        close_after_header(), close_in_body(1), close_in_body(64), close_before_apply(),
        hang_before_apply(),
        // it is refused; the codes are those that S3 and its relatives give on conflicts and load
        refuse(500, "InternalError"), refuse(500, "UnknownError"), refuse(502, "BadGateway"),
        refuse(503, "SlowDown"), refuse(503, "ServiceUnavailable"), refuse(504, "GatewayTimeout"),
        refuse(429, "TooManyRequests"), refuse(400, "RequestTimeout"),
        refuse(409, "ConditionalRequestConflict"), refuse(409, "OperationAborted"),
        refuse(412, "PreconditionFailed"), refuse(403, "RequestTimeTooSkewed"),
        refuse(404, "NoSuchKey"), answer_html(502, never), answer_html(200, never),
        answer_garbage(never),
        // it is applied and the answer does not say so
        apply_then_close(), apply_then_reset(), apply_then_hang(), cut_header(5), cut_header(40),
        cut_header(static_cast<std::size_t>(-1)), answer_garbage(at_once),
        answer_html(200, at_once), answer_html(502, at_once),
        apply_then_refuse(500, "InternalError"), apply_then_refuse(503, "ServiceUnavailable"),
        apply_then_refuse(504, "GatewayTimeout"), apply_then_refuse(400, "RequestTimeout"),
        apply_then_refuse(409, "ConditionalRequestConflict"),
        apply_then_refuse(412, "PreconditionFailed"),
        // it is applied late
        apply_late(lateness, false), apply_late(lateness, true), late_500,
        // it succeeds in an unusual way
        delay(milliseconds(20), milliseconds(20)), answer_slowly(), close_idle()};
}

CAIRN_DECL std::vector<fault_action> read_faults() {
    using std::chrono::milliseconds;
    auto const never = application::never;
    return {close_after_header(),
            close_before_apply(),
            hang_before_apply(),
            refuse(500, "InternalError"),
            refuse(503, "SlowDown"),
            refuse(503, "ServiceUnavailable"),
            refuse(504, "GatewayTimeout"),
            refuse(429, "TooManyRequests"),
            refuse(403, "RequestTimeTooSkewed"),
            answer_html(502, never),
            answer_garbage(never),
            cut_header(5),
            cut_header(40),
            cut_header(static_cast<std::size_t>(-1)),
            cut_body(0),
            cut_body(1),
            delay(milliseconds(20), milliseconds(20)),
            answer_slowly(),
            close_idle()};
}

CAIRN_DECL std::vector<fault_action> list_faults() {
    auto faults = read_faults();
    faults.push_back(shorten_body(0));
    faults.push_back(shorten_body(100));
    faults.push_back(answer_html(200, application::never));
    return faults;
}

} // namespace cairn::testing

#endif
