//
// cairn/sigv4/time.hpp: the two spellings of time that are signed.
//
#ifndef CAIRN_SIGV4_TIME_HPP
#define CAIRN_SIGV4_TIME_HPP

#include <cairn/core/config.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn::sigv4 {

/// A moment in the form of `x-amz-date`, "20150830T123600Z", UTC. A value, owning its text.
class timestamp {
public:
    /// Take the second that `time` lies in.
    /// @return nothing outside the years 1970 to 2261, the last whole one of `system_clock`.
    static CAIRN_DECL std::optional<timestamp>
    from(std::chrono::system_clock::time_point time) noexcept;

    /// Read the 16 characters of an `x-amz-date`.
    /// @return nothing for anything else, dates that do not exist and other years included.
    static CAIRN_DECL std::optional<timestamp> parse(std::string_view text) noexcept;

    /// The 16 characters; valid as long as this object.
    std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
    /// The date alone, "20150830", as in a credential scope; valid as long as this object.
    std::string_view date() const noexcept { return {text_.data(), 8}; }
    /// Days since 1970-01-01.
    std::int32_t day() const noexcept { return day_; }
    CAIRN_DECL std::chrono::system_clock::time_point time() const noexcept;

private:
    timestamp() = default;

    std::array<char, 16> text_;
    std::int32_t day_;
    std::int32_t second_of_day_;
};

} // namespace cairn::sigv4

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/impl/time.ipp>
#endif

#endif
