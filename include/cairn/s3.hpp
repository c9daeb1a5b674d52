//
// cairn/s3.hpp: the asynchronous S3 client, all of it.
//
#ifndef CAIRN_S3_HPP
#define CAIRN_S3_HPP

#include <cairn/s3/client.hpp>
#include <cairn/s3/config.hpp>
#include <cairn/s3/operations.hpp>
#include <cairn/s3/request.hpp>
#include <cairn/s3/response.hpp>

#endif
