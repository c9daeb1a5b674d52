//
// differences.hpp: in what the two sides of a signature do not agree.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_DIFFERENCES_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_DIFFERENCES_HPP

#include <cairn/sigv4/verify/difference.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signing {

using differences = std::vector<cairn::sigv4::difference>;

/// Adds the part unless it is the same on both sides.
inline void compare(differences& all, std::string part, std::string_view client,
                    std::string_view server) {
    if (client != server)
        all.push_back({std::move(part), std::string(client), std::string(server)});
}

} // namespace signing

#endif
