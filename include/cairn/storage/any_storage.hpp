//
// cairn/storage/any_storage.hpp: a storage whose type is chosen at run time.
//
#ifndef CAIRN_STORAGE_ANY_STORAGE_HPP
#define CAIRN_STORAGE_ANY_STORAGE_HPP

#include <cairn/storage/concepts.hpp>
#include <cairn/storage/handle.hpp>

#include <memory>
#include <utility>

namespace cairn::storage {

namespace detail {

template <class Storage>
class adapter final : public backend {
public:
    explicit adapter(Storage storage) : storage_(std::move(storage)) {}

    asio::any_io_executor executor() const override {
        return const_cast<Storage&>(storage_).get_executor(); // the concept asks no const of it
    }
    void get(std::string key, erased_handler<object> h) override {
        storage_.async_get(std::move(key), std::move(h));
    }
    void get_range(std::string key, byte_range range, erased_handler<object> h) override {
        storage_.async_get_range(std::move(key), range, std::move(h));
    }
    void list(std::string prefix, std::string after, erased_handler<list_page> h) override {
        storage_.async_list(std::move(prefix), std::move(after), std::move(h));
    }
    void put(std::string key, const_buffers content, erased_handler<version> h) override {
        storage_.async_put(std::move(key), std::move(content), std::move(h));
    }
    void remove(std::string key, erased_handler<void> h) override {
        storage_.async_remove(std::move(key), std::move(h));
    }
    void create(std::string key, const_buffers content, erased_handler<version> h) override {
        storage_.async_create(std::move(key), std::move(content), std::move(h));
    }
    void replace(std::string key, version expected, const_buffers content,
                 erased_handler<version> h) override {
        storage_.async_replace(std::move(key), std::move(expected), std::move(content),
                               std::move(h));
    }

private:
    Storage storage_;
};

} // namespace detail

/// Holds any `compare_and_swap_storage` and is one itself, so that a program picks its storage at
/// run time and compiles its merger once. A storage that cannot compare-and-swap does not convert.
///
/// Copies share the storage. Thread safety and executor: the held storage's. Cost: a virtual call.
class any_storage : public detail::handle {
public:
    /// Shares a storage that is behind the same interface already, as `memory_storage` is.
    any_storage(detail::handle const& other) : handle(other) {}

    /// Moves a storage of another make inside.
    template <class Storage>
    requires(!std::derived_from<Storage, detail::handle>) &&
        compare_and_swap_storage<Storage> any_storage(Storage storage)
        : handle(std::make_shared<detail::adapter<Storage>>(std::move(storage))) {}
};

} // namespace cairn::storage

#endif
