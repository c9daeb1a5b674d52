// aws-c-auth at the same requests. What is timed is the favourable part of its work: the message
// and the "signable" around it are made once, and the result is not put into the message. It
// derives the signing key each time, so ours is to be compared with a cold key too.

#include "sigv4_aws_c_auth.hpp"

#include "allocations.hpp"
#include "sigv4_cases.hpp"

#include <aws/auth/auth.h>
#include <aws/auth/credentials.h>
#include <aws/auth/signable.h>
#include <aws/auth/signing.h>
#include <aws/auth/signing_config.h>
#include <aws/auth/signing_result.h>
#include <aws/common/string.h>
#include <aws/http/request_response.h>
#include <aws/io/stream.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace benchmarks {
namespace {

void require(bool good, char const* what) {
    if (good)
        return;
    std::fprintf(stderr, "aws-c-auth: %s\n", what);
    std::abort();
}

aws_byte_cursor cursor(std::string_view text) {
    return aws_byte_cursor_from_array(text.data(), text.size());
}

// Its default allocator, with what is asked of it counted.
aws_allocator counting_allocator() {
    aws_allocator counting{};
    counting.mem_acquire = [](aws_allocator*, std::size_t size) {
        ++allocations;
        return aws_mem_acquire(aws_default_allocator(), size);
    };
    counting.mem_release = [](aws_allocator*, void* memory) {
        aws_mem_release(aws_default_allocator(), memory);
    };
    counting.mem_realloc = [](aws_allocator*, void* memory, std::size_t old, std::size_t size) {
        ++allocations;
        aws_mem_realloc(aws_default_allocator(), &memory, old, size);
        return memory;
    };
    counting.mem_calloc = [](aws_allocator*, std::size_t count, std::size_t size) {
        ++allocations;
        return aws_mem_calloc(aws_default_allocator(), count, size);
    };
    return counting;
}

template <auto Release>
struct releaser {
    template <class T>
    void operator()(T* object) const {
        Release(object);
    }
};
using signable = std::unique_ptr<aws_signable, releaser<aws_signable_destroy>>;
using message = std::unique_ptr<aws_http_message, releaser<aws_http_message_release>>;
using header_list = std::unique_ptr<aws_http_headers, releaser<aws_http_headers_release>>;
using stream = std::unique_ptr<aws_input_stream, releaser<aws_input_stream_release>>;

// The library, and credentials for each algorithm.
struct environment {
    environment() {
        aws_auth_library_init(&memory);
        v4 = aws_credentials_new(&memory, cursor(key_id), cursor(secret), cursor(""), UINT64_MAX);
        v4a = aws_credentials_new_ecc_from_aws_credentials(&memory, v4);
        require(v4 && v4a, "no credentials");
    }
    ~environment() {
        aws_credentials_release(v4a);
        aws_credentials_release(v4);
        aws_auth_library_clean_up();
    }
    environment(environment const&) = delete;
    environment& operator=(environment const&) = delete;

    aws_allocator memory = counting_allocator();
    aws_credentials* v4;
    aws_credentials* v4a;
};

environment& library() {
    static environment instance;
    return instance;
}

// Signs one thing again and again. Also keeps our request, which the texts of `config` refer to.
template <class Source>
class peer {
public:
    explicit peer(aws_signature_type type) {
        config.config_type = AWS_SIGNING_CONFIG_AWS;
        config.algorithm = AWS_SIGNING_ALGORITHM_V4;
        config.signature_type = type;
        config.region = cursor("us-east-1");
        config.service = cursor("s3");
        config.credentials = library().v4;
        auto const since_1970 = ours.now.time_since_epoch();
        aws_date_time_init_epoch_secs(
            &config.date,
            static_cast<double>(
                std::chrono::duration_cast<std::chrono::seconds>(since_1970).count()));
    }

    // `last` is the signature.
    bool sign(aws_signable* what) {
        last[0] = '\0';
        aws_sign_request_aws(&library().memory, what,
                             reinterpret_cast<aws_signing_config_base*>(&config), keep, this);
        return last[0] != '\0';
    }

    signable signable_of(request_view const& request) {
        made_of.reset(aws_http_message_new_request(&library().memory));
        aws_http_message_set_request_method(made_of.get(), cursor(request.method));
        aws_http_message_set_request_path(made_of.get(), cursor(request.path));
        for (header const& h : request.headers) {
            aws_http_header theirs{};
            theirs.name = cursor(h.name);
            theirs.value = cursor(h.value);
            aws_http_message_add_header(made_of.get(), theirs);
        }
        return signable(aws_signable_new_http_request(&library().memory, made_of.get()));
    }

    Source ours;
    aws_signing_config_aws config{};
    char last[160] = "";

private:
    // It calls back before `aws_sign_request_aws` returns, as the credentials are given.
    static void keep(aws_signing_result* result, int failed, void* self) {
        aws_string* text = nullptr;
        if (!failed)
            aws_signing_result_get_property(result, g_aws_signature_property_name, &text);
        if (text && text->len < sizeof last)
            std::memcpy(static_cast<peer*>(self)->last, aws_string_c_str(text), text->len + 1);
    }

    message made_of;
};

struct its_small_put : peer<sign_small_put> {
    static constexpr char const* name = "aws_c_auth/sign_small_put";
    its_small_put() : peer(AWS_ST_HTTP_REQUEST_HEADERS) {
        config.signed_body_value = cursor(ours.hash);
        config.signed_body_header = AWS_SBHT_X_AMZ_CONTENT_SHA256;
    }
    bool operator()() { return sign(what.get()); }
    signable what = signable_of(ours.request);
};

struct its_small_put_v4a : its_small_put {
    static constexpr char const* name = "aws_c_auth/sign_small_put_v4a";
    its_small_put_v4a() {
        config.algorithm = AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC;
        config.credentials = library().v4a;
    }
};

struct its_presigned_get : peer<presign_get> {
    static constexpr char const* name = "aws_c_auth/presign_get";
    its_presigned_get() : peer(AWS_ST_HTTP_REQUEST_QUERY_PARAMS) {
        config.signed_body_value = cursor(unsigned_payload);
        config.expiration_in_seconds = 3600;
    }
    bool operator()() { return sign(what.get()); }
    signable what = signable_of(ours.get);
};

struct its_chunk : peer<sign_chunk> {
    static constexpr char const* name = "aws_c_auth/sign_chunk";
    its_chunk() : peer(AWS_ST_HTTP_REQUEST_CHUNK) { config.signed_body_value = cursor(hash); }
    bool operator()() { return sign(what.get()); }
    std::string hash = to_hex(ours.hash_of_data);
    signable what{aws_signable_new_chunk(&library().memory, nullptr, cursor(ours.out.hex()))};
};

struct its_trailer : peer<sign_trailer> {
    static constexpr char const* name = "aws_c_auth/sign_trailer";
    its_trailer() : peer(AWS_ST_HTTP_REQUEST_TRAILING_HEADERS) {
        aws_http_headers_add(list.get(), cursor(ours.trailers[0].name),
                             cursor(ours.trailers[0].value));
        what.reset(aws_signable_new_trailing_headers(&library().memory, list.get(),
                                                     cursor(ours.out.hex())));
    }
    bool operator()() { return sign(what.get()); }
    header_list list{aws_http_headers_new(&library().memory)};
    signable what;
};

// The signatures of a whole body's chunks, the last and empty one included; no framing, no trailer.
struct its_chunks_64k : peer<chunks_64k> {
    static constexpr char const* name = "aws_c_auth/chunks_64k";
    static constexpr std::size_t bytes = chunks_64k::bytes;
    its_chunks_64k() : peer(AWS_ST_HTTP_REQUEST_CHUNK) {}
    bool operator()() {
        constexpr std::size_t size = 64 * 1024;
        std::string before(ours.out.hex());
        bool good = true;
        for (std::size_t at = 0; at <= bytes; at += size) {
            aws_byte_cursor const piece = cursor(body().substr(at, size));
            stream const data(aws_input_stream_new_from_cursor(&library().memory, &piece));
            signable const chunk(
                aws_signable_new_chunk(&library().memory, data.get(), cursor(before)));
            good &= sign(chunk.get());
            before = last;
        }
        return good;
    }
};

template <class Case>
std::string signed_by(Case& it) {
    require(it(), Case::name);
    return it.last;
}

// The last signature of a body in chunks without trailer.
std::string last_of_chunks_64k(chunked_put const& put) {
    chunk_encoder encoder(payload_kind::signed_chunks, put.chain());
    for (std::size_t at = 0; at < body().size(); at += 64 * 1024)
        encoder.begin_chunk(body().substr(at, 64 * 1024)).value();
    encoder.finish().value();
    return std::string(encoder.signature());
}

} // namespace

void check_aws_c_auth() {
    its_small_put put;
    its_presigned_get get;
    require(put.ours() && signed_by(put) == put.ours.out.hex(), "it signs a PUT differently");
    require(get.ours() && signed_by(get) == get.ours.out.hex(), "it presigns differently");
    its_chunk chunk;
    its_trailer trailer;
    its_chunks_64k chunks;
    require(signed_by(chunk) == chunk.ours.chain().sign(chunk.ours.hash_of_data),
            "it signs a chunk differently");
    require(signed_by(trailer) == trailer.ours.chain().sign_trailers(trailer.ours.trailers).value(),
            "it signs a trailer differently");
    require(signed_by(chunks) == last_of_chunks_64k(chunks.ours), "it signs a body differently");
    its_small_put_v4a put_v4a; // whose signatures differ each time
    sign_small_put_v4a ours;
    require(ours() &&
                v4a_key::derive(ours.who).verify(ours.out.string_to_sign(), signed_by(put_v4a)),
            "its signature by V4A is not valid to us");
}

std::vector<operation> aws_c_auth_operations() {
    return {
        operation_of<its_small_put>(),
        operation_of<its_presigned_get>(),
        operation_of<its_chunk>(),
        operation_of<its_trailer>(),
        operation_of<its_small_put_v4a>(),
        operation_of<its_chunks_64k>(),
        ratio_of<its_small_put, sign_small_put>(),
        ratio_of<its_small_put, sign_small_put_cold_key>(),
        ratio_of<its_presigned_get, presign_get>(),
        ratio_of<its_presigned_get, presign_get_cold_key>(),
        ratio_of<its_chunk, sign_chunk>(),
        ratio_of<its_trailer, sign_trailer>(),
        ratio_of<its_small_put_v4a, sign_small_put_v4a>(),
        ratio_of<its_chunks_64k, chunks_64k>(),
    };
}

} // namespace benchmarks
