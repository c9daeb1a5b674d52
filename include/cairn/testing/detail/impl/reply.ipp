#ifndef CAIRN_TESTING_DETAIL_IMPL_REPLY_IPP
#define CAIRN_TESTING_DETAIL_IMPL_REPLY_IPP

#include <cairn/testing/detail/reply.hpp>

#include <boost/beast/http/status.hpp>

#include <cstdio>
#include <ctime>

namespace cairn::testing::detail {

CAIRN_DECL std::string escape_xml(std::string_view text) {
    std::string escaped;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '&')
            escaped += "&amp;";
        else if (c == '<')
            escaped += "&lt;";
        else if (c == '>')
            escaped += "&gt;";
        else if (c == '"')
            escaped += "&quot;";
        else if (byte < 0x20) // not XML 1.0, most of them; S3 sends them so all the same
            escaped += "&#" + std::to_string(byte) + ";";
        else
            escaped += c;
    }
    return escaped;
}

inline std::string formatted(std::chrono::system_clock::time_point t, char const* format) {
    std::time_t const seconds = std::chrono::system_clock::to_time_t(t);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

CAIRN_DECL std::string iso_date(std::chrono::system_clock::time_point t) {
    return formatted(t, "%Y-%m-%dT%H:%M:%S.000Z");
}

CAIRN_DECL std::string http_date(std::chrono::system_clock::time_point t) {
    return formatted(t, "%a, %d %b %Y %H:%M:%S GMT");
}

CAIRN_DECL std::string request_id(std::size_t number) {
    char text[32];
    std::snprintf(text, sizeof text, "CAIRN%011zu", number);
    return text;
}

CAIRN_DECL reply error_reply(refusal const& why, std::string_view resource, std::size_t number) {
    reply answer;
    answer.status = why.status;
    answer.code = why.code;
    answer.headers = {{"Content-Type", "application/xml"}};
    auto const element = [](std::string const& name, std::string_view text) {
        return "<" + name + ">" + escape_xml(text) + "</" + name + ">";
    };
    answer.body = std::string(xml_head) + "<Error>";
    answer.body += element("Code", why.code) + element("Message", why.message);
    for (auto const& [name, value] : why.details)
        answer.body += element(name, value);
    answer.body += element("Resource", resource) + element("RequestId", request_id(number));
    answer.body += "<HostId>loopback</HostId></Error>";
    return answer;
}

CAIRN_DECL reply canned_reply(canned_answer const& canned, std::string_view resource,
                              std::size_t number) {
    if (canned.body.empty() && canned.status >= 300)
        return error_reply({canned.status, canned.code, "Injected by the test", {}}, resource,
                           number);
    reply answer;
    answer.status = canned.status;
    answer.code = canned.code;
    answer.body = canned.body;
    if (!canned.content_type.empty())
        answer.headers.emplace_back("Content-Type", canned.content_type);
    return answer;
}

CAIRN_DECL wire_reply to_wire(reply const& answer, bool head, bool keep_alive, std::size_t number,
                              std::chrono::system_clock::time_point now) {
    wire_reply wire;
    auto const reason =
        boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(answer.status));
    wire.header = "HTTP/1.1 " + std::to_string(answer.status) + " " +
                  std::string(reason.data(), reason.size()) + "\r\n";
    auto const add = [&wire](std::string_view name, std::string_view value) {
        wire.header.append(name).append(": ").append(value).append("\r\n");
    };
    add("x-amz-request-id", request_id(number));
    add("x-amz-id-2", "loopback");
    add("Date", http_date(now));
    add("Server", "cairn-loopback");
    bool const error = answer.status >= 300;
    for (auto const& [name, value] : answer.headers)
        add(name, value);
    // Errors of HEAD have no body to speak of, so they do not tell its size.
    bool const bodiless = answer.status == 204 || answer.status == 304;
    if (!bodiless && !(head && error))
        add("Content-Length", std::to_string(answer.body.size()));
    if (!keep_alive)
        add("Connection", "close");
    wire.header += "\r\n";
    if (!head && !bodiless)
        wire.body = answer.body;
    return wire;
}

} // namespace cairn::testing::detail

#endif
