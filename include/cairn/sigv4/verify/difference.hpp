//
// cairn/sigv4/verify/difference.hpp: where two canonical requests, or two strings to sign, part.
//
#ifndef CAIRN_SIGV4_VERIFY_DIFFERENCE_HPP
#define CAIRN_SIGV4_VERIFY_DIFFERENCE_HPP

#include <cairn/core/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::sigv4 {

/// A part in which the two sides do not agree.
struct difference {
    std::string part; ///< "method", "path", "query", "header x-amz-date", …, "order of the parts"
    std::string client, server; ///< what each has there; empty for a header that it has not
};

/// Lay the client's canonical request beside the service's: which parts differ, in the order in
/// which they stand; "order of the parts", with both texts, where nothing else does. No
/// differences mean that they are equal. What is no canonical request is compared line by line as
/// far as it goes.
CAIRN_DECL std::vector<difference> compare_canonical_requests(std::string_view client,
                                                              std::string_view server);

/// The same for strings to sign: "algorithm", "date", "scope", "hash of the canonical request".
CAIRN_DECL std::vector<difference> compare_strings_to_sign(std::string_view client,
                                                           std::string_view server);

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/verify/impl/difference.ipp>
#endif

#endif
