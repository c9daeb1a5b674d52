//
// cairn/src.hpp: the library's non-template code, for those who compile it once.
//
// Define CAIRN_SEPARATE_COMPILATION for the whole program and include this in one source file.
//
#ifndef CAIRN_SRC_HPP
#define CAIRN_SRC_HPP

#if !defined(CAIRN_SEPARATE_COMPILATION)
#error "define CAIRN_SEPARATE_COMPILATION for the whole program before you include cairn/src.hpp"
#endif

#include <cairn/impl/base64.ipp>
#include <cairn/impl/error.ipp>
#include <cairn/json/impl/pointer.ipp>
#include <cairn/json/impl/scanner.ipp>
#include <cairn/json/impl/string.ipp>
#include <cairn/merge/detail/impl/group.ipp>
#include <cairn/merge/impl/commit_fsm.ipp>
#include <cairn/s3/impl/client.ipp>
#include <cairn/s3/impl/response.ipp>
#include <cairn/s3/net/impl/client_core.ipp>
#include <cairn/s3/net/impl/connection.ipp>
#include <cairn/s3/net/impl/connection_pool.ipp>
#include <cairn/s3/net/impl/operation.ipp>
#include <cairn/s3/protocol/impl/endpoint.ipp>
#include <cairn/s3/protocol/impl/operation_fsm.ipp>
#include <cairn/s3/protocol/impl/operations.ipp>
#include <cairn/s3/protocol/impl/refusal.ipp>
#include <cairn/s3/protocol/impl/request_head.ipp>
#include <cairn/s3/protocol/impl/response_reader.ipp>
#include <cairn/segments/impl/day_codec.ipp>
#include <cairn/segments/impl/day_document.ipp>
#include <cairn/segments/impl/day_encoder.ipp>
#include <cairn/segments/impl/day_layout.ipp>
#include <cairn/segments/impl/payload.ipp>
#include <cairn/segments/impl/policies.ipp>
#include <cairn/segments/impl/profile_union.ipp>
#include <cairn/segments/impl/reserved_member.ipp>
#include <cairn/sigv4/impl/canonical.ipp>
#include <cairn/sigv4/impl/chunk_chain.ipp>
#include <cairn/sigv4/impl/chunk_decoder.ipp>
#include <cairn/sigv4/impl/chunk_encoder.ipp>
#include <cairn/sigv4/impl/claim.ipp>
#include <cairn/sigv4/impl/credentials.ipp>
#include <cairn/sigv4/impl/difference.ipp>
#include <cairn/sigv4/impl/key_cache.ipp>
#include <cairn/sigv4/impl/post_document.ipp>
#include <cairn/sigv4/impl/post_policy.ipp>
#include <cairn/sigv4/impl/request_writer.ipp>
#include <cairn/sigv4/impl/sha256.ipp>
#include <cairn/sigv4/impl/signer.ipp>
#include <cairn/sigv4/impl/signer_v4a.ipp>
#include <cairn/sigv4/impl/time.ipp>
#include <cairn/sigv4/impl/uri.ipp>
#include <cairn/sigv4/impl/v4a_key.ipp>
#include <cairn/sigv4/impl/verifier.ipp>
#include <cairn/storage/detail/impl/file_tree.ipp>
#include <cairn/storage/impl/condition_probe.ipp>
#include <cairn/storage/impl/file.ipp>
#include <cairn/storage/impl/memory.ipp>
#include <cairn/storage/impl/s3.ipp>

#endif
