#ifndef CAIRN_SIGV4_V4A_IMPL_SIGNER_V4A_IPP
#define CAIRN_SIGV4_V4A_IMPL_SIGNER_V4A_IPP

#include <cairn/sigv4/v4a/signer_v4a.hpp>

#include <cairn/sigv4/time.hpp>
#include <cairn/sigv4/v4a/v4a_key.hpp>

namespace cairn::sigv4 {

namespace detail {

inline error no_signature() {
    return error(errc::invalid_argument, "libcrypto could not make the signature");
}

} // namespace detail

CAIRN_DECL result<void> signer_v4a::sign(credentials const& who, request_view const& request,
                                         std::chrono::system_clock::time_point now,
                                         signature& out) const {
    auto const time = timestamp::from(now);
    if (auto const problem = writer_.begin_headers(who, request, time, out))
        return error(errc::invalid_argument, problem);
    v4a_key::signature_digits digits;
    writer_.end_headers(who, v4a_key::derive(who).sign(out.string_to_sign(), digits), out);
    if (out.hex().empty())
        return detail::no_signature();
    return {};
}

CAIRN_DECL result<void> signer_v4a::presign(credentials const& who, request_view const& request,
                                            std::chrono::system_clock::time_point now,
                                            std::chrono::seconds expires, signature& out) const {
    auto const time = timestamp::from(now);
    if (auto const problem = writer_.begin_query(who, request, time, expires, out))
        return error(errc::invalid_argument, problem);
    v4a_key::signature_digits digits;
    writer_.end_query(who, v4a_key::derive(who).sign(out.string_to_sign(), digits), out);
    if (out.hex().empty())
        return detail::no_signature();
    return {};
}

CAIRN_DECL result<chunk_chain> signer_v4a::chunks(credentials const& who,
                                                  signature const& seed) const {
    if (auto const problem = writer_.defect(who))
        return error(errc::invalid_argument, problem);
    if (!writer_.is_seed(who, seed))
        return error(errc::invalid_argument, detail::seed_problem);
    return chunk_chain(v4a_key::derive(who), seed.amz_date(), seed.scope(), seed.hex());
}

} // namespace cairn::sigv4

#endif
