//
// cairn/s3_storage/src.hpp: the non-template code of cairn/s3_storage; see cairn/src.hpp.
//
#ifndef CAIRN_S3_STORAGE_SRC_HPP
#define CAIRN_S3_STORAGE_SRC_HPP

#include <cairn/core/config.hpp>

#include <cairn/s3_storage/detail/impl/condition_probe.ipp>
#include <cairn/s3_storage/detail/impl/object_settings.ipp>
#include <cairn/s3_storage/impl/s3_storage.ipp>

#endif
