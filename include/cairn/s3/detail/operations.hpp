//
// cairn/s3/detail/operations.hpp: typed operations to requests, responses to typed results.
//
#ifndef CAIRN_S3_DETAIL_OPERATIONS_HPP
#define CAIRN_S3_DETAIL_OPERATIONS_HPP

#include <cairn/s3/operations.hpp>

namespace cairn::s3::detail {

CAIRN_DECL request make_request(get_object_request const& r);
CAIRN_DECL request make_request(head_object_request const& r);
CAIRN_DECL request make_request(put_object_request const& r, std::vector<asio::const_buffer> body);
CAIRN_DECL request make_request(get_object_tagging_request const& r);
CAIRN_DECL request make_request(delete_object_request const& r);
CAIRN_DECL request make_request(list_objects_request const& r);
CAIRN_DECL request make_request(head_bucket_request const& r);
CAIRN_DECL request make_request(create_bucket_request const& r);

/// Each takes an answer with a 2xx status. A result that lacks what the operation promises is
/// `bad_response`, never a success.
CAIRN_DECL result<get_object_result> parse_get_object(response&& r);
/// Of a request with a range: a server that ignored it has sent the whole object.
CAIRN_DECL result<get_object_result> parse_get_range(response&& r);
CAIRN_DECL result<head_object_result> parse_head_object(response&& r);
CAIRN_DECL result<put_object_result> parse_put_object(response&& r);
CAIRN_DECL result<get_object_tagging_result> parse_get_object_tagging(response&& r);
CAIRN_DECL result<void> parse_nothing(response&& r);
CAIRN_DECL result<list_objects_result> parse_list_objects(response&& r);
CAIRN_DECL result<head_bucket_result> parse_head_bucket(response&& r);

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/operations.ipp>
#endif

#endif
