//
// request.hpp: what a line asks to be signed.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_REQUEST_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_REQUEST_HPP

#include "fields.hpp"
#include "members.hpp"
#include "url.hpp"

#include <cairn/sigv4/credentials.hpp>
#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/rules.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signing {

enum class way {
    header,  ///< an Authorization header
    query,   ///< a presigned URL
    chunked, ///< an Authorization header, and a body in chunks
};

struct request {
    std::string method;
    url target;
    fields headers; ///< the host among them
    std::string body;
    std::chrono::system_clock::time_point time;
    std::string region; ///< with V4A a set of them
    std::string service;
    cairn::sigv4::credentials who;
    cairn::sigv4::algorithm algorithm;
    way how;
    bool payload_signed;
    cairn::sigv4::expert_rules rules;
    std::chrono::seconds expires; ///< for `way::query`
    std::uint64_t chunk_size;     ///< for `way::chunked`, and so are the trailers
    fields trailers;
};

/// Reads a line, or throws `refused`. Where the line names no time it is now.
request read_request(std::string_view line, std::size_t line_number);

// What lines to be signed and lines to be verified share.

std::span<std::string_view const> request_members() noexcept;

/// The regions that V4A signs for, separated by commas; none is empty.
std::string read_region_set(members const& from);
cairn::sigv4::credentials read_credentials(members const& from, std::string_view access_key_id);
std::optional<std::chrono::system_clock::time_point> read_time(members const& from);
std::optional<cairn::sigv4::algorithm> read_algorithm(members const& from);
std::optional<cairn::sigv4::preset> read_preset(members const& from);
/// The preset's rules with what the line says otherwise.
cairn::sigv4::expert_rules read_rules(members const& from, cairn::sigv4::preset preset);
/// The headers with a host: the caller's, or else the URL's, which then comes first.
fields read_headers(members const& from, std::string_view host);
std::optional<std::string> read_base64(members const& from, std::string_view member);

} // namespace signing

#endif
