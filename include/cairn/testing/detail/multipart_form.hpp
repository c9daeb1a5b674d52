//
// cairn/testing/detail/multipart_form.hpp: a form as browsers post it, in multipart/form-data.
//
#ifndef CAIRN_TESTING_DETAIL_MULTIPART_FORM_HPP
#define CAIRN_TESTING_DETAIL_MULTIPART_FORM_HPP

#include <cairn/sigv4/post_policy.hpp>
#include <cairn/testing/request_head.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::testing::detail {

// How much may stand before the file; S3's limit.
inline constexpr std::size_t longest_form_fields = 20 * 1024;

struct multipart_form {
    sigv4::form_fields fields; // before the file, in their order, ${filename} replaced
    std::string_view file;     // a part of the body that was read
};

CAIRN_DECL bool is_multipart_form(request_head const& head);

// The first field of that name, in any case.
CAIRN_DECL std::optional<std::string> form_field(sigv4::form_fields const& fields,
                                                 std::string_view name);

// The answer to a form without a field that has to be there.
CAIRN_DECL refusal missing_form_field(std::string const& name);

// Reads the form in a body. As S3 does, it takes for the file the part of that name, and ignores
// the fields behind it.
// Source: RFC 7578, RFC 2046; "POST Object" in the Amazon S3 API Reference.
CAIRN_DECL std::optional<refusal> read_multipart_form(request_head const& head,
                                                      std::string_view body, multipart_form& form);

} // namespace cairn::testing::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/testing/detail/impl/multipart_form.ipp>
#endif

#endif
