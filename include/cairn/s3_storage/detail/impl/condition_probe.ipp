#ifndef CAIRN_S3_STORAGE_DETAIL_IMPL_CONDITION_PROBE_IPP
#define CAIRN_S3_STORAGE_DETAIL_IMPL_CONDITION_PROBE_IPP

#include <cairn/s3_storage/detail/condition_probe.hpp>

namespace cairn::storage::detail {

inline condition_probe::step condition_probe::restart() {
    kept_ = false;
    stage_ = stage::creating;
    spelling_ = etag_spelling::quoted;
    return step::restart;
}

CAIRN_DECL condition_probe::step condition_probe::on_looked(result<std::string> const& etag) {
    static constexpr unsigned max_looks = 100; // as many others are before us, at most
    if (!etag || ++looks_ > max_looks)
        return restart();
    bool const changed = etag_ != *etag;
    etag_ = *etag;
    if (stage_ == stage::creating) {
        kept_ = true;
        stage_ = stage::recreating;
        return step::create;
    }
    if (changed)
        return step::replace;
    if (spelling_ == etag_spelling::unquoted)
        return refuse("the server refuses If-Match even with the right ETag");
    spelling_ = etag_spelling::unquoted;
    return step::replace;
}

CAIRN_DECL condition_probe::step condition_probe::on_written(result<std::string> const& etag) {
    static constexpr unsigned max_restarts = 5;
    if (etag)
        return on_success(*etag);
    error const& e = etag.error();
    // A 409 says that something else is going on, not whether conditions are honoured.
    bool const inconclusive = e.effect == remote_effect::possible || e.code == errc::conflict;
    if (inconclusive && restarts_ < max_restarts) {
        ++restarts_;
        return restart();
    }
    if (e.code == errc::precondition_failed ||
        (stage_ != stage::creating && e.code == errc::not_found))
        return on_lost_race();
    if (e.status == 501)
        return refuse("the server does not implement conditional writes");
    finding_ = e;
    return step::settle;
}

CAIRN_DECL condition_probe::step condition_probe::on_success(std::string const& etag) {
    switch (stage_) {
    case stage::creating:
        etag_ = etag;
        stage_ = stage::recreating;
        return step::create;
    case stage::recreating:
        if (kept_) // it may have been removed meanwhile
            return restart();
        return refuse("the server ignores If-None-Match (a versioned bucket on Ceph does)");
    case stage::replacing:
        stage_ = stage::replacing_stale; // `etag_` is now the old one
        return step::replace;
    case stage::replacing_stale: break;
    }
    return refuse("the server ignores If-Match");
}

CAIRN_DECL condition_probe::step condition_probe::on_lost_race() {
    switch (stage_) {
    case stage::creating: return refuse("the server refuses If-None-Match for a new key");
    case stage::recreating: stage_ = stage::replacing; return step::replace;
    case stage::replacing:
        if (kept_)
            return step::look;
        if (spelling_ == etag_spelling::unquoted)
            return refuse("the server refuses If-Match even with the right ETag");
        spelling_ = etag_spelling::unquoted;
        return step::replace;
    case stage::replacing_stale: break;
    }
    finding_ = spelling_;
    return step::settle;
}

CAIRN_DECL condition_probe::step condition_probe::refuse(char const* why) {
    finding_ = error(errc::conditions_unsupported, why);
    return step::settle;
}

} // namespace cairn::storage::detail

#endif
