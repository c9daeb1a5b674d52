//
// cairn/s3/response.hpp: an answer of S3, before it is given a meaning.
//
#ifndef CAIRN_S3_RESPONSE_HPP
#define CAIRN_S3_RESPONSE_HPP

#include <cairn/core/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::s3 {

/// The headers of one answer, kept in one block of memory.
class header_block {
public:
    struct field {
        std::string_view name;
        std::string_view value;
    };

    CAIRN_DECL void add(std::string_view name, std::string_view value);

    /// The first value of that name, compared without regard to case; empty where there is none.
    CAIRN_DECL std::string_view find(std::string_view name) const noexcept;

    std::size_t size() const noexcept { return places_.size(); }
    CAIRN_DECL field operator[](std::size_t i) const noexcept;

    void clear() noexcept {
        text_.clear();
        places_.clear();
    }

private:
    struct place {
        std::size_t name;
        std::size_t value;
        std::size_t end;
    };
    std::string text_;
    std::vector<place> places_;
};

struct response {
    int status = 0;
    header_block headers;
    std::string body;
};

} // namespace cairn::s3

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/impl/response.ipp>
#endif

#endif
