//
// cairn/s3_storage/detail/condition_probe.hpp: finds out whether a server honours conditional
// writes.
//
#ifndef CAIRN_S3_STORAGE_DETAIL_CONDITION_PROBE_HPP
#define CAIRN_S3_STORAGE_DETAIL_CONDITION_PROBE_HPP

#include <cairn/core/error.hpp>

#include <optional>
#include <string>

namespace cairn::storage::detail {

/// An ETag as `If-Match` is to have it.
enum class etag_spelling { quoted, unquoted };

inline std::string spell(std::string const& etag, etag_spelling spelling) {
    if (spelling == etag_spelling::unquoted && etag.size() >= 2 && etag.front() == '"' &&
        etag.back() == '"')
        return etag.substr(1, etag.size() - 2);
    return etag;
}

/// Decides what to send to a probe object, without I/O. On an honest server: create (applied),
/// create again (refused), replace with the right ETag, quoted or else unquoted (applied), replace
/// with the old ETag (refused); then the object is removed. Five or six requests.
class condition_probe {
public:
    enum class step {
        create,  ///< with `If-None-Match: *`
        replace, ///< with `If-Match: etag()`
        restart, ///< an answer was lost or said nothing: begin again with another object
        settle,  ///< `verdict()` is there; remove the object
    };

    step start() const noexcept { return step::create; }

    /// A write was answered: the new object's ETag, or the error.
    CAIRN_DECL step on_written(result<std::string> const& etag);

    std::string etag() const { return spell(etag_, spelling_); }

    /// The spelling that works, or why conditional writes cannot be used.
    result<etag_spelling> const& verdict() const noexcept { return *verdict_; }

private:
    enum class stage { creating, recreating, replacing, replacing_stale };

    CAIRN_DECL step refuse(char const* why);
    CAIRN_DECL step on_success(std::string const& etag);
    CAIRN_DECL step on_lost_race();

    stage stage_ = stage::creating;
    etag_spelling spelling_ = etag_spelling::quoted;
    std::string etag_;
    unsigned restarts_ = 0;
    std::optional<result<etag_spelling>> verdict_;
};

} // namespace cairn::storage::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3_storage/detail/impl/condition_probe.ipp>
#endif

#endif
