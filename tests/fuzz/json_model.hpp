// JSON as Boost.JSON reads it: what the library's scanner is compared with.
#ifndef CAIRN_TESTS_FUZZ_JSON_MODEL_HPP
#define CAIRN_TESTS_FUZZ_JSON_MODEL_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fuzz {

// Whether a text is one JSON value, of no more than `max_depth` containers inside one another.
// Exponents of any size are taken, as the grammar has them: Boost.JSON ends at 2^31, and where
// that is all it has to say, nothing is known.
enum class acceptance { yes, no, unknown };
acceptance is_json(std::string_view text, std::size_t max_depth);

// What a string token stands for; nothing where it has half of a surrogate pair.
std::optional<std::string> text_of_string(std::string_view token);

} // namespace fuzz

#endif
