//
// cairn/testing/src.hpp: the test server's non-template code, for those who compile it once.
//
// It is apart from cairn/src.hpp, so that a program that is shipped does not carry it. Define
// CAIRN_SEPARATE_COMPILATION for the whole program and include this in one source file; without
// that definition it adds nothing to the headers.
//
#ifndef CAIRN_TESTING_SRC_HPP
#define CAIRN_TESTING_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/testing/detail/impl/byte_stream.ipp>
#include <cairn/testing/detail/impl/connection.ipp>
#include <cairn/testing/detail/impl/digest.ipp>
#include <cairn/testing/detail/impl/fault_plan.ipp>
#include <cairn/testing/detail/impl/multipart_form.ipp>
#include <cairn/testing/detail/impl/reply.ipp>
#include <cairn/testing/detail/impl/s3_service.ipp>
#include <cairn/testing/detail/impl/s3_service_bucket.ipp>
#include <cairn/testing/detail/impl/s3_service_form.ipp>
#include <cairn/testing/detail/impl/s3_service_object.ipp>
#include <cairn/testing/detail/impl/server_core.ipp>
#include <cairn/testing/detail/impl/signature_refusal.ipp>
#include <cairn/testing/detail/impl/signature_refusal_shown.ipp>
#include <cairn/testing/impl/certificate.ipp>
#include <cairn/testing/impl/fault.ipp>
#include <cairn/testing/impl/object_store.ipp>
#include <cairn/testing/impl/request_head.ipp>
#include <cairn/testing/impl/request_verifier.ipp>
#include <cairn/testing/impl/s3_server.ipp>

#endif
