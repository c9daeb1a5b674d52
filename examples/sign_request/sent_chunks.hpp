//
// sent_chunks.hpp: a body in chunks as it was sent.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_SENT_CHUNKS_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_SENT_CHUNKS_HPP

#include <cairn/error.hpp>
#include <cairn/sigv4/chunk_decoder.hpp>
#include <cairn/sigv4/difference.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace signing {

/// Decodes the body, and says what is wrong with it and in which chunk; empty if nothing is.
std::string find_fault(cairn::result<cairn::sigv4::chunk_decoder> decoder, std::string_view body);

/// Lays the chunks' signatures as the client names them beside those in the body.
std::vector<cairn::sigv4::difference>
compare_chunk_signatures(std::vector<std::string> const& client, std::string_view body);

} // namespace signing

#endif
