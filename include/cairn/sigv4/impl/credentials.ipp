#ifndef CAIRN_SIGV4_IMPL_CREDENTIALS_IPP
#define CAIRN_SIGV4_IMPL_CREDENTIALS_IPP

#include <cairn/sigv4/credentials.hpp>

#include <cairn/sigv4/detail/credentials_block.hpp>

namespace cairn::sigv4 {

namespace detail {

CAIRN_DECL void intrusive_ptr_add_ref(credentials_block const* block) noexcept {
    block->owners.fetch_add(1, std::memory_order_relaxed);
}

CAIRN_DECL void intrusive_ptr_release(credentials_block const* block) noexcept {
    if (block->owners.fetch_sub(1, std::memory_order_acq_rel) == 1)
        delete block;
}

} // namespace detail

CAIRN_DECL credentials::credentials(std::string_view access_key_id,
                                    std::string_view secret_access_key,
                                    std::string_view session_token, token_kind kind)
    : block_(new detail::credentials_block(access_key_id, secret_access_key, session_token, kind)) {
}

CAIRN_DECL std::string_view credentials::access_key_id() const noexcept {
    return block_ ? block_->access_key_id : std::string_view();
}

CAIRN_DECL std::string_view credentials::secret_access_key() const noexcept {
    return block_ ? block_->secret_access_key : std::string_view();
}

CAIRN_DECL std::string_view credentials::session_token() const noexcept {
    return block_ ? block_->session_token : std::string_view();
}

CAIRN_DECL token_kind credentials::session_token_kind() const noexcept {
    return block_ ? block_->kind : token_kind::sts;
}

CAIRN_DECL char const* credentials::defect() const noexcept {
    return block_ ? block_->defect : "there are no credentials";
}

CAIRN_DECL std::uint64_t credentials::id() const noexcept {
    return block_ ? block_->id : 0;
}

} // namespace cairn::sigv4

#endif
