#ifndef CAIRN_S3_DETAIL_IMPL_REFUSAL_IPP
#define CAIRN_S3_DETAIL_IMPL_REFUSAL_IPP

#include <cairn/s3/detail/refusal.hpp>

#include <cairn/core/text.hpp>

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace cairn::s3::detail {

inline std::optional<errc> errc_of_code(std::string_view code) {
    static constexpr std::pair<std::string_view, errc> table[] = {
        {"NoSuchKey", errc::not_found},
        {"NoSuchVersion", errc::not_found},
        {"NoSuchUpload", errc::not_found},
        {"NotFound", errc::not_found},
        {"NoSuchBucket", errc::no_such_bucket},
        {"PreconditionFailed", errc::precondition_failed},
        {"ConditionalRequestConflict", errc::conflict},
        {"OperationAborted", errc::conflict},
        {"AccessDenied", errc::access_denied},
        {"AllAccessDisabled", errc::access_denied},
        {"AccountProblem", errc::access_denied},
        {"InvalidAccessKeyId", errc::bad_credentials},
        {"SignatureDoesNotMatch", errc::bad_credentials},
        {"ExpiredToken", errc::bad_credentials},
        {"InvalidToken", errc::bad_credentials},
        {"TokenRefreshRequired", errc::bad_credentials},
        {"RequestTimeTooSkewed", errc::bad_credentials},
        {"SlowDown", errc::throttled},
        {"ServiceUnavailable", errc::throttled},
        {"Throttling", errc::throttled},
        {"ThrottlingException", errc::throttled},
        {"RequestLimitExceeded", errc::throttled},
        {"TooManyRequests", errc::throttled},
        {"InternalError", errc::service_failure},
        {"UnknownError", errc::service_failure},
        {"RequestTimeout", errc::timed_out},
        {"PermanentRedirect", errc::wrong_region},
        {"TemporaryRedirect", errc::wrong_region},
        {"AuthorizationHeaderMalformed", errc::wrong_region},
        {"IllegalLocationConstraintException", errc::wrong_region},
        {"EntityTooLarge", errc::too_large},
    };
    for (auto const& [name, value] : table)
        if (name == code)
            return value;
    return std::nullopt;
}

inline errc errc_of_status(int status) noexcept {
    switch (status) {
    case 404: return errc::not_found;
    case 401:
    case 403: return errc::access_denied;
    case 409: return errc::conflict;
    case 412: return errc::precondition_failed;
    case 413: return errc::too_large;
    case 429: return errc::throttled;
    case 408: return errc::timed_out;
    case 501: return errc::rejected;
    default: break;
    }
    if (status >= 500)
        return errc::service_failure;
    if (status >= 400)
        return errc::rejected;
    if (status == 304)
        return errc::precondition_failed;
    if (status >= 300)
        return errc::wrong_region;
    return errc::bad_response;
}

/// After these the server may still have applied the request. `ServiceUnavailable` is what proxies
/// say too, after they have passed the request on.
inline bool leaves_effect_open(int status, errc code, std::string_view service_code) noexcept {
    if (code == errc::timed_out || service_code == "ServiceUnavailable")
        return true;
    return status >= 500 && status != 501 && code != errc::throttled;
}

/// It becomes part of a host name and of a signature's scope.
inline bool is_region(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 63 && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               char const lower = cairn::detail::to_lower(c);
               return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

CAIRN_DECL refusal interpret_refusal(response const& r) {
    refusal out;
    pugi::xml_document document;
    std::string_view told_region;
    if (document.load_buffer(r.body.data(), r.body.size())) {
        pugi::xml_node const root = document.child("Error");
        out.what.service_code = cairn::detail::printable(root.child_value("Code"), 64);
        out.what.message = cairn::detail::printable(root.child_value("Message"));
        out.what.request_id = cairn::detail::printable(root.child_value("RequestId"), 64);
        told_region = root.child_value("Region");
    }
    out.region = r.headers.find("x-amz-bucket-region");
    if (out.region.empty())
        out.region = told_region;
    if (!detail::is_region(out.region))
        out.region.clear();
    auto const known = detail::errc_of_code(out.what.service_code);
    errc code = known.value_or(detail::errc_of_status(r.status));
    // A HEAD's refusal has no body; for a bucket elsewhere it is a bare 400 or 301.
    bool const elsewhere =
        r.status == 301 || r.status == 307 || (r.status == 400 && r.body.empty());
    if (!known && elsewhere && !out.region.empty())
        code = errc::wrong_region;
    if (code == errc::wrong_region && r.status == 400 && out.region.empty())
        code = errc::rejected;
    out.what.code = make_error_code(code);
    out.what.status = r.status;
    if (out.what.request_id.empty())
        out.what.request_id = cairn::detail::printable(r.headers.find("x-amz-request-id"), 64);
    out.what.effect = detail::leaves_effect_open(r.status, code, out.what.service_code)
                          ? remote_effect::possible
                          : remote_effect::none;
    if (auto const seconds = cairn::detail::to_uint(r.headers.find("retry-after")))
        out.retry_after = std::chrono::seconds(std::min<std::uint64_t>(*seconds, 3600));
    out.server_time = parse_http_date(r.headers.find("date"));
    return out;
}

CAIRN_DECL std::optional<std::chrono::system_clock::time_point>
parse_http_date(std::string_view text) {
    // Sun, 06 Nov 1994 08:49:37 GMT
    static constexpr std::array<std::string_view, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(25) != " GMT" || text[3] != ',' || text[19] != ':' ||
        text[22] != ':')
        return std::nullopt;
    auto const number = [text](std::size_t at, std::size_t size) {
        return cairn::detail::to_uint(text.substr(at, size));
    };
    unsigned month = 0;
    for (unsigned i = 0; i != months.size(); ++i)
        if (months[i] == text.substr(8, 3))
            month = i + 1;
    auto const day = number(5, 2), year = number(12, 4), hour = number(17, 2),
               minute = number(20, 2), second = number(23, 2);
    if (month == 0 || !day || !year || !hour || !minute || !second)
        return std::nullopt;
    std::chrono::year_month_day const date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(month),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

} // namespace cairn::s3::detail

#endif
