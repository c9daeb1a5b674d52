//
// url.hpp: the URL of a request, in the form in which it goes on the wire.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_URL_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_URL_HPP

#include <string>
#include <string_view>

namespace signing {

struct url {
    std::string scheme;   ///< "http" or "https"
    std::string host;     ///< with the port, unless that is the scheme's own: the Host header
    std::string path;     ///< what may not stand in a URL is percent-encoded, once
    std::string as_given; ///< the path as it was written, but for control characters
    std::string query;    ///< without the '?'; encoded as the path is

    /// Both, as in a request's first line.
    std::string target() const { return query.empty() ? path : path + "?" + query; }
    std::string text() const { return scheme + "://" + host + target(); }
};

/// Takes an absolute URL as it is on the wire: %XX stays, and so do dots and slashes. Throws
/// `refused`, which names `member`.
url parse_url(std::string_view member, std::string_view text);

/// How to write a URL so that services expect the signature that it gets; empty where it is written
/// so. S3 servers decode the path that came and encode it anew, all but letters, digits and -._~/;
/// other services, meant by `encoded_again`, encode it once more as it came. A + in a query is read
/// as a space, though it is signed as itself.
std::string advice_on(url const& u, bool encoded_again);

/// Whether a Host header names the URL's host: in whatever case, with the scheme's own port or not.
bool names_host(std::string_view header, url const& u);

/// Sets path and query from what was signed of them.
void set_path(url& u, std::string_view path);
void set_query(url& u, std::string_view query);

} // namespace signing

#endif
