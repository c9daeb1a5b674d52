//
// cairn/s3/src.hpp: the non-template code of cairn/s3; see cairn/src.hpp.
//
#ifndef CAIRN_S3_SRC_HPP
#define CAIRN_S3_SRC_HPP

#include <cairn/core/config.hpp>

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

#endif
