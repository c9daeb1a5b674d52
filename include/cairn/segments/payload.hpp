//
// cairn/segments/payload.hpp: from a profile's payload to an update.
//
#ifndef CAIRN_SEGMENTS_PAYLOAD_HPP
#define CAIRN_SEGMENTS_PAYLOAD_HPP

#include <cairn/core/error.hpp>
#include <cairn/json/pointer.hpp>
#include <cairn/segments/update.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::segments {

/// Reads payloads: an identity at one of several places, and `segments`, an array of strings.
///
/// Distinct threads may read through the same object.
class payload_reader {
public:
    /// Readers of the day, Python's among them, refuse numbers of some thousand digits.
    static constexpr std::size_t max_number_size = 1000;

    /// Looks for the identity at `/traits/smi_uid`.
    CAIRN_DECL payload_reader();

    /// Looks at each JSON Pointer in turn; the first that names a non-empty string or a number
    /// gives the identity. `errc::invalid_argument` where there is none, or one is malformed or
    /// names the payload itself.
    CAIRN_DECL static result<payload_reader> make(std::vector<std::string> const& identity);

    /// Reads one payload. The whole text is validated first, then the identity is looked for,
    /// then the segments.
    ///
    /// Errors: `errc::not_found`, "Could not find payload.traits.smi_uid" (the first pointer,
    /// dotted), where no pointer names an identity; else `errc::invalid_argument` with a message
    /// that says what is wrong and where. Cost: one pass over the payload for its validity, and
    /// one over the enclosing objects for each look-up.
    CAIRN_DECL result<update> read(std::string_view payload) const;

private:
    explicit payload_reader(std::vector<json::pointer> identity) : identity_(std::move(identity)) {}

    result<std::string_view> find_identity(std::string_view payload) const;

    std::vector<json::pointer> identity_;
};

} // namespace cairn::segments

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/segments/impl/payload.ipp>
#endif

#endif
