//
// cairn/sigv4/credentials.hpp: an access key, its secret, and perhaps a session token.
//
#ifndef CAIRN_SIGV4_CREDENTIALS_HPP
#define CAIRN_SIGV4_CREDENTIALS_HPP

#include <cairn/core/config.hpp>
#include <cairn/sigv4/token_kind.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstdint>
#include <string_view>

namespace cairn::sigv4 {

namespace detail {
struct credentials_block;
CAIRN_DECL void intrusive_ptr_add_ref(credentials_block const* block) noexcept;
CAIRN_DECL void intrusive_ptr_release(credentials_block const* block) noexcept;
} // namespace detail

/// Holds what a request is signed with. Immutable; there is nothing that prints it.
///
/// Copies share one block of memory, which is wiped when the last of them is released, so a
/// secret is in memory once and no longer than it is held. Copying is cheap and thread-safe.
/// What the constructor's arguments refer to is copied, and stays the caller's to wipe.
class credentials {
public:
    /// Make credentials that sign nothing: `empty()` holds, and a signer refuses them.
    credentials() noexcept = default;

    /// Copy the three parts; `session_token` is empty for long-lived keys.
    /// Text that could not stand in a header is refused later, by the signer's `result`.
    CAIRN_DECL credentials(std::string_view access_key_id, std::string_view secret_access_key,
                           std::string_view session_token = {}, token_kind kind = token_kind::sts);

    /// The parts, valid as long as this object or a copy of it.
    CAIRN_DECL std::string_view access_key_id() const noexcept;
    CAIRN_DECL std::string_view secret_access_key() const noexcept;
    CAIRN_DECL std::string_view session_token() const noexcept;
    CAIRN_DECL token_kind session_token_kind() const noexcept;

    /// Whether access key id or secret are missing.
    bool empty() const noexcept { return access_key_id().empty() || secret_access_key().empty(); }

    /// Say what keeps these from signing, in words without any part of them; null if nothing.
    CAIRN_DECL char const* defect() const noexcept;

    /// A number that this object shares with its copies and with no other credentials of the
    /// process; 0 for default-made ones. Signers know their derived keys by it.
    CAIRN_DECL std::uint64_t id() const noexcept;

private:
    friend class v4a_key; // which keeps what it derives in the block

    boost::intrusive_ptr<detail::credentials_block const> block_;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/credentials.ipp>
#endif

#endif
