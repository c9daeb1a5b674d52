#ifndef CAIRN_S3_IMPL_RESPONSE_IPP
#define CAIRN_S3_IMPL_RESPONSE_IPP

#include <cairn/s3/response.hpp>

#include <cairn/core/text.hpp>

namespace cairn::s3 {

CAIRN_DECL void header_block::add(std::string_view name, std::string_view value) {
    place p;
    p.name = text_.size();
    text_ += name;
    p.value = text_.size();
    text_ += value;
    p.end = text_.size();
    places_.push_back(p);
}

CAIRN_DECL header_block::field header_block::operator[](std::size_t i) const noexcept {
    place const& p = places_[i];
    std::string_view const text = text_;
    return {text.substr(p.name, p.value - p.name), text.substr(p.value, p.end - p.value)};
}

CAIRN_DECL std::string_view header_block::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i != places_.size(); ++i) {
        field const f = (*this)[i];
        if (cairn::detail::equal_ignoring_case(f.name, name))
            return f.value;
    }
    return {};
}

} // namespace cairn::s3

#endif
