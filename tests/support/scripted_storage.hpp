// A storage that misbehaves at chosen requests, and at which another writer commits meanwhile.
#ifndef CAIRN_TESTS_SUPPORT_SCRIPTED_STORAGE_HPP
#define CAIRN_TESTS_SUPPORT_SCRIPTED_STORAGE_HPP

#include <cairn/core/completion.hpp>
#include <cairn/storage/handle.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace scripted {

namespace asio = boost::asio;
using cairn::errc;
using cairn::error;
using cairn::result;
using cairn::storage::version;

enum class fault {
    none,
    throttled,     // refused, nothing done
    failed,        // a failure of the server's, nothing done
    denied,        // refused for good
    lost_before,   // no answer, never applied
    lost_after,    // no answer, applied
    late,          // no answer, applied some requests later if its condition holds then
    refused_after, // applied, and an intermediary's second attempt got the 412
    hangs,         // no answer before it is cancelled; not applied
    hangs_applied, // no answer before it is cancelled; applied
};

class server : public cairn::storage::detail::backend {
public:
    explicit server(asio::any_io_executor e) : executor_(std::move(e)) {}

    std::map<unsigned, fault> script;              // by number of the request, from 1
    std::function<void(server&, unsigned)> before; // called before each request
    std::map<std::string, std::string> objects;
    unsigned requests = 0;
    unsigned late_by = 2; // requests

    // Writes as another process would.
    void interfere(std::string const& key, std::string bytes) {
        objects[key] = std::move(bytes);
        ++versions_[key];
    }
    void land_all() {
        while (!late_.empty())
            land(late_.begin());
    }

    asio::any_io_executor executor() const override { return executor_; }

    template <class T>
    using handler = cairn::storage::detail::erased_handler<T>;

    void get(std::string key, handler<cairn::storage::object> h) override {
        auto const f = next();
        auto const read = [&]() -> result<cairn::storage::object> {
            auto const it = objects.find(key);
            if (it == objects.end())
                return error(errc::not_found, key);
            return cairn::storage::object{it->second, tag(key)};
        };
        if (f == fault::none || f == fault::refused_after)
            return answer(std::move(h), read());
        if (f == fault::hangs || f == fault::hangs_applied)
            return hang(std::move(h));
        answer(std::move(h), result<cairn::storage::object>(
                                 f == fault::denied      ? error(errc::access_denied)
                                 : f == fault::throttled ? error(errc::throttled)
                                                         : error(errc::service_failure)));
    }
    void create(std::string key, cairn::storage::const_buffers c, handler<version> h) override {
        write(key, std::nullopt, c, std::move(h));
    }
    void replace(std::string key, version v, cairn::storage::const_buffers c,
                 handler<version> h) override {
        write(key, v, c, std::move(h));
    }
    // The merger calls none of these.
    void get_range(std::string, cairn::byte_range, handler<cairn::storage::object>) override {}
    void list(std::string, std::string, handler<cairn::storage::list_page>) override {}
    void put(std::string, cairn::storage::const_buffers, handler<version>) override {}
    void remove(std::string, handler<void>) override {}

private:
    fault next() {
        ++requests;
        if (auto const due = late_.find(requests); due != late_.end())
            land(due);
        if (before)
            before(*this, requests);
        auto const it = script.find(requests);
        return it == script.end() ? fault::none : it->second;
    }

    version tag(std::string const& key) { return {std::to_string(versions_[key])}; }

    result<version> apply(std::string const& key, std::optional<version> const& expected,
                          std::string const& bytes) {
        auto const there = objects.count(key) != 0;
        if (expected && !there)
            return error(errc::not_found, key);
        if (expected ? *expected != tag(key) : there)
            return error(errc::precondition_failed, key);
        interfere(key, bytes);
        return tag(key);
    }

    void write(std::string const& key, std::optional<version> const& expected,
               cairn::storage::const_buffers const& content, handler<version> h) {
        std::string bytes(asio::buffer_size(content), '\0');
        asio::buffer_copy(asio::buffer(bytes), content);
        auto const f = next();
        auto const lost = error(errc::timed_out, "no answer", cairn::remote_effect::possible);
        switch (f) {
        case fault::none: return answer(std::move(h), apply(key, expected, bytes));
        case fault::throttled: return answer<version>(std::move(h), error(errc::throttled));
        case fault::failed: return answer<version>(std::move(h), error(errc::service_failure));
        case fault::denied: return answer<version>(std::move(h), error(errc::access_denied));
        case fault::lost_before: return answer<version>(std::move(h), lost);
        case fault::lost_after:
            apply(key, expected, bytes);
            return answer<version>(std::move(h), lost);
        case fault::late:
            late_.emplace(requests + late_by, [=, this] { apply(key, expected, bytes); });
            return answer<version>(std::move(h), lost);
        case fault::refused_after:
            apply(key, expected, bytes);
            return answer<version>(std::move(h), error(errc::precondition_failed));
        case fault::hangs_applied: apply(key, expected, bytes); [[fallthrough]];
        case fault::hangs: return hang(std::move(h));
        }
    }

    template <class T>
    void answer(handler<T> h, result<T> r) {
        asio::post(executor_, [c = cairn::detail::completion<T>(std::move(h), executor_),
                               r = std::move(r)]() mutable { c.complete(std::move(r)); });
    }

    template <class T>
    void hang(handler<T> h) {
        auto slot = asio::get_associated_cancellation_slot(h);
        auto c = std::make_shared<cairn::detail::completion<T>>(std::move(h), executor_);
        slot.assign([c, e = executor_](asio::cancellation_type) {
            asio::post(e, [c] {
                c->complete(error(asio::error::operation_aborted, "cancelled",
                                  cairn::remote_effect::possible));
            });
        });
    }

    using late_writes = std::multimap<unsigned, std::function<void()>>;
    void land(late_writes::iterator it) {
        auto const write = std::move(it->second);
        late_.erase(it);
        write();
    }

    asio::any_io_executor executor_;
    std::map<std::string, long> versions_;
    late_writes late_;
};

struct storage : cairn::storage::detail::handle {
    explicit storage(std::shared_ptr<server> s) : handle(std::move(s)) {}
};

} // namespace scripted

#endif
