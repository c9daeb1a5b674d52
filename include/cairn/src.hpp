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

#include <cairn/core/impl/base64.ipp>
#include <cairn/core/impl/error.ipp>
#include <cairn/json/impl/pointer.ipp>
#include <cairn/json/impl/scanner.ipp>
#include <cairn/json/impl/string.ipp>
#include <cairn/merge/detail/impl/commit_fsm.ipp>
#include <cairn/merge/detail/impl/group.ipp>
#include <cairn/records/detail/impl/nesting.ipp>
#include <cairn/records/impl/framer.ipp>
#include <cairn/s3/detail/impl/client_core.ipp>
#include <cairn/s3/detail/impl/connection.ipp>
#include <cairn/s3/detail/impl/connection_pool.ipp>
#include <cairn/s3/detail/impl/endpoint.ipp>
#include <cairn/s3/detail/impl/operation.ipp>
#include <cairn/s3/detail/impl/operation_fsm.ipp>
#include <cairn/s3/detail/impl/operations.ipp>
#include <cairn/s3/detail/impl/refusal.ipp>
#include <cairn/s3/detail/impl/request_head.ipp>
#include <cairn/s3/detail/impl/response_reader.ipp>
#include <cairn/s3/impl/client.ipp>
#include <cairn/s3/impl/response.ipp>
#include <cairn/s3_storage/detail/impl/condition_probe.ipp>
#include <cairn/s3_storage/impl/s3_storage.ipp>
#include <cairn/segments/detail/impl/day_layout.ipp>
#include <cairn/segments/detail/impl/profile_union.ipp>
#include <cairn/segments/detail/impl/reserved_member.ipp>
#include <cairn/segments/impl/day_codec.ipp>
#include <cairn/segments/impl/day_document.ipp>
#include <cairn/segments/impl/day_document_encode.ipp>
#include <cairn/segments/impl/payload.ipp>
#include <cairn/segments/impl/policies.ipp>
#include <cairn/sigv4/detail/impl/canonical.ipp>
#include <cairn/sigv4/detail/impl/key_cache.ipp>
#include <cairn/sigv4/detail/impl/post_document.ipp>
#include <cairn/sigv4/detail/impl/request_writer.ipp>
#include <cairn/sigv4/impl/chunk_chain.ipp>
#include <cairn/sigv4/impl/chunk_encoder.ipp>
#include <cairn/sigv4/impl/credentials.ipp>
#include <cairn/sigv4/impl/post_policy.ipp>
#include <cairn/sigv4/impl/sha256.ipp>
#include <cairn/sigv4/impl/signer.ipp>
#include <cairn/sigv4/impl/time.ipp>
#include <cairn/sigv4/impl/uri.ipp>
#include <cairn/sigv4/v4a/impl/signer_v4a.ipp>
#include <cairn/sigv4/v4a/impl/v4a_key.ipp>
#include <cairn/sigv4/verify/detail/impl/claim.ipp>
#include <cairn/sigv4/verify/impl/chunk_decoder.ipp>
#include <cairn/sigv4/verify/impl/difference.ipp>
#include <cairn/sigv4/verify/impl/verifier.ipp>
#include <cairn/storage/detail/impl/file_tree.ipp>
#include <cairn/storage/impl/file.ipp>
#include <cairn/storage/impl/memory.ipp>

#endif
