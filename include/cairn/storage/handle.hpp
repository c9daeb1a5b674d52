//
// cairn/storage/handle.hpp: what the storages of this folder have in common.
//
// A storage here is a handle to shared state behind one interface without templates. Completion
// handlers are erased where they come in, so that a caller's translation unit stays small.
//
#ifndef CAIRN_STORAGE_HANDLE_HPP
#define CAIRN_STORAGE_HANDLE_HPP

#include <cairn/storage/concepts.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>

#include <memory>
#include <string>
#include <utility>

namespace cairn::storage::detail {

template <class T>
using erased_handler = asio::any_completion_handler<void(result<T>)>;

/// The operations of `compare_and_swap_storage`, with erased handlers.
class backend {
public:
    virtual ~backend() = default;

    virtual asio::any_io_executor executor() const = 0;
    virtual void get(std::string key, erased_handler<object> handler) = 0;
    virtual void get_range(std::string key, byte_range range, erased_handler<object> handler) = 0;
    virtual void list(std::string prefix, std::string after, erased_handler<list_page> handler) = 0;
    virtual void put(std::string key, const_buffers content, erased_handler<version> handler) = 0;
    virtual void remove(std::string key, erased_handler<void> handler) = 0;
    virtual void create(std::string key, const_buffers content,
                        erased_handler<version> handler) = 0;
    virtual void replace(std::string key, version expected, const_buffers content,
                         erased_handler<version> handler) = 0;
};

using backend_ptr = std::shared_ptr<backend>;

/// Models `compare_and_swap_storage`, whose documentation holds for each function. Copies share
/// the state. Distinct copies, and one copy's functions, may be used from any thread.
class handle {
public:
    using executor_type = asio::any_io_executor;

    executor_type get_executor() const { return impl_->executor(); }

    /// Reads a whole object. Completes with `void(result<object>)`.
    template <class Token>
    auto async_get(std::string key, Token&& token) {
        return initiate<object>(
            token,
            [](auto h, backend_ptr impl, std::string k) {
                impl->get(std::move(k), erased_handler<object>(std::move(h)));
            },
            std::move(key));
    }

    /// Reads a part of an object. Completes with `void(result<object>)`.
    template <class Token>
    auto async_get_range(std::string key, byte_range range, Token&& token) {
        return initiate<object>(
            token,
            [](auto h, backend_ptr impl, std::string k, byte_range r) {
                impl->get_range(std::move(k), r, erased_handler<object>(std::move(h)));
            },
            std::move(key), range);
    }

    /// Lists a page of the objects whose keys begin with `prefix`. `after`: empty, or `next` of
    /// the page before. Completes with `void(result<list_page>)`.
    template <class Token>
    auto async_list(std::string prefix, std::string after, Token&& token) {
        return initiate<list_page>(
            token,
            [](auto h, backend_ptr impl, std::string p, std::string a) {
                impl->list(std::move(p), std::move(a), erased_handler<list_page>(std::move(h)));
            },
            std::move(prefix), std::move(after));
    }

    /// Creates or replaces an object, without a condition. Completes with `void(result<version>)`.
    template <class Token>
    auto async_put(std::string key, const_buffers content, Token&& token) {
        return initiate<version>(
            token,
            [](auto h, backend_ptr impl, std::string k, const_buffers c) {
                impl->put(std::move(k), std::move(c), erased_handler<version>(std::move(h)));
            },
            std::move(key), std::move(content));
    }

    /// Removes an object; succeeds where there is none. Completes with `void(result<void>)`.
    template <class Token>
    auto async_remove(std::string key, Token&& token) {
        return initiate<void>(
            token,
            [](auto h, backend_ptr impl, std::string k) {
                impl->remove(std::move(k), erased_handler<void>(std::move(h)));
            },
            std::move(key));
    }

    /// Creates an object where there is none. Completes with `void(result<version>)`.
    template <class Token>
    auto async_create(std::string key, const_buffers content, Token&& token) {
        return initiate<version>(
            token,
            [](auto h, backend_ptr impl, std::string k, const_buffers c) {
                impl->create(std::move(k), std::move(c), erased_handler<version>(std::move(h)));
            },
            std::move(key), std::move(content));
    }

    /// Replaces an object whose version is `expected`. Completes with `void(result<version>)`.
    template <class Token>
    auto async_replace(std::string key, version expected, const_buffers content, Token&& token) {
        return initiate<version>(
            token,
            [](auto h, backend_ptr impl, std::string k, version v, const_buffers c) {
                impl->replace(std::move(k), std::move(v), std::move(c),
                              erased_handler<version>(std::move(h)));
            },
            std::move(key), std::move(expected), std::move(content));
    }

protected:
    explicit handle(backend_ptr impl) : impl_(std::move(impl)) {}

private:
    template <class T, class Token, class Initiation, class... Args>
    auto initiate(Token& token, Initiation&& initiation, Args&&... args) {
        return asio::async_initiate<Token, void(result<T>)>(
            std::forward<Initiation>(initiation), token, impl_, std::forward<Args>(args)...);
    }

    backend_ptr impl_;
};

} // namespace cairn::storage::detail

#endif
