//
// cairn/sigv4/detail/post_document.hpp: whether a form keeps to its policy.
//
#ifndef CAIRN_SIGV4_DETAIL_POST_DOCUMENT_HPP
#define CAIRN_SIGV4_DETAIL_POST_DOCUMENT_HPP

#include <cairn/sigv4/post_policy.hpp>
#include <cairn/sigv4/verify/verification.hpp>

#include <chrono>
#include <string_view>

namespace cairn::sigv4::detail {

// The policy as the form carries it, in base64; its signature was right.
CAIRN_DECL verification check_post_document(post_upload const& upload, std::string_view base64,
                                            std::chrono::system_clock::time_point now);

} // namespace cairn::sigv4::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/detail/impl/post_document.ipp>
#endif

#endif
