//
// cairn/testing/detail/signature_refusal.hpp: S3's answers to signatures that are not right.
//
#ifndef CAIRN_TESTING_DETAIL_SIGNATURE_REFUSAL_HPP
#define CAIRN_TESTING_DETAIL_SIGNATURE_REFUSAL_HPP

#include <cairn/sigv4/verify/verifier.hpp>
#include <cairn/testing/request_head.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::testing::detail {

// What an answer shows of a signature besides the verification: as it was claimed, unverified;
// what is not there is empty.
struct shown_signature {
    enum class place { header, query, form };

    place where = place::header;
    std::string credential;
    std::string region; // or the region set
    std::string date, expires;
    std::string signature;
    std::string headers_unsigned; // of those that have to be signed
    bool has_token = false;

    // What the server knows besides.
    bool lacks_token = false; // the key comes with one
    std::string right_region; // where that is all that is wrong with the scope
    std::uint64_t file_size = 0;
};

CAIRN_DECL shown_signature show_header_signature(request_head const& head);
CAIRN_DECL shown_signature show_query_signature(request_head const& head);
CAIRN_DECL shown_signature show_form_signature(sigv4::form_fields const& fields);

// Whether a query claims a signature, a whole one or a part.
CAIRN_DECL bool claims_query_signature(request_head const& head);

// The parts of a text between separators, without blanks at their ends.
CAIRN_DECL std::vector<std::string> split_list(std::string_view text, char separator);

// Codes, statuses and details as S3 answers them; `found` is anything but valid.
CAIRN_DECL refusal refuse_signature(sigv4::verification const& found, shown_signature const& shown,
                                    std::chrono::system_clock::time_point now);

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/signature_refusal.ipp>
#include <cairn/testing/detail/impl/signature_refusal_shown.ipp>
#endif

#endif
