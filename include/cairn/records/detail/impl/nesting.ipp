#ifndef CAIRN_RECORDS_DETAIL_IMPL_NESTING_IPP
#define CAIRN_RECORDS_DETAIL_IMPL_NESTING_IPP

#include <cairn/records/detail/nesting.hpp>

namespace cairn::records::detail {

CAIRN_DECL bool nesting::take(char c) {
    if (in_string_) {
        if (c == '\n') { // no string of JSON holds one
            in_string_ = escaped_ = false;
            broken_ = true;
        } else if (escaped_) {
            escaped_ = false;
        } else if (c == '\\') {
            escaped_ = true;
        } else if (c == '"') {
            in_string_ = false;
        }
        return true;
    }
    if (is_space(c))
        return true;
    last_ = c;
    switch (c) {
    case '"': in_string_ = true; return true;
    case '{':
    case '[':
        if (open_.size() == max_depth)
            return false;
        open_.push_back(c);
        return true;
    case '}': close('{'); return true;
    case ']': close('['); return true;
    default: return true;
    }
}

CAIRN_DECL void nesting::close(char opening) {
    if (!open_.empty() && open_.back() == opening)
        return open_.pop_back();
    broken_ = true;
    auto const own = open_.rfind(opening);
    if (own != open_.npos)
        open_.resize(own);
    else if (!open_.empty())
        open_.pop_back(); // taken for the right bracket, misspelt
}

CAIRN_DECL bool nesting::value_may_begin() const noexcept {
    if (in_string_)
        return false;
    if (last_ == 0 || last_ == ':' || last_ == '[')
        return true;
    return last_ == ',' && !open_.empty() && open_.back() == '[';
}

CAIRN_DECL void nesting::clear() {
    open_.clear();
    last_ = 0;
    in_string_ = escaped_ = broken_ = false;
}

} // namespace cairn::records::detail

#endif
