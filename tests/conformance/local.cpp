// The storages that need no server.
#include "conformance/storage.hpp"

#include <cairn/storage/any_storage.hpp>
#include <cairn/storage/file.hpp>
#include <cairn/storage/memory.hpp>

#include "support/temporary_directory.hpp"

namespace {

namespace asio = boost::asio;
using namespace cairn::storage;

struct in_memory {
    using storage_type = memory_storage;
    asio::io_context io;
    memory_storage storage{io.get_executor(), {.page_size = 5}};

    storage_type make() { return storage; }
    std::string prefix() const { return {}; }
};

struct in_files {
    using storage_type = file_storage;
    support::temporary_directory directory;
    asio::io_context io;

    storage_type make() {
        file_config config;
        config.directory = directory.path() + "/not/there/yet";
        config.page_size = 5;
        return file_storage(io.get_executor(), config);
    }
    std::string prefix() const { return "some bucket/"; }
};

template <class Inner>
struct erased {
    using storage_type = any_storage;
    Inner inner;
    asio::io_context& io = inner.io;

    storage_type make() { return inner.make(); }
    std::string prefix() const { return inner.prefix(); }
};

// Of a type that any_storage has to wrap, since it does not share its interface.
struct strange {
    memory_storage inner;

    auto get_executor() { return inner.get_executor(); }
    template <class T>
    auto async_get(std::string k, T&& t) {
        return inner.async_get(std::move(k), std::forward<T>(t));
    }
    template <class T>
    auto async_get_range(std::string k, cairn::byte_range r, T&& t) {
        return inner.async_get_range(std::move(k), r, std::forward<T>(t));
    }
    template <class T>
    auto async_list(std::string p, std::string a, T&& t) {
        return inner.async_list(std::move(p), std::move(a), std::forward<T>(t));
    }
    template <class T>
    auto async_put(std::string k, const_buffers b, T&& t) {
        return inner.async_put(std::move(k), std::move(b), std::forward<T>(t));
    }
    template <class T>
    auto async_remove(std::string k, T&& t) {
        return inner.async_remove(std::move(k), std::forward<T>(t));
    }
    template <class T>
    auto async_create(std::string k, const_buffers b, T&& t) {
        return inner.async_create(std::move(k), std::move(b), std::forward<T>(t));
    }
    template <class T>
    auto async_replace(std::string k, version v, const_buffers b, T&& t) {
        return inner.async_replace(std::move(k), std::move(v), std::move(b), std::forward<T>(t));
    }
};

struct wrapped {
    using storage_type = any_storage;
    asio::io_context io;
    memory_storage storage{io.get_executor(), {.page_size = 3}};

    storage_type make() { return strange{storage}; }
    std::string prefix() const { return "p/"; }
};

} // namespace

TEMPLATE_TEST_CASE("local storages conform", "", in_memory, in_files, erased<in_files>, wrapped) {
    conformance::run_all<TestType>();
}
