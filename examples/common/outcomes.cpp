#include "outcomes.hpp"

#include "text.hpp"

#include <algorithm>
#include <limits>

namespace common {

std::string success_line(std::string_view message) {
    std::string out = R"({"port":"success","value":{"message":)";
    append_json_string(out, message);
    return out + "}}\n";
}

void append_error_line(std::string& out, std::string_view text) {
    out += R"({"port":"error","value":{"error":)";
    append_json_string(out, text);
    out += "}}\n";
}

outcome_ring::outcome_ring(std::size_t capacity)
    : states_(capacity), tags_(capacity), sizes_(capacity) {}

std::uint64_t outcome_ring::accept(std::size_t bytes, std::uint64_t tag, std::string kept) {
    auto const at = slot(next_);
    states_[at] = state::pending;
    tags_[at] = tag;
    sizes_[at] = static_cast<std::uint32_t>(
        std::min<std::size_t>(bytes, std::numeric_limits<std::uint32_t>::max()));
    bytes_ += sizes_[at];
    if (!kept.empty())
        kept_.emplace(next_, std::move(kept));
    return next_++;
}

void outcome_ring::settle(std::uint64_t index, std::uint64_t count, error_text const& error) {
    for (auto i = index; i != index + count; ++i) {
        states_[slot(i)] = error ? state::failure : state::success;
        if (error)
            errors_.emplace(i, error);
        else if (!kept_.empty())
            kept_.erase(i);
    }
}

std::optional<outcome> outcome_ring::pop() {
    auto const at = slot(first_);
    if (empty() || states_[at] == state::pending)
        return std::nullopt;
    outcome out{first_, tags_[at], nullptr, {}};
    if (states_[at] == state::failure) {
        auto error = errors_.extract(first_);
        out.error = std::move(error.mapped());
        if (auto kept = kept_.extract(first_); !kept.empty())
            out.kept = std::move(kept.mapped());
    }
    bytes_ -= sizes_[at];
    ++first_;
    return out;
}

} // namespace common
