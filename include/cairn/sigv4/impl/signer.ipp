#ifndef CAIRN_SIGV4_IMPL_SIGNER_IPP
#define CAIRN_SIGV4_IMPL_SIGNER_IPP

#include <cairn/sigv4/signer.hpp>

#include <cairn/core/base64.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/time.hpp>

namespace cairn::sigv4 {

CAIRN_DECL hmac_key signer::key_for(credentials const& who, timestamp const& time) const {
    hmac_key key;
    if (keys_.find(who.id(), time.day(), key))
        return key;
    key = detail::derive_signing_key(who.secret_access_key(), time.date(), region(), service());
    keys_.store(who.id(), time.day(), key);
    return key;
}

CAIRN_DECL result<void> signer::sign(credentials const& who, request_view const& request,
                                     std::chrono::system_clock::time_point now,
                                     signature& out) const {
    auto const time = timestamp::from(now);
    if (auto const problem = writer_.begin_headers(who, request, time, out))
        return error(errc::invalid_argument, problem);
    hmac_key const key = key_for(who, *time);
    writer_.end_headers(who, hex_digits(key.sign(out.string_to_sign())), out);
    return {};
}

CAIRN_DECL result<void> signer::presign(credentials const& who, request_view const& request,
                                        std::chrono::system_clock::time_point now,
                                        std::chrono::seconds expires, signature& out) const {
    auto const time = timestamp::from(now);
    if (auto const problem = writer_.begin_query(who, request, time, expires, out))
        return error(errc::invalid_argument, problem);
    hmac_key const key = key_for(who, *time);
    writer_.end_query(who, hex_digits(key.sign(out.string_to_sign())), out);
    return {};
}

CAIRN_DECL result<chunk_chain> signer::chunks(credentials const& who, signature const& seed) const {
    auto const time = timestamp::parse(seed.amz_date());
    if (auto const problem = writer_.defect(who))
        return error(errc::invalid_argument, problem);
    if (!time || !writer_.is_seed(who, seed))
        return error(errc::invalid_argument, detail::seed_problem);
    hmac_key const key = key_for(who, *time);
    chunk_chain chain(key, seed.amz_date(), seed.scope(), seed.hex());
    return chain;
}

CAIRN_DECL result<post_form> signer::sign_post(credentials const& who, post_policy const& policy,
                                               std::chrono::system_clock::time_point now) const {
    auto const time = timestamp::from(now);
    if (auto const problem = writer_.defect(who))
        return error(errc::invalid_argument, problem);
    if (!time)
        return error(errc::invalid_argument, detail::time_problem);
    form_fields own;
    detail::add_authentication_fields(own, who, *time, writer_.scope_suffix());
    std::string added; // one that the policy speaks of
    for (auto const& f : own)
        if (policy.mentions(f.first))
            added = f.first;
    for (std::string_view const name : {detail::policy_field, detail::post_signature_field})
        if (policy.mentions(name))
            added = name;
    if (!added.empty())
        return error(errc::invalid_argument,
                     "the policy has a condition on " + added + ", which signing adds");
    std::string document;
    if (auto const done = policy.write_json(document, own); !done)
        return done.error();
    post_form form;
    form.fields = policy.fields();
    sign_form(who, *time, document, form);
    return form;
}

CAIRN_DECL result<post_form>
signer::sign_post_document(credentials const& who, std::string_view policy_json,
                           std::chrono::system_clock::time_point now) const {
    auto const time = timestamp::from(now);
    if (auto const problem = writer_.defect(who))
        return error(errc::invalid_argument, problem);
    if (!time)
        return error(errc::invalid_argument, detail::time_problem);
    post_form form;
    sign_form(who, *time, policy_json, form);
    return form;
}

CAIRN_DECL void signer::sign_form(credentials const& who, timestamp const& time,
                                  std::string_view policy_json, post_form& form) const {
    form.policy_json = policy_json;
    detail::add_authentication_fields(form.fields, who, time, writer_.scope_suffix());
    std::string const policy = to_base64(policy_json);
    hmac_key const key = key_for(who, time);
    std::string const hex = to_hex(key.sign(policy));
    detail::add_field(form.fields, detail::policy_field, policy);
    detail::add_field(form.fields, detail::post_signature_field, hex);
}

} // namespace cairn::sigv4

#endif
