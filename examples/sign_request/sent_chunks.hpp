//
// sent_chunks.hpp: a body in chunks as it was sent.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_SENT_CHUNKS_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_SENT_CHUNKS_HPP

#include "differences.hpp"

#include <cairn/sigv4/payload.hpp>
#include <cairn/sigv4/verify/chunk_decoder.hpp>

#include <span>
#include <string>
#include <string_view>

namespace signing {

/// Decodes the body, and says what is wrong with it and in which chunk; empty if nothing is.
std::string find_fault(cairn::sigv4::chunk_decoder decoder, std::string_view body);

/// Lays the chunks' signatures as the client names them beside those in the body. A chunk is
/// numbered as the client has it, and one that the client does not know as the body has it.
differences compare_chunk_signatures(std::span<std::string const> client, std::string_view body,
                                     cairn::sigv4::payload_kind kind);

} // namespace signing

#endif
