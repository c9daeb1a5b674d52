//
// cairn/sigv4/detail/canonical.hpp: the canonical request, which signer and verifier share.
//
#ifndef CAIRN_SIGV4_DETAIL_CANONICAL_HPP
#define CAIRN_SIGV4_DETAIL_CANONICAL_HPP

#include <cairn/sigv4/detail/text_buffer.hpp>
#include <cairn/sigv4/request.hpp>

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cairn::sigv4::detail {

// What is wrong with the input, in words without any of its values; null if nothing.
using problem = char const*;

// The headers of one request, their names in lower case; on the stack for up to 40.
class header_list {
public:
    struct entry {
        std::uint64_t key; // what the name begins with: most names differ in it
        text_range name;
        std::string_view value;
        std::uint32_t order; // where it stood: equal names keep their order
        bool clean;          // the value needs neither trimming nor a check
    };

    // Add a header of our own: a lower-case name, a value that is canonical already.
    CAIRN_DECL void add_clean(std::string_view name, std::string_view value);
    // Add a caller's header.
    CAIRN_DECL problem add(header const& h);
    // Add those headers of `request` that may be signed, but none of the names in `own`: they are
    // stale, and will be replaced.
    CAIRN_DECL problem add_signable(request_view const& request, std::span<header const> own = {});

    CAIRN_DECL void sort() noexcept;

    entry const* begin() const noexcept { return entries_.data(); }
    entry const* end() const noexcept { return entries_.data() + entries_.size(); }
    std::string_view name(entry const& e) const noexcept { return names_.view(e.name); }
    // Whether the name is that of the header before, once they are sorted.
    bool repeats(entry const& e) const noexcept {
        return &e != begin() && e.key == (&e)[-1].key && name(e) == name((&e)[-1]);
    }

private:
    void push(text_range name, std::string_view value, bool clean);

    boost::container::small_vector<entry, 40> entries_;
    text_buffer names_;
};

struct path_rules {
    bool normalize;    // drop empty and dot segments
    bool encode_again; // percent-encode what is percent-encoded on the wire already
};

// Each appends to `out`.
CAIRN_DECL problem write_canonical_path(text_buffer& out, std::string_view path, path_rules rules);
CAIRN_DECL problem write_canonical_query(text_buffer& out, std::string_view query);
CAIRN_DECL problem write_canonical_headers(text_buffer& out, header_list const& headers);

// The whole of it, from the method to the payload hash; `names` receives where the list of
// signed headers stands. The query may be another than the request's, and so may the hash; neither
// is in `out`.
CAIRN_DECL problem write_canonical_request(text_buffer& out, request_view const& request,
                                           std::string_view query, std::string_view hash,
                                           path_rules rules, header_list const& headers,
                                           text_range& names);

} // namespace cairn::sigv4::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/detail/impl/canonical.ipp>
#endif

#endif
