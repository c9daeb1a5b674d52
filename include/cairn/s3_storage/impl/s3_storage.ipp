#ifndef CAIRN_S3_STORAGE_IMPL_S3_STORAGE_IPP
#define CAIRN_S3_STORAGE_IMPL_S3_STORAGE_IPP

#include <cairn/s3_storage/s3_storage.hpp>

#include <cairn/core/completion.hpp>
#include <cairn/core/mapped_handler.hpp>
#include <cairn/s3_storage/detail/condition_probe.hpp>
#include <cairn/s3_storage/detail/object_settings.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::storage::detail {

/// The client's requests, in the storage's words. What operations share, the probe, is touched on
/// the client's strand only.
class s3_impl final : public backend, public std::enable_shared_from_this<s3_impl> {
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
    /// An operation of more than one request: the user's handler, and how the user's cancellation
    /// reaches the request that is under way.
    template <class T>
    struct pending {
        cairn::detail::completion<T> done;
        asio::cancellation_signal abort; ///< strand only

        pending(erased_handler<T> handler, asio::any_io_executor const& ex)
            : done(std::move(handler), ex) {}
    };

    /// One conditional write; without `expected`, only where nothing is. It may have to wait for
    /// the probe.
    struct conditional_write : pending<version> {
        std::string name;
        std::optional<version> expected;
        const_buffers content;

        conditional_write(std::string n, std::optional<version> e, const_buffers c,
                          erased_handler<version> handler, asio::any_io_executor const& ex)
            : pending(std::move(handler), ex), name(std::move(n)), expected(std::move(e)),
              content(std::move(c)) {}
    };
    using write_ptr = std::shared_ptr<conditional_write>;

    /// The probe under way: its objects, and who waits for what it finds. Its request owns it, so
    /// that it goes with the executor's context.
    struct probing {
        condition_probe machine;
        std::string name;
        using object = std::pair<std::string, std::string>; ///< name and version id
        std::vector<object> made;
        std::vector<write_ptr> waiting;
        unsigned failed_removals = 0;
    };
    using probing_ptr = std::shared_ptr<probing>;

    template <class From, class To>
    static auto mapped(erased_handler<To> handler, result<To> (*map)(From&&),
                       void (*explain)(error&) = nullptr) {
        return cairn::detail::mapped_handler<erased_handler<To>, From, To>(std::move(handler), map,
                                                                           explain);
    }
    /// Keeps a handler, with work on its executor, for several requests. To be called by the
    /// initiating function: the cancellation slot belongs to its thread.
    template <class P, class... Args>
    std::shared_ptr<P> keep(asio::cancellation_slot slot, Args&&... args) {
        auto p = std::make_shared<P>(std::forward<Args>(args)..., executor());
        if (slot.is_connected())
            slot.assign([weak = std::weak_ptr(p), strand = executor()](asio::cancellation_type t) {
                asio::post(strand, [weak, t] {
                    if (auto const kept = weak.lock())
                        kept->abort.emit(t);
                });
            });
        return p;
    }
    static void explain_refused_read(error& e) {
        if (e.code == errc::access_denied)
            e.message += std::string(e.message.empty() ? "" : "; ") +
                         "reading needs s3:GetObject; without s3:ListBucket S3 refuses to read an "
                         "object that does not exist, too";
    }
    static void explain_refused_tags(error& e) {
        e.message += std::string(e.message.empty() ? "" : "; ") +
                     "the object has tags, which rewriting it keeps: that needs "
                     "s3:GetObjectTagging and s3:PutObjectTagging";
    }
    static result<object> nothing_of(s3::head_object_result&& r) {
        return object{{}, version{std::move(r.etag)}};
    }
    static result<version> version_of(s3::put_object_result&& r) {
        return version{std::move(r.etag)};
    }
    static result<list_page> page_of(s3::list_objects_result&& r);

    using read_ptr = std::shared_ptr<pending<object>>;
    void read(s3::get_object_request const& request, read_ptr const& p,
              std::function<void(error)> failed);
    void read_tags(std::string const& name, read_ptr const& p, object found,
                   object_settings settings);

    void write(std::string key, std::optional<version> expected, const_buffers content,
               erased_handler<version> handler);
    void await_probe(write_ptr const& w);
    void send(write_ptr const& w, etag_spelling spelling);

    void step_probe(probing_ptr const& p, condition_probe::step step);
    void look_at_probe(probing_ptr const& p);
    void send_probe(probing_ptr const& p, bool create);
    void keep_probe();
    std::string kept_probe() const { return config_.prefix + ".cairn-probe"; }
    static std::string random_digits();
    /// Each content differs, so that each write that is applied changes the ETag.
    static std::string probe_content() {
        return "cairn probes conditional writes " + random_digits() + '\n';
    }
    void remove_probes(probing_ptr const& p);
    void on_not_removed(probing& p, probing::object const& made, error const& why);
    void end_probe(probing_ptr const& p);

    s3::client client_;
    std::string const bucket_;
    s3_storage_config const config_;
    std::optional<etag_spelling> spelling_; ///< strand only
    std::optional<error> unsupported_;      ///< strand only
    std::weak_ptr<probing> probing_;        ///< strand only
    std::atomic<std::uint64_t> probe_requests_ = 0;
};

inline void s3_impl::get(std::string key, erased_handler<object> handler) {
    std::string const name = config_.prefix + key;
    auto const slot = asio::get_associated_cancellation_slot(handler);
    auto const p = keep<pending<object>>(slot, std::move(handler));
    read({.bucket = bucket_, .key = name}, p, [p](error why) {
        explain_refused_read(why);
        p->done.complete(std::move(why));
    });
}

/// Reads an object, or a part of it, with the settings that the next version is to have.
inline void s3_impl::read(s3::get_object_request const& request, read_ptr const& p,
                          std::function<void(error)> failed) {
    client_.async_get_object(
        request,
        asio::bind_cancellation_slot(
            p->abort.slot(), [self = shared_from_this(), name = std::string(request.key), p,
                              failed = std::move(failed)](result<s3::get_object_result> got) {
                if (!got)
                    return failed(got.error());
                object found{std::move(got->body), version{std::move(got->etag)}};
                auto settings = settings_of(got->headers);
                if (has_tags(got->headers))
                    return self->read_tags(name, p, std::move(found), std::move(settings));
                found.version.settings =
                    std::make_shared<object_settings const>(std::move(settings));
                p->done.complete(std::move(found));
            }));
}

inline void s3_impl::read_tags(std::string const& name, read_ptr const& p, object found,
                               object_settings settings) {
    client_.async_get_object_tagging(
        {.bucket = bucket_, .key = name},
        asio::bind_cancellation_slot(
            p->abort.slot(), [p, found = std::move(found), settings = std::move(settings)](
                                 result<s3::get_object_tagging_result> got) mutable {
                if (!got) {
                    error why = got.error();
                    if (why.code == errc::access_denied)
                        explain_refused_tags(why);
                    return p->done.complete(std::move(why));
                }
                settings.tags = std::move(got->tags);
                found.version.settings =
                    std::make_shared<object_settings const>(std::move(settings));
                p->done.complete(std::move(found));
            }));
}

inline void s3_impl::get_range(std::string key, byte_range range, erased_handler<object> handler) {
    std::string name = config_.prefix + key;
    if (range.length == 0) // HTTP has no empty range
        return client_.async_head_object({.bucket = bucket_, .key = name},
                                         mapped(std::move(handler), &s3_impl::nothing_of));
    auto const slot = asio::get_associated_cancellation_slot(handler);
    auto const p = keep<pending<object>>(slot, std::move(handler));
    s3::get_object_request const request{.bucket = bucket_, .key = name, .range = range};
    read(request, p, [self = shared_from_this(), name, p](error why) {
        if (why.status != 416)
            return p->done.complete(std::move(why));
        // Past the end: the version is to be had all the same.
        self->client_.async_head_object(
            {.bucket = self->bucket_, .key = name},
            asio::bind_cancellation_slot(p->abort.slot(), [p](result<s3::head_object_result> head) {
                if (head)
                    p->done.complete(nothing_of(std::move(*head)));
                else
                    p->done.complete(head.error());
            }));
    });
}

inline void s3_impl::list(std::string prefix, std::string after,
                          erased_handler<list_page> handler) {
    // `next` of a page is S3's own token, which only S3 understands.
    std::string const whole = config_.prefix + prefix;
    auto const slot = asio::get_associated_cancellation_slot(handler);
    auto const p = keep<pending<list_page>>(slot, std::move(handler));
    client_.async_list_objects(
        {.bucket = bucket_, .prefix = whole, .continuation_token = after},
        asio::bind_cancellation_slot(p->abort.slot(), [self = shared_from_this(),
                                                       p](result<s3::list_objects_result> listed) {
            if (!listed)
                return p->done.complete(listed.error());
            result<list_page> page = page_of(std::move(*listed));
            for (list_entry& e : page->entries)
                e.key.erase(0, self->config_.prefix.size());
            p->done.complete(std::move(page));
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
    auto const slot = asio::get_associated_cancellation_slot(handler);
    auto const w = keep<conditional_write>(slot, config_.prefix + key, std::move(expected),
                                           std::move(content), std::move(handler));
    asio::post(executor(), [self = shared_from_this(), w] {
        if (self->unsupported_)
            return w->done.complete(*self->unsupported_);
        if (self->spelling_)
            return self->send(w, *self->spelling_);
        self->await_probe(w);
    });
}

inline void s3_impl::await_probe(write_ptr const& w) {
    probing_ptr p = probing_.lock();
    bool const first = !p;
    if (first)
        probing_ = p = std::make_shared<probing>();
    p->waiting.push_back(w);
    // Once it is sent, the slot is the request's.
    w->abort.slot().assign(
        [weak_probe = std::weak_ptr(p), weak = std::weak_ptr(w)](asio::cancellation_type) {
            auto const probe = weak_probe.lock();
            auto const waits = weak.lock();
            if (probe && waits && std::erase(probe->waiting, waits) != 0)
                waits->done.complete(error(asio::error::operation_aborted,
                                           "the probe of conditional writes had not ended"));
        });
    if (first)
        step_probe(p, p->machine.start());
}

inline void s3_impl::send(write_ptr const& w, etag_spelling spelling) {
    std::string const if_match = w->expected ? spell(w->expected->tag, spelling) : std::string{};
    s3::put_object_request request{.bucket = bucket_,
                                   .key = w->name,
                                   .if_match = if_match,
                                   .if_none_match = w->expected ? "" : "*",
                                   .content_type = config_.content_type};
    if (w->expected && w->expected->settings) {
        auto const& kept = *static_cast<object_settings const*>(w->expected->settings.get());
        request.content_type = kept.content_type;
        request.tags = kept.tags;
        request.headers = kept.headers;
    }
    client_.async_put_object(
        request, w->content,
        asio::bind_cancellation_slot(w->abort.slot(), [w](result<s3::put_object_result> put) {
            if (!put)
                return w->done.complete(put.error());
            version made{std::move(put->etag)};
            if (w->expected)
                made.settings = w->expected->settings;
            w->done.complete(std::move(made));
        }));
}

inline void s3_impl::step_probe(probing_ptr const& p, condition_probe::step step) {
    using enum condition_probe::step;
    switch (step) {
    case look: return look_at_probe(p);
    case restart: {
        p->name = kept_probe() + '-' + random_digits();
        return send_probe(p, true);
    }
    case create: return send_probe(p, true);
    case replace: return send_probe(p, false);
    case settle: return remove_probes(p);
    }
}

inline std::string s3_impl::random_digits() {
    static constexpr std::array<char, 17> digits{"0123456789abcdef"};
    std::random_device device;
    std::string text;
    for (int i = 0; i != 24; ++i)
        text += digits[device() % 16];
    return text;
}

inline void s3_impl::look_at_probe(probing_ptr const& p) {
    ++probe_requests_;
    p->name = kept_probe();
    client_.async_head_object(
        {.bucket = bucket_, .key = p->name},
        [self = shared_from_this(), p](result<s3::head_object_result> head) {
            self->step_probe(p, p->machine.on_looked(head ? result<std::string>(head->etag)
                                                          : result<std::string>(head.error())));
        });
}

/// Makes the object that later probes use, where this one may not remove its own.
inline void s3_impl::keep_probe() {
    ++probe_requests_;
    auto const content = std::make_shared<std::string const>(probe_content());
    client_.async_put_object({.bucket = bucket_,
                              .key = kept_probe(),
                              .if_none_match = "*",
                              .content_type = "text/plain"},
                             asio::buffer(*content),
                             [self = shared_from_this(), content](result<s3::put_object_result>) {
                                 // Where it failed the next probe tries again.
                             });
}

inline void s3_impl::send_probe(probing_ptr const& p, bool create) {
    ++probe_requests_;
    auto const content = std::make_shared<std::string const>(probe_content());
    std::string const if_match = create ? std::string{} : p->machine.etag();
    client_.async_put_object(
        {.bucket = bucket_,
         .key = p->name,
         .if_match = if_match,
         .if_none_match = create ? "*" : "",
         .content_type = "text/plain"},
        asio::buffer(*content),
        [self = shared_from_this(), p, content](result<s3::put_object_result> put) {
            // The first refusal of a new key is not to be trusted: who repeats a write whose answer
            // was lost, as proxies do, is refused because of the first. The later ones are meant.
            bool const own = !p->machine.uses_kept();
            bool const refused_first =
                !put && put.error().code == condition::lost_race &&
                std::none_of(p->made.begin(), p->made.end(),
                             [&](auto const& m) { return m.first == p->name; });
            if (own && (put || put.error().effect == remote_effect::possible || refused_first))
                p->made.emplace_back(p->name, put ? put->version_id : std::string{});
            self->step_probe(p, p->machine.on_written(put ? result<std::string>(put->etag)
                                                          : result<std::string>(put.error())));
        });
}

inline void s3_impl::remove_probes(probing_ptr const& p) {
    std::sort(p->made.begin(), p->made.end());
    p->made.erase(std::unique(p->made.begin(), p->made.end()), p->made.end());
    if (p->made.empty())
        return end_probe(p);
    auto const made = std::move(p->made.back());
    p->made.pop_back();
    ++probe_requests_;
    client_.async_delete_object({.bucket = bucket_, .key = made.first, .version_id = made.second},
                                [self = shared_from_this(), p, made](result<void> removed) {
                                    if (!removed)
                                        self->on_not_removed(*p, made, removed.error());
                                    self->remove_probes(p);
                                });
}

inline void s3_impl::on_not_removed(probing& p, probing::object const& made, error const& why) {
    // The client has tried more than once already; but what is left behind is there for good.
    static constexpr unsigned max_failed_removals = 5;
    if (why.code != condition::refused && ++p.failed_removals <= max_failed_removals)
        return p.made.push_back(made);
    if (why.code == errc::access_denied)
        keep_probe();
    if (config_.on_probe_left)
        config_.on_probe_left(made.first, why);
}

inline void s3_impl::end_probe(probing_ptr const& p) {
    probing_.reset();
    std::vector<write_ptr> const waiting = std::move(p->waiting);
    p->waiting.clear();
    result<etag_spelling> const& finding = p->machine.finding();
    if (finding) {
        spelling_ = *finding;
        if (config_.on_probed)
            config_.on_probed(*finding == etag_spelling::quoted ? conditions::quoted
                                                                : conditions::unquoted);
        for (write_ptr const& w : waiting)
            send(w, *spelling_);
        return;
    }
    error e = finding.error();
    e.message = "bucket \"" + bucket_ + "\": " + e.message;
    e.effect = remote_effect::none; // of the writes that wait: they were not sent
    if (e.code == errc::conditions_unsupported)
        unsupported_ = e;
    for (write_ptr const& w : waiting)
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
