#ifndef CAIRN_SIGV4_VERIFY_IMPL_CHUNK_DECODER_IPP
#define CAIRN_SIGV4_VERIFY_IMPL_CHUNK_DECODER_IPP

#include <cairn/sigv4/verify/chunk_decoder.hpp>

#include <cairn/sigv4/detail/chunk_framing.hpp>
#include <cairn/sigv4/detail/text.hpp>

#include <charconv>

namespace cairn::sigv4 {

namespace detail {

inline constexpr std::size_t longest_chunk_head = 1024, longest_trailers = 16 * 1024;
inline constexpr char trailer_problem[] = "a trailer that was announced is missing";

} // namespace detail

CAIRN_DECL error chunk_decoder::fail(errc code, char const* what) {
    stage_ = stage::failed;
    code_ = code;
    problem_ = what;
    return error(code, what);
}

CAIRN_DECL bool chunk_decoder::lacks_trailer() const noexcept {
    return problem_ == detail::trailer_problem;
}

CAIRN_DECL void chunk_decoder::demand_trailers(std::string_view names) {
    demanded_.append(demanded_.empty() ? "" : ",").append(names);
}

// Moves the input's bytes into `line_` up to a line's end; returns whether that was found.
CAIRN_DECL bool chunk_decoder::take_line(std::string_view& input, std::size_t limit) {
    std::size_t const found = input.find('\n');
    std::size_t const end = found == std::string_view::npos ? input.size() : found + 1;
    if (line_.size() + end > limit) {
        line_.assign(1, '\n'); // too long: reads as a line without its carriage return
        return true;
    }
    line_.append(input.substr(0, end));
    input.remove_prefix(end);
    return line_.back() == '\n';
}

CAIRN_DECL result<std::string_view> chunk_decoder::read(std::string_view& input) {
    if (stage_ == stage::failed)
        return error(code_, problem_);
    while (!input.empty() && stage_ != stage::done) {
        if (stage_ == stage::data) {
            std::string_view const data = input.substr(0, left_);
            input.remove_prefix(data.size());
            if (chain_)
                hash_.update(data);
            left_ -= data.size();
            size_ += data.size();
            if (left_ == 0)
                stage_ = stage::data_end;
            return data;
        }
        bool const trailer = stage_ == stage::trailer;
        if (!take_line(input, trailer ? detail::longest_trailers - trailer_bytes_
                                      : detail::longest_chunk_head))
            break;
        if (line_.size() < 2 || line_[line_.size() - 2] != '\r')
            return fail(errc::invalid_argument, "a line of the chunked body has no proper end");
        line_.resize(line_.size() - 2);
        char const* const problem = stage_ == stage::head ? read_head()
                                    : trailer             ? read_trailer()
                                                          : end_chunk();
        if (problem)
            return fail(code_ == errc{} ? errc::invalid_argument : code_, problem);
        line_.clear();
    }
    return std::string_view();
}

CAIRN_DECL char const* chunk_decoder::read_head() {
    std::string_view extension = line_; // once the size is taken off its front
    std::uint64_t size = 0;
    auto const digits = std::from_chars(line_.data(), line_.data() + line_.size(), size, 16);
    if (digits.ec != std::errc{})
        return "a chunk does not begin with its size";
    extension.remove_prefix(static_cast<std::size_t>(digits.ptr - line_.data()));
    if (has_chunk_signatures(kind_)) {
        if (!chain_ || !extension.starts_with(detail::chunk_extension))
            return "a chunk has no signature";
        claimed_ = extension.substr(detail::chunk_extension.size());
    } else if (!extension.empty()) {
        return "a chunk's size is followed by something else than a line's end";
    }
    if (size > UINT64_MAX - size_ || (expected_ && size > *expected_ - size_))
        return "the body is larger than its announced size";
    left_ = size;
    stage_ = stage::data;
    if (size != 0)
        return nullptr;
    stage_ = stage::trailer;
    return end_chunk();
}

// Compares the signature of the chunk whose data have come.
CAIRN_DECL char const* chunk_decoder::end_chunk() {
    if (stage_ == stage::data_end) {
        if (!line_.empty())
            return "a chunk is longer than its size";
        stage_ = stage::head;
    }
    if (chain_ && !chain_->verify(hash_.finish(), claimed_)) {
        code_ = errc::bad_credentials;
        return "the signature of a chunk does not match";
    }
    return nullptr;
}

CAIRN_DECL char const* chunk_decoder::read_trailer() {
    if (line_.empty())
        return end_body();
    if (!has_trailer(kind_))
        return "the body goes on behind its last chunk";
    if (!trailer_claimed_.empty())
        return "a trailer follows the trailers' signature";
    trailer_bytes_ += line_.size() + 2;
    std::size_t const colon = line_.find(':');
    if (colon == std::string::npos)
        return "a trailer has no colon";
    std::string name = line_.substr(0, colon);
    for (char& c : name)
        c = detail::lower_token_table[static_cast<unsigned char>(c)];
    std::string const value(detail::trimmed(std::string_view(line_).substr(colon + 1)));
    if (name == detail::trailer_signature_header) {
        if (!chain_ || value.empty())
            return "the trailers' signature is empty, or there should be none";
        trailer_claimed_ = value;
        return nullptr;
    }
    if (auto const problem = detail::check_trailer({name, value}))
        return problem;
    trailers_.emplace_back(std::move(name), std::move(value));
    return nullptr;
}

CAIRN_DECL char const* chunk_decoder::end_body() {
    if (expected_ && size_ != *expected_)
        return "the body is smaller than its announced size";
    if (kind_ == payload_kind::signed_chunks_trailer) {
        std::vector<header> views;
        for (auto const& [name, value] : trailers_)
            views.push_back({name, value});
        if (!chain_->verify_trailers(views, trailer_claimed_)) {
            code_ = errc::bad_credentials;
            return "the signature of the trailers does not match";
        }
    }
    bool complete = true;
    detail::for_each_piece(demanded_, ',', [&](std::string_view name) {
        name = detail::trimmed(name);
        bool found = name.empty();
        for (auto const& trailer : trailers_)
            found = found || detail::equal_ignoring_case(trailer.first, name);
        complete = complete && found;
    });
    if (!complete)
        return detail::trailer_problem;
    stage_ = stage::done;
    return nullptr;
}

} // namespace cairn::sigv4

#endif
