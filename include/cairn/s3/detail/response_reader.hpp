//
// cairn/s3/detail/response_reader.hpp: bytes from a connection to one response.
//
#ifndef CAIRN_S3_DETAIL_RESPONSE_READER_HPP
#define CAIRN_S3_DETAIL_RESPONSE_READER_HPP

#include <cairn/core/error.hpp>
#include <cairn/s3/response.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>

namespace cairn::s3::detail {

namespace asio = boost::asio;

/// Reads one HTTP/1.1 response. It does no I/O: read into `prepare()`, tell `commit()` how much
/// came. A body whose length is known is read straight into its place.
/// Source: RFC 9112.
class response_reader {
public:
    static constexpr std::size_t header_limit = 64 * 1024;
    static constexpr std::size_t refusal_limit = 1024 * 1024;
    static constexpr unsigned interim_limit = 100;

    /// `head`: the request was a HEAD, whose answer has no body. `body_limit`: in bytes, of a
    /// success; a refusal's body is bounded by `refusal_limit`.
    CAIRN_DECL response_reader(bool head, std::size_t body_limit);
    CAIRN_DECL ~response_reader();
    response_reader(response_reader const&) = delete;
    response_reader& operator=(response_reader const&) = delete;

    /// Where the next bytes go; never empty before the response is complete.
    CAIRN_DECL asio::mutable_buffer prepare();

    /// `n` bytes were read. Fails with `bad_response` or `too_large`.
    CAIRN_DECL result<void> commit(std::size_t n);

    /// The connection was closed by the server. Fails with `connection_closed` unless that is what
    /// completes the response.
    CAIRN_DECL result<void> commit_eof();

    bool started() const noexcept { return started_; }
    CAIRN_DECL bool complete() const noexcept;

    /// Whether the connection may serve another request; valid once complete.
    CAIRN_DECL bool keep_alive() const;

    CAIRN_DECL response& get() noexcept;

private:
    class parser;

    CAIRN_DECL result<void> parse_staged();

    std::unique_ptr<parser> parser_;
    std::unique_ptr<char[]> staging_;
    unsigned interims_ = 0;
    std::size_t staged_ = 0;      ///< unparsed bytes at the front of `staging_`
    std::size_t direct_left_ = 0; ///< bytes of the body that go straight into their place
    std::size_t body_size_ = 0;   ///< bytes of it that are there
    bool direct_ = false;
    bool started_ = false;
    bool surplus_ = false; ///< bytes came after the response's end
};

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/response_reader.ipp>
#endif

#endif
