#ifndef CAIRN_STORAGE_DETAIL_IMPL_FILE_TREE_IPP
#define CAIRN_STORAGE_DETAIL_IMPL_FILE_TREE_IPP

#include <cairn/storage/detail/file_tree.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <random>
#include <thread>

namespace cairn::storage::detail {

inline constexpr std::string_view own_names = ".cairn-";
inline constexpr std::string_view temporary_names = ".cairn-tmp-";

CAIRN_DECL descriptor::~descriptor() {
    if (fd_ >= 0)
        ::close(fd_);
}

/// The errors of the calls below, in our own terms where they have one.
inline error file_error(int number, std::string const& what, std::string const& path,
                        remote_effect effect = remote_effect::none) {
    error_code code(number, boost::system::system_category());
    std::string text = what + ' ' + path + ": " + code.message();
    switch (number) {
    case ENOENT: code = errc::not_found; break;
    case EACCES:
    case EPERM:
    case EROFS: code = errc::access_denied; break;
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP: code = errc::invalid_argument; break;
    default: break;
    }
    return {code, std::move(text), effect};
}

inline error file_cancelled() {
    return {error_code(boost::asio::error::operation_aborted),
            "cancelled while another writer held the lock"};
}

inline descriptor open_file(std::string const& path, int flags, mode_t mode = 0) {
    int fd = -1;
    do
        fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return descriptor(fd);
}

inline std::string parent_of(std::string const& path) {
    auto const slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

inline bool flush_directory(std::string const& path) {
    auto const fd = open_file(path, O_RDONLY | O_DIRECTORY);
    return fd && ::fsync(fd.get()) == 0;
}

// Creates a directory and those above it, each flushed into the one that holds it.
inline result<void> make_directories(std::string const& path) {
    if (path.empty() || path == "/")
        return {};
    int made = ::mkdir(path.c_str(), 0777);
    if (made != 0 && errno == ENOENT) {
        if (auto above = make_directories(parent_of(path)); above.has_error())
            return above;
        made = ::mkdir(path.c_str(), 0777);
    }
    if (made != 0)
        return errno == EEXIST ? result<void>()
                               : file_error(errno, "cannot create the directory", path);
    if (!flush_directory(parent_of(path)))
        return file_error(errno, "cannot flush the directory", parent_of(path));
    return {};
}

/// The SHA-256 of pieces of bytes, in hexadecimal.
class content_hash {
public:
    content_hash() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        good_ = context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
    }

    void update(void const* data, std::size_t size) {
        good_ = good_ && EVP_DigestUpdate(context_.get(), data, size) == 1;
    }

    result<version> finish() {
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        if (!good_ || EVP_DigestFinal_ex(context_.get(), digest, &size) != 1)
            return error(errc::invalid_argument, "SHA-256 is not available");
        static constexpr char digits[] = "0123456789abcdef";
        version v;
        for (unsigned i = 0; i < size; ++i) {
            v.tag += digits[digest[i] >> 4];
            v.tag += digits[digest[i] & 15];
        }
        return v;
    }

private:
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
    bool good_ = false;
};

/// Reads an open file in pieces: hashes all of it, hands each piece on, counts the bytes.
template <class Sink>
result<version> read_through(descriptor const& file, std::string const& path, Sink&& sink) {
    content_hash hash;
    auto const piece = std::make_unique<char[]>(std::size_t(1) << 18);
    for (;;) {
        auto const n = ::read(file.get(), piece.get(), std::size_t(1) << 18);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_error(errno == EISDIR ? ENOENT : errno, "cannot read", path);
        if (n == 0)
            return hash.finish();
        hash.update(piece.get(), static_cast<std::size_t>(n));
        sink(std::string_view(piece.get(), static_cast<std::size_t>(n)));
    }
}

/// A link to nothing is neither an object nor absent: nobody can create what it stands for.
inline error dangling_link(std::string const& path) {
    return error(errc::invalid_argument,
                 path + " is a symbolic link to a file that does not exist");
}

inline result<descriptor> open_object(std::string const& path) {
    auto file = open_file(path, O_RDONLY);
    struct stat found {};
    if (!file && errno == ENOENT) {
        if (::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode))
            return dangling_link(path);
        errno = ENOENT;
    }
    // A file where the key has a directory: there is no such object.
    if (!file)
        return file_error(errno == ENOTDIR ? ENOENT : errno, "cannot open", path);
    return file;
}

CAIRN_DECL result<void> check_file_key(std::string_view key) {
    auto const refuse = [&](char const* why) {
        std::string shown(key.substr(0, 200));
        std::replace_if(
            shown.begin(), shown.end(), [](unsigned char c) { return c < 32; }, '?');
        return error(errc::invalid_argument, "the key \"" + shown + "\" " + why);
    };
    if (key.find('\0') != std::string_view::npos)
        return refuse("contains a NUL");
    if (!key.empty() && key.front() == '/')
        return refuse("is absolute");
    for (std::size_t at = 0; at <= key.size();) {
        auto const end = std::min(key.find('/', at), key.size());
        auto const segment = key.substr(at, end - at);
        if (segment.empty())
            return refuse("has an empty segment");
        if (segment == "." || segment == "..")
            return refuse("has a segment of dots");
        if (segment.substr(0, own_names.size()) == own_names)
            return refuse("has a segment that is reserved for the storage");
        at = end + 1;
    }
    return {};
}

CAIRN_DECL result<object> file_tree::read(std::string const& key,
                                          std::optional<byte_range> range) const {
    if (auto good = check_file_key(key); good.has_error())
        return good.error();
    auto const path = path_of(key);
    auto file = open_object(path);
    if (file.has_error())
        return file.error();
    auto const wanted = range.value_or(byte_range{0, std::numeric_limits<std::uint64_t>::max()});
    object read;
    std::uint64_t position = 0;
    auto hashed = read_through(*file, path, [&](std::string_view piece) {
        auto const skip = wanted.offset > position ? wanted.offset - position : 0;
        position += piece.size();
        if (skip >= piece.size())
            return;
        piece.remove_prefix(static_cast<std::size_t>(skip));
        auto const room = wanted.length - read.bytes.size();
        read.bytes.append(
            piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, piece.size()))));
    });
    if (hashed.has_error())
        return hashed.error();
    read.version = std::move(*hashed);
    return read;
}

CAIRN_DECL result<version> file_tree::write(std::string const& key, const_buffers const& content,
                                            need condition, version const& expected,
                                            cancelled_fn const& cancelled) {
    if (auto good = check_file_key(key); good.has_error())
        return good.error();
    auto const locked = lock(key, cancelled);
    if (locked.has_error())
        return locked.error();
    if (auto holds = check(key, condition, expected); holds.has_error())
        return holds.error();
    auto const path = path_of(key);
    if (auto made = make_directories(parent_of(path)); made.has_error())
        return made.error();
    sweep(parent_of(path));
    return replace_file(path, content);
}

CAIRN_DECL result<void> file_tree::remove(std::string const& key, cancelled_fn const& cancelled) {
    if (auto good = check_file_key(key); good.has_error())
        return good.error();
    auto const locked = lock(key, cancelled);
    if (locked.has_error())
        return locked.error();
    auto const path = path_of(key);
    if (::unlink(path.c_str()) != 0) {
        if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR)
            return {};
        return file_error(errno, "cannot remove", path);
    }
    if (!flush_directory(parent_of(path)))
        return file_error(errno, "removed, but cannot flush the directory of", path,
                          remote_effect::possible);
    return {};
}

// One of a few lock files, by the key's FNV-1a hash, which is the same in every process. They are
// never removed: a lock on a removed file would exclude nobody.
CAIRN_DECL result<descriptor> file_tree::lock(std::string_view key,
                                              cancelled_fn const& cancelled) const {
    std::uint32_t hash = 2166136261u;
    for (char const c : key)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    auto const directory = config_.directory + "/.cairn-locks";
    if (auto made = make_directories(directory); made.has_error())
        return made.error();
    auto const path = directory + '/' + std::to_string(hash % 64u);
    auto file = open_file(path, O_RDWR | O_CREAT, 0666);
    if (!file)
        return file_error(errno, "cannot open the lock", path);
    // Asked for again and again rather than waited for, so that cancellation is heeded.
    std::chrono::microseconds pause(100);
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return file_error(errno, "cannot lock", path);
        if (cancelled())
            return file_cancelled();
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds(3000));
    }
    return file;
}

CAIRN_DECL result<void> file_tree::check(std::string const& key, need condition,
                                         version const& expected) const {
    if (condition == need::nothing)
        return {};
    auto const path = path_of(key);
    if (condition == need::absence) {
        struct stat found {};
        if (::lstat(path.c_str(), &found) != 0)
            return {};
        if (S_ISDIR(found.st_mode))
            return file_error(EISDIR, "cannot create", path);
        if (S_ISLNK(found.st_mode) && ::stat(path.c_str(), &found) != 0)
            return dangling_link(path);
        return error(errc::precondition_failed, path + " exists already");
    }
    auto file = open_object(path);
    if (file.has_error())
        return file.error();
    auto there = read_through(*file, path, [](std::string_view) {});
    if (there.has_error())
        return there.error();
    if (*there != expected)
        return error(errc::precondition_failed, path + " has another version");
    return {};
}

inline std::string temporary_name() {
    thread_local std::mt19937_64 engine((std::uint64_t(std::random_device{}()) << 32) ^
                                        std::random_device{}());
    return std::string(temporary_names) + std::to_string(::getpid()) + '-' +
           std::to_string(engine());
}

inline bool write_all(descriptor const& file, const_buffers const& content, content_hash& hash) {
    for (auto const& buffer : content) {
        hash.update(buffer.data(), buffer.size());
        auto const* at = static_cast<char const*>(buffer.data());
        for (auto left = buffer.size(); left != 0;) {
            auto const n = ::write(file.get(), at, left);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                return false;
            at += n;
            left -= static_cast<std::size_t>(n);
        }
    }
    return true;
}

// The file itself, where the name is a symbolic link to one: the link stays.
inline std::string behind_links(std::string const& path) {
    std::error_code ec;
    if (!std::filesystem::is_symlink(path, ec))
        return path;
    auto const target = std::filesystem::canonical(path, ec);
    return ec ? path : target.string();
}

// What replaces a file is to be read by whoever could read it, and by nobody else.
inline bool keep_owner_and_mode(std::string const& path, descriptor const& file) {
    struct stat before {};
    struct stat now {};
    if (::stat(path.c_str(), &before) != 0)
        return true;
    if (::fstat(file.get(), &now) != 0)
        return false;
    bool const same = before.st_uid == now.st_uid && before.st_gid == now.st_gid;
    return (same || ::fchown(file.get(), before.st_uid, before.st_gid) == 0) &&
           ::fchmod(file.get(), before.st_mode & 07777) == 0; // last: chown may change the mode
}

CAIRN_DECL result<version> file_tree::replace_file(std::string const& name,
                                                   const_buffers const& content) {
    auto const path = behind_links(name);
    auto const directory = parent_of(path);
    auto const temporary = directory + '/' + temporary_name();
    auto const file = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (!file)
        return file_error(errno, "cannot create a file for", path);
    auto const fail = [&](char const* what) {
        auto const number = errno;
        ::unlink(temporary.c_str());
        return file_error(number, what, path);
    };
    if (!keep_owner_and_mode(path, file))
        return fail("cannot keep the owner, the group and the mode of");
    // Held while it is written, so that no sweep takes it for a left-over.
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        return fail("cannot lock the new content of");
    content_hash hash;
    if (!write_all(file, content, hash) || ::fsync(file.get()) != 0)
        return fail("cannot write");
    auto written = hash.finish();
    if (written.has_error()) {
        ::unlink(temporary.c_str());
        return written;
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return fail("cannot replace");
    if (!flush_directory(directory))
        return file_error(errno, "written, but cannot flush the directory of", path,
                          remote_effect::possible);
    return written;
}

// Removes what crashed writers left behind: old, and locked by nobody. Once per directory.
CAIRN_DECL void file_tree::sweep(std::string const& directory) {
    {
        std::lock_guard guard(mutex_);
        if (!swept_.insert(directory).second)
            return;
    }
    std::unique_ptr<DIR, int (*)(DIR*)> const open(::opendir(directory.c_str()), &::closedir);
    if (!open)
        return;
    auto const oldest = ::time(nullptr) - config_.stale_after.count();
    while (auto const* entry = ::readdir(open.get())) {
        if (std::string_view(entry->d_name).substr(0, temporary_names.size()) != temporary_names)
            continue;
        auto const path = directory + '/' + entry->d_name;
        struct stat found {};
        auto const file = open_file(path, O_RDONLY | O_NOFOLLOW);
        if (file && ::fstat(file.get(), &found) == 0 && found.st_mtime <= oldest &&
            ::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
            ::unlink(path.c_str());
    }
}

// Adds the keys of the files below `directory` that begin with the prefix and come after `after`.
CAIRN_DECL result<void> file_tree::collect(std::string const& directory, std::string const& prefix,
                                           std::string const& after,
                                           std::vector<std::string>& keys) const {
    auto const path = directory.empty() ? config_.directory : path_of(directory);
    std::unique_ptr<DIR, int (*)(DIR*)> const open(::opendir(path.c_str()), &::closedir);
    if (!open && errno == ENOENT)
        return {};
    if (!open)
        return file_error(errno, "cannot list", path);
    while (auto const* entry = ::readdir(open.get())) {
        std::string_view const name = entry->d_name;
        if (check_file_key(name).has_error())
            continue;
        auto const key = directory + (directory.empty() ? "" : "/") + std::string(name);
        struct stat found {};
        if (::lstat(path_of(key).c_str(), &found) != 0)
            continue;
        if (S_ISDIR(found.st_mode)) { // not by way of a link, which may lead back here
            auto const below = key + '/';
            auto const common = std::min(below.size(), prefix.size());
            if (below.compare(0, common, prefix, 0, common) != 0)
                continue;
            if (auto listed = collect(key, prefix, after, keys); listed.has_error())
                return listed;
        } else if (::stat(path_of(key).c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
                   key > after && key.compare(0, prefix.size(), prefix) == 0) {
            keys.push_back(key);
        }
    }
    return {};
}

CAIRN_DECL result<list_page> file_tree::list(std::string const& prefix,
                                             std::string const& after) const {
    std::vector<std::string> keys;
    if (auto listed = collect({}, prefix, after, keys); listed.has_error())
        return listed.error();
    std::sort(keys.begin(), keys.end());
    list_page page;
    auto const limit = std::max<std::size_t>(config_.page_size, 1);
    for (auto const& key : keys) {
        if (page.entries.size() == limit) {
            page.next = page.entries.back().key;
            break;
        }
        auto const path = path_of(key);
        auto file = open_object(path);
        std::uint64_t size = 0;
        auto hashed =
            file.has_error()
                ? result<version>(file.error())
                : read_through(*file, path, [&](std::string_view p) { size += p.size(); });
        if (hashed.has_value())
            page.entries.push_back({key, size, std::move(*hashed)});
        else if (hashed.error().code != errc::not_found) // removed meanwhile: not there
            return hashed.error();
    }
    return page;
}

} // namespace cairn::storage::detail

#endif
