// Bodies in chunks without signatures, read as a whole: what the library's decoder, which reads in
// pieces, is compared with.
#ifndef CAIRN_TESTS_FUZZ_CHUNK_MODEL_HPP
#define CAIRN_TESTS_FUZZ_CHUNK_MODEL_HPP

#include "reference.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fuzz {

// How far such a body is right, and what is in it.
struct chunked_body {
    enum class progress { whole, unfinished, wrong } state = progress::unfinished;
    std::string data;
    field_list trailers;
    std::size_t size = 0; // of the encoded body, where it is whole
};

chunked_body read_chunks(std::string_view wire, std::optional<std::uint64_t> announced);

} // namespace fuzz

#endif
