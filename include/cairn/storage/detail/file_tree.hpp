//
// cairn/storage/detail/file_tree.hpp: objects as files in a directory, with blocking calls.
//
#ifndef CAIRN_STORAGE_DETAIL_FILE_TREE_HPP
#define CAIRN_STORAGE_DETAIL_FILE_TREE_HPP

#include <cairn/storage/concepts.hpp>
#include <cairn/storage/file_config.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::storage::detail {

/// Closes a file descriptor, and with it lets go of its lock.
class descriptor {
public:
    explicit descriptor(int fd = -1) noexcept : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    CAIRN_DECL ~descriptor();

    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

/// The blocking part of `file_storage`. Any thread.
class file_tree {
public:
    using cancelled_fn = std::function<bool()>;
    enum class need { nothing, absence, version };

    explicit file_tree(file_config config) : config_(std::move(config)) {}

    CAIRN_DECL result<object> read(std::string const& key, std::optional<byte_range> range) const;
    CAIRN_DECL result<list_page> list(std::string const& prefix, std::string const& after) const;
    CAIRN_DECL result<version> write(std::string const& key, const_buffers const& content,
                                     need condition, version const& expected,
                                     cancelled_fn const& cancelled);
    CAIRN_DECL result<void> remove(std::string const& key, cancelled_fn const& cancelled);

private:
    std::string path_of(std::string_view key) const {
        return config_.directory + '/' + std::string(key);
    }
    CAIRN_DECL result<descriptor> lock(std::string_view key, cancelled_fn const& cancelled) const;
    CAIRN_DECL result<void> check(std::string const& key, need condition,
                                  version const& expected) const;
    CAIRN_DECL result<version> replace_file(std::string const& name, const_buffers const& content);
    CAIRN_DECL void sweep(std::string const& directory);
    CAIRN_DECL result<std::vector<std::string>> names_in(std::string const& directory,
                                                         std::string const& prefix,
                                                         std::string const& after) const;
    CAIRN_DECL result<void> collect(std::string const& directory, std::string const& prefix,
                                    std::string const& after, list_page& page) const;

    file_config const config_;
    std::mutex mutex_;
    std::set<std::string> swept_;
};

/// Whether `key` can be a path here; says why not.
CAIRN_DECL result<void> check_file_key(std::string_view key);

} // namespace cairn::storage::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/storage/detail/impl/file_tree.ipp>
#endif

#endif
