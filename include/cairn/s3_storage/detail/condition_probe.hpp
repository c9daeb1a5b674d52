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
/// with the old ETag (refused); then the object is removed.
///
/// Where objects may not be removed, one is kept, which all probes share: the first create is left
/// out, and an ETag that does not match is read anew, as another prober may have changed it.
class condition_probe {
public:
    enum class step {
        look,    ///< read the ETag of the object in use; at first, of the kept one
        create,  ///< with `If-None-Match: *`
        replace, ///< with `If-Match: etag()`
        restart, ///< take a new object of one's own, and create it
        settle,  ///< `finding()` is there; remove the object, if it is one's own
    };

    step start() const noexcept { return step::look; }

    /// The object was looked at: its ETag, or the error.
    CAIRN_DECL step on_looked(result<std::string> const& etag);
    /// A write was answered: the new object's ETag, or the error.
    CAIRN_DECL step on_written(result<std::string> const& etag);

    /// Whether the kept object is in use.
    bool uses_kept() const noexcept { return kept_; }

    std::string etag() const { return spell(etag_, spelling_); }

    /// The spelling that works, or why conditional writes cannot be used.
    result<etag_spelling> const& finding() const noexcept { return *finding_; }

private:
    enum class stage { creating, recreating, replacing, replacing_stale };

    CAIRN_DECL step refuse(char const* why);
    CAIRN_DECL step on_success(std::string const& etag);
    CAIRN_DECL step on_lost_race();
    step restart();

    bool kept_ = false;
    unsigned looks_ = 0;
    stage stage_ = stage::creating;
    etag_spelling spelling_ = etag_spelling::quoted;
    std::string etag_;
    unsigned restarts_ = 0;
    std::optional<result<etag_spelling>> finding_;
};

} // namespace cairn::storage::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3_storage/detail/impl/condition_probe.ipp>
#endif

#endif
