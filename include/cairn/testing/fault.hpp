//
// cairn/testing/fault.hpp: what can go wrong with a request, and with which request it does.
//
#ifndef CAIRN_TESTING_FAULT_HPP
#define CAIRN_TESTING_FAULT_HPP

#include <cairn/core/config.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::testing {

/// Whether and when a request is carried out. One that carries a condition that does not hold, or
/// a wrong signature, changes nothing in any case.
enum class application {
    never,
    at_once,
    later, ///< after `delay_before`; the answer, if any, is sent at once
};

/// How the answer goes out.
enum class delivery {
    whole,
    byte_by_byte, ///< each byte in a write of its own
    cut_header,   ///< the connection closes within the header, after at most `bytes`
    cut_body,     ///< the connection closes within the body, after at most `bytes`
    shortened,    ///< a well-formed answer whose body is only the first `bytes` of the real one
    close,        ///< nothing is sent and the connection closes
    hang,         ///< nothing is sent and the connection stays open
};

/// An answer that replaces the real one.
struct canned_answer {
    int status = 0;
    std::string code;         ///< S3's code: makes an XML error body where `body` is empty
    std::string body;         ///< the body
    std::string content_type; ///< of `body`
    std::string raw;          ///< where not empty: what goes out instead of an HTTP answer
};

/// What happens to one request. The members are independent of each other; the functions below
/// make the usual combinations.
struct fault_action {
    std::string name;                        ///< unique in the ready-made lists
    std::optional<std::size_t> stop_reading; ///< close once that much of the body came, or all
    application applies = application::at_once;
    std::chrono::milliseconds delay_before{}; ///< before the request is carried out
    std::chrono::milliseconds delay_after{};  ///< before it is answered
    std::optional<canned_answer> answer;
    delivery how = delivery::whole;
    bool reset = false;    ///< closes with a TCP reset, which may overtake what was sent before
    std::size_t bytes = 0; ///< for the deliveries that need a number
    bool close_afterwards = false; ///< closes the idle connection without having announced it
};

/// Which requests a fault hits. Every member narrows.
struct fault_matcher {
    std::string method; ///< empty: any
    std::string bucket; ///< empty: any
    std::string key;    ///< empty: any, bucket requests included
    /// Further narrows by key where set. Called in the server's thread, under its lock: it must
    /// not call the server.
    std::function<bool(std::string_view key)> key_predicate;
    std::size_t nth = 1;   ///< the first matching request from now on that is hit, from 1
    std::size_t count = 1; ///< so many requests in a row are hit; 0: all from then on
};

/// A fault to inject.
struct fault {
    fault_matcher matcher;
    fault_action action;
};

/// Closes after the header, with the body unread.
CAIRN_DECL fault_action close_after_header();
/// Closes once `bytes` of the body were read; with more than it has, once it is complete.
CAIRN_DECL fault_action close_in_body(std::size_t bytes);
/// Reads the whole request, then closes and does not carry it out.
CAIRN_DECL fault_action close_before_apply();
/// Reads the whole request, does nothing, keeps the connection open.
CAIRN_DECL fault_action hang_before_apply();
/// Carries it out and closes: the answer is lost.
CAIRN_DECL fault_action apply_then_close();
/// Carries it out and resets the connection.
CAIRN_DECL fault_action apply_then_reset();
/// Carries it out and keeps silent.
CAIRN_DECL fault_action apply_then_hang();
/// Closes, or hangs, and carries it out after `lateness`.
CAIRN_DECL fault_action apply_late(std::chrono::milliseconds lateness, bool hang);
/// Answers with a status and a code of S3; does not carry it out.
CAIRN_DECL fault_action refuse(int status, std::string code);
/// Carries it out and answers with a failure.
CAIRN_DECL fault_action apply_then_refuse(int status, std::string code);
/// Carries it out (or not) and answers with a body as a proxy sends one.
CAIRN_DECL fault_action answer_html(int status, application applies);
/// Carries it out (or not) and answers with what is not HTTP.
CAIRN_DECL fault_action answer_garbage(application applies);
/// Carries it out and closes within the answer's header, after `bytes`.
CAIRN_DECL fault_action cut_header(std::size_t bytes);
/// Carries it out and closes within the answer's body, after `bytes`.
CAIRN_DECL fault_action cut_body(std::size_t bytes);
/// Carries it out and answers with a well-formed answer whose body ends too early.
CAIRN_DECL fault_action shorten_body(std::size_t bytes);
/// Waits before it carries the request out, and before it answers.
CAIRN_DECL fault_action delay(std::chrono::milliseconds before, std::chrono::milliseconds after);
/// Answers byte by byte.
CAIRN_DECL fault_action answer_slowly();
/// Answers, then closes the idle connection without having said so.
CAIRN_DECL fault_action close_idle();

/// Every fault that can befall a write, each point and status, with `applies` telling the truth
/// about it. The connection that hangs does so for ever: the client needs a deadline.
/// @param lateness how late the late ones are.
CAIRN_DECL std::vector<fault_action> write_faults(std::chrono::milliseconds lateness);

/// Every fault that can befall a read. None of them lets wrong bytes pass for right ones.
CAIRN_DECL std::vector<fault_action> read_faults();

/// Every fault that can befall a listing: those of reads, and answers with status 200 that are no
/// listing, or only a part of one.
CAIRN_DECL std::vector<fault_action> list_faults();

} // namespace cairn::testing

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/impl/fault.ipp>
#endif

#endif
