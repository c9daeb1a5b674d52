#ifndef CAIRN_STORAGE_IMPL_FILE_IPP
#define CAIRN_STORAGE_IMPL_FILE_IPP

#include <cairn/storage/detail/file_tree.hpp>
#include <cairn/storage/detail/job.hpp>
#include <cairn/storage/file.hpp>

#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace cairn::storage::detail {

class file_impl final : public backend {
public:
    file_impl(asio::any_io_executor executor, file_config const& config)
        : executor_(std::move(executor)), shared_(std::make_shared<shared>(config)),
          pool_(std::max(config.threads, 1u)) {}

    // The jobs hold what they share, not this: the threads can be joined here.
    ~file_impl() override {
        shared_->closing = true;
        pool_.join();
    }

    asio::any_io_executor executor() const override { return executor_; }

    void get(std::string key, erased_handler<object> handler) override {
        later(std::move(handler), [key = std::move(key)](file_tree& tree, auto const&) {
            return tree.read(key, std::nullopt);
        });
    }

    void get_range(std::string key, byte_range range, erased_handler<object> handler) override {
        later(std::move(handler), [key = std::move(key), range](file_tree& tree, auto const&) {
            return tree.read(key, range);
        });
    }

    void list(std::string prefix, std::string after, erased_handler<list_page> handler) override {
        later(std::move(handler),
              [prefix = std::move(prefix), after = std::move(after)](file_tree& tree, auto const&) {
                  return tree.list(prefix, after);
              });
    }

    void put(std::string key, const_buffers content, erased_handler<version> handler) override {
        write(std::move(key), std::move(content), file_tree::need::nothing, {}, std::move(handler));
    }

    void remove(std::string key, erased_handler<void> handler) override {
        later(std::move(handler),
              [key = std::move(key)](file_tree& tree, file_tree::cancelled_fn const& cancelled) {
                  return tree.remove(key, cancelled);
              });
    }

    void create(std::string key, const_buffers content, erased_handler<version> handler) override {
        write(std::move(key), std::move(content), file_tree::need::absence, {}, std::move(handler));
    }

    void replace(std::string key, version expected, const_buffers content,
                 erased_handler<version> handler) override {
        write(std::move(key), std::move(content), file_tree::need::version, std::move(expected),
              std::move(handler));
    }

private:
    struct shared {
        explicit shared(file_config const& config) : tree(config) {}

        file_tree tree;
        std::atomic<bool> closing = false;
    };

    void write(std::string key, const_buffers content, file_tree::need condition, version expected,
               erased_handler<version> handler) {
        later(std::move(handler), [key = std::move(key), content = std::move(content), condition,
                                   expected = std::move(expected)](
                                      file_tree& tree, file_tree::cancelled_fn const& cancelled) {
            return tree.write(key, content, condition, expected, cancelled);
        });
    }

    // Does the work on a thread of the pool, and completes by way of the storage's executor.
    template <class T, class Work>
    void later(erased_handler<T> handler, Work work) {
        auto io = asio::prefer(executor_, asio::execution::outstanding_work.tracked);
        asio::post(pool_, [io = std::move(io), s = shared_, work = std::move(work),
                           j = job<T>(std::move(handler), executor_)]() mutable {
            file_tree::cancelled_fn const cancelled = [&] { return s->closing || j.cancelled(); };
            auto outcome = j.run([&]() -> result<T> {
                if (s->closing)
                    return error(asio::error::operation_aborted, "the storage was destroyed");
                return work(s->tree, cancelled);
            });
            asio::post(io, [j = std::move(j), r = std::move(outcome)]() mutable {
                j.complete(std::move(r));
            });
        });
    }

    asio::any_io_executor const executor_;
    std::shared_ptr<shared> const shared_;
    asio::thread_pool pool_;
};

} // namespace cairn::storage::detail

namespace cairn::storage {

CAIRN_DECL file_storage::file_storage(asio::any_io_executor executor, file_config config)
    : handle(std::make_shared<detail::file_impl>(std::move(executor), config)) {}

} // namespace cairn::storage

#endif
