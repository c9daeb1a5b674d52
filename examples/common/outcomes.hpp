//
// outcomes.hpp: what became of each payload, told in the order of the input.
//
#ifndef CAIRN_EXAMPLES_COMMON_OUTCOMES_HPP
#define CAIRN_EXAMPLES_COMMON_OUTCOMES_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace common {

/// The line of a payload that succeeded, with its newline.
std::string success_line(std::string_view message);

/// Appends the line of a payload that failed, with its newline.
void append_error_line(std::string& out, std::string_view text);

/// The text that many failed payloads share.
using error_text = std::shared_ptr<std::string const>;

/// One payload's end.
struct outcome {
    std::uint64_t index = 0; ///< of the payload in the input, from 0
    std::uint64_t tag = 0;   ///< as accepted
    error_text error;        ///< null: success
    std::string kept;        ///< the payload's text, where it was kept
};

/// The payloads that were accepted and not yet told: a ring of one-byte states, with a text only
/// for those that failed. Bounded in number by its capacity; the bytes are the caller's to bound.
class outcome_ring {
public:
    explicit outcome_ring(std::size_t capacity);

    bool full() const noexcept { return next_ - first_ == states_.size(); }
    bool empty() const noexcept { return next_ == first_; }
    std::size_t size() const noexcept { return static_cast<std::size_t>(next_ - first_); }
    /// Payloads accepted so far.
    std::uint64_t accepted() const noexcept { return next_; }
    /// Bytes of the payloads in the ring.
    std::size_t bytes() const noexcept { return bytes_; }

    /// Adds a payload of `bytes`; its index. `kept` is handed back with a failure. It must not be
    /// called when `full()`.
    std::uint64_t accept(std::size_t bytes, std::uint64_t tag = 0, std::string kept = {});
    /// Settles `count` payloads from `index` on. Null: they succeeded.
    void settle(std::uint64_t index, std::uint64_t count, error_text const& error);
    /// Takes the first payload out once it is settled.
    std::optional<outcome> pop();

private:
    enum class state : std::uint8_t { pending, success, failure };

    std::size_t slot(std::uint64_t index) const { return index % states_.size(); }

    std::vector<state> states_;
    std::vector<std::uint64_t> tags_;
    std::vector<std::uint32_t> sizes_;
    std::unordered_map<std::uint64_t, error_text> errors_;
    std::unordered_map<std::uint64_t, std::string> kept_;
    std::uint64_t first_ = 0;
    std::uint64_t next_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace common

#endif
