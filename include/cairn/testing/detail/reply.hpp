//
// cairn/testing/detail/reply.hpp: answers, and how they look on the wire.
//
#ifndef CAIRN_TESTING_DETAIL_REPLY_HPP
#define CAIRN_TESTING_DETAIL_REPLY_HPP

#include <cairn/testing/fault.hpp>
#include <cairn/testing/request_head.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace cairn::testing::detail {

inline constexpr char const* xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

struct reply {
    int status = 200;
    header_list headers;
    std::string body;
    std::string code;     // S3's code of an error
    bool applied = false; // the request changed what is stored
};

// An answer in bytes; `header` includes the empty line.
struct wire_reply {
    std::string header;
    std::string body;
};

CAIRN_DECL std::string escape_xml(std::string_view text);
CAIRN_DECL std::string
iso_date(std::chrono::system_clock::time_point t); // 2013-05-24T00:00:00.000Z
CAIRN_DECL std::string http_date(std::chrono::system_clock::time_point t); // RFC 9110, IMF-fixdate
CAIRN_DECL std::string request_id(std::size_t number);

// The error document; `resource` is the path of the request.
CAIRN_DECL reply error_reply(refusal const& why, std::string_view resource, std::size_t number);
CAIRN_DECL reply canned_reply(canned_answer const& canned, std::string_view resource,
                              std::size_t number);

// A reply to HEAD has the header that the body would have, where that makes sense, and no body.
CAIRN_DECL wire_reply to_wire(reply const& answer, bool head, bool keep_alive, std::size_t number,
                              std::chrono::system_clock::time_point now);

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/reply.ipp>
#endif

#endif
