//
// cairn/json/pointer.hpp: JSON Pointers (RFC 6901), looked up in bytes.
//
#ifndef CAIRN_JSON_POINTER_HPP
#define CAIRN_JSON_POINTER_HPP

#include <cairn/core/error.hpp>
#include <cairn/json/scanner.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::json {

/// A JSON Pointer. A plain value; safe to use from several threads at once.
class pointer {
public:
    /// The whole text.
    pointer() = default;

    /// Reads `/a/b`. `errc::invalid_argument` for what does not begin with `/` (unless it is
    /// empty), for a `~` that is neither `~0` nor `~1`, and for invalid UTF-8.
    CAIRN_DECL static result<pointer> parse(std::string_view text);

    /// The reference tokens, unescaped.
    std::vector<std::string> const& tokens() const noexcept { return tokens_; }

    /// The tokens with a dot before each, as people write it: `.traits.smi_uid`.
    CAIRN_DECL std::string dotted() const;

private:
    std::vector<std::string> tokens_;
};

/// What a look-up came to.
struct lookup {
    /// The exact text that the pointer names; none where nothing is there.
    std::optional<std::string_view> value;

    /// Set where the text is not JSON, or where a member on the path stands there twice, so that
    /// nobody can say which is meant.
    std::optional<json::syntax_error> problem;
};

/// Finds what `where` names in `text`. Duplicate members are noticed only on the path itself.
/// The result's view refers to `text`. Cost: one pass for each token over the value that it is
/// looked up in.
CAIRN_DECL lookup find(std::string_view text, pointer const& where, scan_options options = {});

} // namespace cairn::json

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/json/impl/pointer.ipp>
#endif

#endif
