//
// cairn/sigv4/signature.hpp: what signing a request gives, and the memory that it takes.
//
#ifndef CAIRN_SIGV4_SIGNATURE_HPP
#define CAIRN_SIGV4_SIGNATURE_HPP

#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/text_buffer.hpp>
#include <cairn/sigv4/request.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace cairn::sigv4 {

namespace detail {
class request_writer;
}

/// The headers to add to a request that was signed: views into the `signature` they came from.
class added_headers {
public:
    header const* begin() const noexcept { return items_.data(); }
    header const* end() const noexcept { return items_.data() + size_; }
    std::size_t size() const noexcept { return size_; }

private:
    friend class signature;
    friend class detail::request_writer;

    // Append one; there is room for five.
    void add(header h) noexcept { items_[size_++] = h; }

    std::array<header, 5> items_;
    std::size_t size_ = 0;
};

/// A computed signature with everything that led to it.
///
/// An object to keep and to use again: it holds 4 KiB in itself, which requests of usual size
/// do not exceed, and what a larger one allocated stays for the next. Every view it gives is
/// valid until it is signed into again, moved or destroyed. After a failed `sign` all are empty.
/// Movable. One thread at a time. What was signed stays in it, a session token too, until it is
/// signed into again: neither is wiped, as the secret and what derives from it are.
class signature {
public:
    /// The headers that the caller has to send besides those it gave, `Authorization` last.
    /// They are part of what was signed: replace any of the same name. The session token is
    /// among them, so take care where this is printed.
    added_headers headers() const noexcept {
        added_headers all;
        if (view(texts_.authorization).empty()) // presigned, or not signed at all
            return all;
        all.add({detail::date_header, view(texts_.amz_date)});
        if (!view(texts_.content_sha256).empty())
            all.add({detail::hash_header, view(texts_.content_sha256)});
        if (!view(texts_.region_set).empty())
            all.add({detail::region_set_header, view(texts_.region_set)});
        if (!view(texts_.token).empty())
            all.add({texts_.token_header, view(texts_.token)});
        all.add({"Authorization", view(texts_.authorization)});
        return all;
    }

    /// The whole query of a presigned URL, the request's own parameters first; empty after
    /// `sign`. Like a password it authenticates whoever holds it, until it expires.
    std::string_view query() const noexcept { return view(texts_.query); }

    /// The value of the `Authorization` header; empty after `presign`.
    std::string_view authorization() const noexcept { return view(texts_.authorization); }
    /// The value of `x-amz-date`, as "20150830T123600Z".
    std::string_view amz_date() const noexcept { return view(texts_.amz_date); }
    /// The signature alone, in hexadecimal digits: 64, with V4A about 142.
    std::string_view hex() const noexcept { return view(texts_.hex); }
    /// The credential scope, as "20150830/us-east-1/s3/aws4_request"; with V4A without a region.
    std::string_view scope() const noexcept { return view(texts_.scope); }
    /// The names of the headers that are covered, sorted, lower-case, joined by semicolons.
    std::string_view signed_headers() const noexcept { return view(texts_.signed_headers); }

    /// The stages before the signature, to be compared with what a service says it expected.
    /// The canonical request holds the session token where that is signed.
    std::string_view canonical_request() const noexcept { return view(texts_.canonical_request); }
    std::string_view string_to_sign() const noexcept { return view(texts_.string_to_sign); }

    signature() noexcept = default;
    signature(signature&& other) noexcept { *this = std::move(other); }
    /// The one that was moved from is empty, and can be signed into again.
    signature& operator=(signature&& other) noexcept {
        if (this != &other) {
            texts_ = std::exchange(other.texts_, {});
            text_ = std::move(other.text_);
        }
        return *this;
    }

private:
    friend class detail::request_writer;
    using range = detail::text_range;

    std::string_view view(range r) const noexcept { return text_.view(r); }

    void clear() noexcept {
        texts_ = {};
        text_.clear();
    }

    // Where each text stands.
    struct texts {
        range canonical_request, signed_headers, content_sha256, region_set, token;
        range string_to_sign, amz_date, scope, hex, authorization, query;
        std::string_view token_header; // a constant's view
    };

    detail::text_buffer text_;
    texts texts_;
};

} // namespace cairn::sigv4

#endif
