//
// cairn/sigv4/detail/canonical.hpp: the canonical request, which signer and verifier share.
//
#ifndef CAIRN_SIGV4_DETAIL_CANONICAL_HPP
#define CAIRN_SIGV4_DETAIL_CANONICAL_HPP

#include <cairn/sigv4/detail/scratch_array.hpp>
#include <cairn/sigv4/request.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cairn::sigv4::detail {

// What is wrong with the input, in words without any of its values; null if nothing.
using problem = char const*;

// A header on its way into the canonical request.
struct header_entry {
    std::uint64_t key;     // what `name` begins with
    std::string_view name; // lower-case
    std::string_view value;
    std::uint32_t order; // where it stood: equal names keep their order
    bool clean;          // the value needs neither trimming nor a check
};

inline bool is_same_name(header_entry const& a, header_entry const& b) noexcept {
    return a.key == b.key && a.name == b.name;
}

// The headers of one request, lower-cased and then sorted; on the stack for up to 40.
class header_list {
public:
    explicit header_list(std::size_t most) : entries_(most) {}

    // Add a header of our own: a lower-case name, a value that is canonical already.
    CAIRN_DECL void add_clean(std::string_view name, std::string_view value) noexcept;

    // Add a caller's header, its name lower-cased into `scratch`, which moves on behind it.
    CAIRN_DECL problem add(header const& h, char*& scratch) noexcept;

    // Add those headers of `request` that may be signed, but none of the names in `own`: they are
    // stale, and will be replaced.
    CAIRN_DECL problem add_signable(request_view const& request, char*& scratch,
                                    std::span<header const> own = {}) noexcept;

    CAIRN_DECL void sort() noexcept;

    header_entry const* begin() const noexcept { return entries_.data(); }
    header_entry const* end() const noexcept { return entries_.data() + size_; }
    std::size_t size() const noexcept { return size_; }

private:
    scratch_array<header_entry, 40> entries_;
    std::size_t size_ = 0;
};

struct path_rules {
    bool normalize;    // drop empty and dot segments
    bool encode_again; // percent-encode what is percent-encoded on the wire already
};

// Each writes at `out`, which moves on, and trusts the caller that there is room:
// three bytes for each of the path, four for each of the query (and for its scratch).
CAIRN_DECL problem write_canonical_path(char*& out, std::string_view path, path_rules rules);
CAIRN_DECL problem write_canonical_query(char*& out, std::string_view query, char* scratch);
CAIRN_DECL problem write_canonical_headers(char*& out, header_list const& headers);
CAIRN_DECL void write_signed_headers(char*& out, header_list const& headers);

inline std::size_t canonical_path_bound(std::string_view path) {
    return 3 * path.size() + 1;
}
inline std::size_t canonical_query_bound(std::string_view query) {
    return 4 * query.size() + 1;
}

// The whole of it, from the method to the payload hash; `names` receives where the list of
// signed headers stands. The query may be another than the request's, and so may the hash.
CAIRN_DECL problem write_canonical_request(char*& out, request_view const& request,
                                           std::string_view query, std::string_view hash,
                                           path_rules rules, header_list const& headers,
                                           char* scratch, std::string_view& names);

CAIRN_DECL problem check_method(std::string_view method) noexcept;
CAIRN_DECL problem check_payload_hash(std::string_view hash) noexcept;

} // namespace cairn::sigv4::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/detail/impl/canonical.ipp>
#endif

#endif
