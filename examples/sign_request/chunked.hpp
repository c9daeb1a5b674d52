//
// chunked.hpp: a body that is sent in chunks: what announces it, and its bytes.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_CHUNKED_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_CHUNKED_HPP

#include "answer.hpp"
#include "request.hpp"

#include <cairn/sigv4/chunk_encoder.hpp>
#include <cairn/sigv4/payload.hpp>

namespace signing {

cairn::sigv4::payload_kind kind_of_chunks(request const& r) noexcept;

/// Adds the headers that announce the chunks, unless the caller gave them; refuses wrong ones.
void add_chunk_headers(request& r);

/// Writes the body in chunks with the encoder for their kind, and notes their signatures.
void write_chunks(request const& r, cairn::sigv4::chunk_encoder encoder, answer& out);

} // namespace signing

#endif
