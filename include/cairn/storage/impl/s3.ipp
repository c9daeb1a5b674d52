#ifndef CAIRN_STORAGE_IMPL_S3_IPP
#define CAIRN_STORAGE_IMPL_S3_IPP

#include <cairn/storage/s3.hpp>

#include <cairn/detail/completion.hpp>
#include <cairn/detail/mapped_handler.hpp>
#include <cairn/storage/detail/condition_probe.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::storage::detail {

/// The client's requests, in the storage's words. What operations share, the probe, is touched on
/// the client's strand only.
class s3_impl final : public operations, public std::enable_shared_from_this<s3_impl> {
public:
    s3_impl(s3::client client, std::string bucket, s3_storage_config config)
        : client_(std::move(client)), bucket_(std::move(bucket)), config_(std::move(config)) {
        if (config_.conditions == conditions::quoted)
            spelling_ = etag_spelling::quoted;
        if (config_.conditions == conditions::unquoted)
            spelling_ = etag_spelling::unquoted;
    }

    asio::any_io_executor executor() const override { return client_.get_executor(); }
    std::uint64_t probe_requests() const noexcept { return probe_requests_; }

    void get(std::string key, erased_handler<object> handler) override;
    void get_range(std::string key, byte_range range, erased_handler<object> handler) override;
    void list(std::string prefix, std::string after, erased_handler<list_page> handler) override;
    void put(std::string key, const_buffers content, erased_handler<version> handler) override;
    void remove(std::string key, erased_handler<void> handler) override;
    void create(std::string key, const_buffers content, erased_handler<version> handler) override;
    void replace(std::string key, version expected, const_buffers content,
                 erased_handler<version> handler) override;

private:
    /// One conditional write; without `expected`, only where nothing is. It may have to wait for
    /// the probe, so cancellation reaches it through a signal of its own.
    struct conditional_write {
        std::string name;
        std::optional<version> expected;
        const_buffers content;
        cairn::detail::completion<version> done;
        asio::cancellation_signal abort;

        conditional_write(std::string n, std::optional<version> e, const_buffers c,
                          erased_handler<version> handler, asio::any_io_executor const& ex)
            : name(std::move(n)), expected(std::move(e)), content(std::move(c)),
              done(std::move(handler), ex) {}
    };
    using write_ptr = std::shared_ptr<conditional_write>;

    /// The probe under way: its objects, and who waits for what it finds.
    struct probing {
        condition_probe machine;
        std::string name;
        unsigned writes = 0;
        std::vector<std::pair<std::string, std::string>> made; ///< names and version ids
        std::vector<write_ptr> waiting;
    };

    template <class From, class To>
    static auto mapped(erased_handler<To> handler, result<To> (*map)(From&&)) {
        return cairn::detail::mapped_handler<erased_handler<To>, From, To>(std::move(handler), map);
    }
    /// Holds work on the handler's executor from the start, as a single request does.
    template <class T>
    std::shared_ptr<cairn::detail::completion<T>> keep(erased_handler<T> handler) {
        return std::make_shared<cairn::detail::completion<T>>(std::move(handler), executor());
    }
    static result<object> object_of(s3::get_object_result&& r) {
        return object{std::move(r.body), version{std::move(r.etag)}};
    }
    static result<object> nothing_of(s3::head_object_result&& r) {
        return object{{}, version{std::move(r.etag)}};
    }
    static result<version> version_of(s3::put_object_result&& r) {
        return version{std::move(r.etag)};
    }
    static result<list_page> page_of(s3::list_objects_result&& r);

    void write(std::string key, std::optional<version> expected, const_buffers content,
               erased_handler<version> handler);
    void cancel(write_ptr const& w);
    void send(write_ptr const& w, etag_spelling spelling);

    void begin_probe();
    void step_probe(condition_probe::step step);
    void send_probe(bool create);
    void remove_probes();
    void end_probe();

    s3::client client_;
    std::string const bucket_;
    s3_storage_config const config_;
    std::optional<etag_spelling> spelling_; ///< strand only
    std::optional<error> unsupported_;      ///< strand only
    std::unique_ptr<probing> probing_;      ///< strand only
    std::atomic<std::uint64_t> probe_requests_ = 0;
};

inline void s3_impl::get(std::string key, erased_handler<object> handler) {
    std::string const name = config_.prefix + key;
    client_.async_get_object({.bucket = bucket_, .key = name},
                             mapped(std::move(handler), &s3_impl::object_of));
}

inline void s3_impl::get_range(std::string key, byte_range range, erased_handler<object> handler) {
    std::string name = config_.prefix + key;
    if (range.length == 0) // HTTP has no empty range
        return client_.async_head_object({.bucket = bucket_, .key = name},
                                         mapped(std::move(handler), &s3_impl::nothing_of));
    auto const slot = asio::get_associated_cancellation_slot(handler);
    auto const done = keep(std::move(handler));
    s3::get_object_request const request{
        .bucket = bucket_, .key = name, .range = s3::byte_range{range.offset, range.length}};
    client_.async_get_object(
        request, asio::bind_cancellation_slot(slot, [self = shared_from_this(), name, slot,
                                                     done](result<s3::get_object_result> got) {
            if (got)
                return done->complete(object_of(std::move(*got)));
            if (got.error().status != 416)
                return done->complete(got.error());
            // Past the end: the version is to be had all the same.
            self->client_.async_head_object(
                {.bucket = self->bucket_, .key = name},
                asio::bind_cancellation_slot(slot, [done](result<s3::head_object_result> head) {
                    if (head)
                        done->complete(nothing_of(std::move(*head)));
                    else
                        done->complete(head.error());
                }));
        }));
}

inline void s3_impl::list(std::string prefix, std::string after,
                          erased_handler<list_page> handler) {
    // `next` of a page is S3's own token, which only S3 understands.
    std::string const whole = config_.prefix + prefix;
    auto const slot = asio::get_associated_cancellation_slot(handler);
    auto const done = keep(std::move(handler));
    client_.async_list_objects(
        {.bucket = bucket_, .prefix = whole, .continuation_token = after},
        asio::bind_cancellation_slot(
            slot, [self = shared_from_this(), done](result<s3::list_objects_result> listed) {
                if (!listed)
                    return done->complete(listed.error());
                result<list_page> page = page_of(std::move(*listed));
                for (list_entry& e : page->entries)
                    e.key.erase(0, self->config_.prefix.size());
                done->complete(std::move(page));
            }));
}

inline result<list_page> s3_impl::page_of(s3::list_objects_result&& r) {
    list_page page;
    page.entries.reserve(r.objects.size());
    for (s3::listed_object& o : r.objects)
        page.entries.push_back({std::move(o.key), o.size, version{std::move(o.etag)}});
    page.next = std::move(r.next_continuation_token);
    return page;
}

inline void s3_impl::put(std::string key, const_buffers content, erased_handler<version> handler) {
    std::string const name = config_.prefix + key;
    client_.async_put_object({.bucket = bucket_, .key = name, .content_type = config_.content_type},
                             content, mapped(std::move(handler), &s3_impl::version_of));
}

inline void s3_impl::remove(std::string key, erased_handler<void> handler) {
    std::string const name = config_.prefix + key;
    client_.async_delete_object({.bucket = bucket_, .key = name}, std::move(handler));
}

inline void s3_impl::create(std::string key, const_buffers content,
                            erased_handler<version> handler) {
    write(std::move(key), std::nullopt, std::move(content), std::move(handler));
}

inline void s3_impl::replace(std::string key, version expected, const_buffers content,
                             erased_handler<version> handler) {
    write(std::move(key), std::move(expected), std::move(content), std::move(handler));
}

inline void s3_impl::write(std::string key, std::optional<version> expected, const_buffers content,
                           erased_handler<version> handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto w =
        std::make_shared<conditional_write>(config_.prefix + key, std::move(expected),
                                            std::move(content), std::move(handler), executor());
    if (slot.is_connected())
        slot.assign([self = weak_from_this(), weak = std::weak_ptr(w),
                     strand = executor()](asio::cancellation_type) {
            asio::post(strand, [self, weak] {
                auto const impl = self.lock();
                auto const found = weak.lock();
                if (impl && found)
                    impl->cancel(found);
            });
        });
    asio::post(executor(), [self = shared_from_this(), w] {
        if (self->unsupported_)
            return w->done.complete(*self->unsupported_);
        if (self->spelling_)
            return self->send(w, *self->spelling_);
        if (!self->probing_)
            self->begin_probe();
        self->probing_->waiting.push_back(w);
    });
}

inline void s3_impl::cancel(write_ptr const& w) {
    if (probing_) {
        auto& waiting = probing_->waiting;
        auto const it = std::find(waiting.begin(), waiting.end(), w);
        if (it != waiting.end()) {
            waiting.erase(it);
            return w->done.complete(error(asio::error::operation_aborted));
        }
    }
    w->abort.emit(asio::cancellation_type::terminal);
}

inline void s3_impl::send(write_ptr const& w, etag_spelling spelling) {
    std::string const if_match = w->expected ? spell(w->expected->tag, spelling) : std::string{};
    client_.async_put_object(
        {.bucket = bucket_,
         .key = w->name,
         .if_match = if_match,
         .if_none_match = w->expected ? "" : "*",
         .content_type = config_.content_type},
        w->content,
        asio::bind_cancellation_slot(w->abort.slot(), [w](result<s3::put_object_result> put) {
            if (put)
                w->done.complete(version_of(std::move(*put)));
            else
                w->done.complete(put.error());
        }));
}

inline void s3_impl::begin_probe() {
    probing_ = std::make_unique<probing>();
    step_probe(condition_probe::step::restart);
}

inline void s3_impl::step_probe(condition_probe::step step) {
    using enum condition_probe::step;
    switch (step) {
    case restart: {
        static constexpr std::array<char, 17> digits{"0123456789abcdef"};
        probing_->name = config_.prefix + ".cairn-probe-";
        std::random_device device;
        for (int i = 0; i != 24; ++i)
            probing_->name += digits[device() % 16];
        return send_probe(true);
    }
    case create: return send_probe(true);
    case replace: return send_probe(false);
    case settle: return remove_probes();
    }
}

inline void s3_impl::send_probe(bool create) {
    ++probe_requests_;
    // Each content differs, so that each write that is applied changes the ETag.
    auto const content = std::make_shared<std::string const>("cairn probes conditional writes " +
                                                             std::to_string(++probing_->writes));
    std::string const if_match = create ? std::string{} : probing_->machine.etag();
    client_.async_put_object(
        {.bucket = bucket_,
         .key = probing_->name,
         .if_match = if_match,
         .if_none_match = create ? "*" : "",
         .content_type = "text/plain"},
        asio::buffer(*content),
        [self = shared_from_this(), content](result<s3::put_object_result> put) {
            probing& p = *self->probing_;
            if (put || put.error().effect == remote_effect::possible)
                p.made.emplace_back(p.name, put ? put->version_id : std::string{});
            self->step_probe(p.machine.on_written(put ? result<std::string>(std::move(put->etag))
                                                      : put.error()));
        });
}

inline void s3_impl::remove_probes() {
    auto& made = probing_->made;
    std::sort(made.begin(), made.end());
    made.erase(std::unique(made.begin(), made.end()), made.end());
    if (made.empty())
        return end_probe();
    auto const [name, version_id] = made.back();
    made.pop_back();
    ++probe_requests_;
    client_.async_delete_object(
        {.bucket = bucket_, .key = name, .version_id = version_id},
        [self = shared_from_this()](result<void>) { self->remove_probes(); });
}

inline void s3_impl::end_probe() {
    std::unique_ptr<probing> const ended = std::move(probing_);
    result<etag_spelling> const& verdict = ended->machine.verdict();
    if (verdict) {
        spelling_ = *verdict;
        for (write_ptr const& w : ended->waiting)
            send(w, *spelling_);
        return;
    }
    error e = verdict.error();
    e.message = "bucket \"" + bucket_ + "\": " + e.message;
    e.effect = remote_effect::none; // of the writes that wait: they were not sent
    if (e.code == errc::conditions_unsupported)
        unsupported_ = e;
    for (write_ptr const& w : ended->waiting)
        w->done.complete(e);
}

} // namespace cairn::storage::detail

namespace cairn::storage {

CAIRN_DECL s3_storage::s3_storage(s3::client client, std::string bucket, s3_storage_config config)
    : s3_storage(std::make_shared<detail::s3_impl>(std::move(client), std::move(bucket),
                                                   std::move(config))) {}

CAIRN_DECL s3_storage::s3_storage(std::shared_ptr<detail::s3_impl> impl)
    : handle(impl), s3_(std::move(impl)) {}

CAIRN_DECL std::uint64_t s3_storage::probe_requests() const noexcept {
    return s3_->probe_requests();
}

} // namespace cairn::storage

#endif
