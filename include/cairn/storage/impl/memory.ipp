#ifndef CAIRN_STORAGE_IMPL_MEMORY_IPP
#define CAIRN_STORAGE_IMPL_MEMORY_IPP

#include <cairn/storage/detail/job.hpp>
#include <cairn/storage/memory.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace cairn::storage::detail {

class memory_impl final : public backend, public std::enable_shared_from_this<memory_impl> {
public:
    memory_impl(asio::any_io_executor executor, memory_config config)
        : executor_(std::move(executor)), config_(config) {}

    asio::any_io_executor executor() const override { return executor_; }

    void get(std::string key, erased_handler<object> handler) override {
        later(std::move(handler),
              [key = std::move(key)](memory_impl& self) { return self.read(key, std::nullopt); });
    }

    void get_range(std::string key, byte_range range, erased_handler<object> handler) override {
        later(std::move(handler),
              [key = std::move(key), range](memory_impl& self) { return self.read(key, range); });
    }

    void list(std::string prefix, std::string after, erased_handler<list_page> handler) override {
        later(std::move(handler), [prefix = std::move(prefix), after = std::move(after)](
                                      memory_impl& self) { return self.page(prefix, after); });
    }

    void put(std::string key, const_buffers content, erased_handler<version> handler) override {
        later(std::move(handler), [key = std::move(key), c = std::move(content)](
                                      memory_impl& self) { return self.write(key, c, nullptr); });
    }

    void remove(std::string key, erased_handler<void> handler) override {
        later(std::move(handler), [key = std::move(key)](memory_impl& self) {
            std::lock_guard lock(self.mutex_);
            self.objects_.erase(key);
            return result<void>();
        });
    }

    void create(std::string key, const_buffers content, erased_handler<version> handler) override {
        later(std::move(handler),
              [key = std::move(key), c = std::move(content)](memory_impl& self) {
                  std::optional<version> const none;
                  return self.write(key, c, &none);
              });
    }

    void replace(std::string key, version expected, const_buffers content,
                 erased_handler<version> handler) override {
        later(std::move(handler),
              [key = std::move(key), expected = std::optional(expected), c = std::move(content)](
                  memory_impl& self) { return self.write(key, c, &expected); });
    }

private:
    struct entry {
        std::shared_ptr<std::string const> bytes;
        storage::version version;
    };

    template <class T, class Work>
    void later(erased_handler<T> handler, Work work) {
        asio::post(executor_, [self = shared_from_this(), j = job<T>(std::move(handler), executor_),
                               work = std::move(work)]() mutable {
            j.complete(j.run([&] { return work(*self); }));
        });
    }

    result<object> read(std::string const& key, std::optional<byte_range> range) const {
        entry found;
        {
            std::lock_guard lock(mutex_);
            auto const it = objects_.find(key);
            if (it == objects_.end())
                return error(errc::not_found, key);
            found = it->second;
        }
        std::string_view part = *found.bytes;
        if (range) {
            auto const size = std::uint64_t(part.size());
            part.remove_prefix(std::size_t(std::min(range->offset, size)));
            part = part.substr(0, std::size_t(std::min(range->length, size)));
        }
        return object{std::string(part), std::move(found.version)};
    }

    // `condition`: null for none; otherwise the version that must be there, or that nothing is.
    result<version> write(std::string const& key, const_buffers const& content,
                          std::optional<version> const* condition) {
        if (key.empty())
            return error(errc::invalid_argument, "the key is empty");
        std::string bytes(asio::buffer_size(content), '\0');
        asio::buffer_copy(asio::buffer(bytes), content);
        auto stored = std::make_shared<std::string const>(std::move(bytes));

        std::lock_guard lock(mutex_);
        auto const it = objects_.find(key);
        if (condition && condition->has_value()) {
            if (it == objects_.end())
                return error(errc::not_found, key);
            if (it->second.version != **condition)
                return error(errc::precondition_failed, key + " has another version");
        } else if (condition && it != objects_.end()) {
            return error(errc::precondition_failed, key + " exists already");
        }
        auto tag = version{"m" + std::to_string(++last_)};
        objects_[key] = entry{std::move(stored), tag};
        return tag;
    }

    result<list_page> page(std::string const& prefix, std::string const& after) const {
        list_page page;
        std::lock_guard lock(mutex_);
        auto it = after < prefix ? objects_.lower_bound(prefix) : objects_.upper_bound(after);
        for (; it != objects_.end() && it->first.compare(0, prefix.size(), prefix) == 0; ++it) {
            if (page.entries.size() == std::max<std::size_t>(config_.page_size, 1)) {
                page.next = page.entries.back().key;
                break;
            }
            page.entries.push_back({it->first, it->second.bytes->size(), it->second.version});
        }
        return page;
    }

    asio::any_io_executor const executor_;
    memory_config const config_;
    mutable std::mutex mutex_;
    std::map<std::string, entry> objects_;
    std::uint64_t last_ = 0;
};

} // namespace cairn::storage::detail

namespace cairn::storage {

CAIRN_DECL memory_storage::memory_storage(asio::any_io_executor executor, memory_config config)
    : handle(std::make_shared<detail::memory_impl>(std::move(executor), config)) {}

} // namespace cairn::storage

#endif
