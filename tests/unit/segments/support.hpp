// Documents from texts and back.
#ifndef CAIRN_TESTS_UNIT_SEGMENTS_SUPPORT_HPP
#define CAIRN_TESTS_UNIT_SEGMENTS_SUPPORT_HPP

#include "support/catch.hpp"

#include <cairn/segments/day_codec.hpp>

#include <string>
#include <string_view>

namespace segments_test {

inline cairn::segments::day_document decode(std::string_view text) {
    auto decoded = cairn::segments::day_codec().decode(std::string(text));
    INFO(text);
    REQUIRE(decoded.has_value());
    return std::move(*decoded);
}

inline std::string text_of(cairn::merge::encoded const& e) {
    std::string out;
    for (auto const& buffer : e.buffers)
        out.append(static_cast<char const*>(buffer.data()), buffer.size());
    return out;
}

inline std::string encode(cairn::segments::day_document& d) {
    return text_of(cairn::segments::day_codec().encode(d));
}

inline std::string refusal(std::string_view text) {
    auto const decoded = cairn::segments::day_codec().decode(std::string(text));
    REQUIRE(decoded.has_error());
    CHECK(decoded.error().code == cairn::errc::invalid_document);
    return decoded.error().message;
}

} // namespace segments_test

#endif
