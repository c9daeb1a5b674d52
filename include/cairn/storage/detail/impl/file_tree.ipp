#ifndef CAIRN_STORAGE_DETAIL_IMPL_FILE_TREE_IPP
#define CAIRN_STORAGE_DETAIL_IMPL_FILE_TREE_IPP

#include <cairn/storage/detail/file_tree.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
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

/// A state of a file, by what the file system tells of it. Writers of ours set the nanoseconds of
/// the modification at random: an inode that is used again in the same tick of the clock does not
/// pass for the file that had it before.
inline version version_of(struct stat const& found) {
    std::string tag;
    auto const add = [&tag](auto number) {
        if (!tag.empty())
            tag += '-';
        tag += std::to_string(number);
    };
    add(found.st_ino);
    add(found.st_size);
    for (auto const& time : {found.st_mtim, found.st_ctim}) {
        add(time.tv_sec);
        add(time.tv_nsec);
    }
    return version{std::move(tag)};
}

inline std::uint64_t random_number() {
    thread_local std::mt19937_64 engine((std::uint64_t(std::random_device{}()) << 32) ^
                                        std::random_device{}());
    return engine();
}

// Dates a file at some moment of the last second.
inline bool date_at_random(descriptor const& file) {
    timespec now{};
    if (::clock_gettime(CLOCK_REALTIME, &now) != 0)
        return false;
    auto const back = static_cast<long>(random_number() % 1'000'000'000u);
    now.tv_nsec -= back;
    if (now.tv_nsec < 0) {
        now.tv_nsec += 1'000'000'000;
        --now.tv_sec;
    }
    timespec const times[2] = {now, now};
    return ::futimens(file.get(), times) == 0;
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
    struct stat found {};
    if (::fstat(file->get(), &found) != 0)
        return file_error(errno, "cannot read", path);
    if (!S_ISREG(found.st_mode))
        return file_error(ENOENT, "cannot read", path);
    // Whoever writes into the file meanwhile changes the version, which is then refused.
    object read{{}, version_of(found)};
    auto const size = static_cast<std::uint64_t>(found.st_size);
    auto const offset = range ? std::min(range->offset, size) : 0;
    auto const length = range ? std::min(range->length, size - offset) : size;
    read.bytes.resize(static_cast<std::size_t>(length));
    std::size_t filled = 0;
    while (filled < read.bytes.size()) {
        auto const n = ::pread(file->get(), read.bytes.data() + filled, read.bytes.size() - filled,
                               static_cast<off_t>(offset + filled));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_error(errno, "cannot read", path);
        if (n == 0)
            break;
        filled += static_cast<std::size_t>(n);
    }
    read.bytes.resize(filled);
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
    struct stat found {};
    if (::fstat(file->get(), &found) != 0)
        return file_error(errno, "cannot read", path);
    if (version_of(found) != expected)
        return error(errc::precondition_failed, path + " has another version");
    return {};
}

inline std::string temporary_name() {
    return std::string(temporary_names) + std::to_string(::getpid()) + '-' +
           std::to_string(random_number());
}

inline bool write_all(descriptor const& file, const_buffers const& content) {
    for (auto const& buffer : content) {
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
    if (!write_all(file, content) || !date_at_random(file) || ::fsync(file.get()) != 0)
        return fail("cannot write");
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return fail("cannot replace");
    struct stat made {}; // only now: renaming dates the inode
    if (::fstat(file.get(), &made) != 0 || !flush_directory(directory))
        return file_error(errno, "written, but cannot flush the directory of", path,
                          remote_effect::possible);
    return version_of(made);
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

// Whether a directory, and not a link to one, which may lead back here.
inline bool is_directory(dirent const& entry, std::string const& path) {
    if (entry.d_type != DT_UNKNOWN)
        return entry.d_type == DT_DIR;
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

// The names in a directory that can lead to keys with the prefix behind `after`, in the order of
// the keys: those of directories end in a slash.
CAIRN_DECL result<std::vector<std::string>> file_tree::names_in(std::string const& directory,
                                                                std::string const& prefix,
                                                                std::string const& after) const {
    auto const path = directory.empty() ? config_.directory : path_of(directory);
    std::vector<std::string> names;
    std::unique_ptr<DIR, int (*)(DIR*)> const open(::opendir(path.c_str()), &::closedir);
    if (!open && errno == ENOENT)
        return names;
    if (!open)
        return file_error(errno, "cannot list", path);
    while (auto const* entry = ::readdir(open.get())) {
        if (check_file_key(entry->d_name).has_error())
            continue;
        auto key = directory + entry->d_name;
        bool const below = is_directory(*entry, path_of(key));
        if (below)
            key += '/';
        auto const common = below ? std::min(key.size(), prefix.size()) : prefix.size();
        bool const fits = key.compare(0, common, prefix, 0, common) == 0;
        // Nothing below a directory is behind `after` where `after` is behind all of it.
        bool const is_behind = below ? after.compare(0, key.size(), key) <= 0 : key > after;
        if (fits && is_behind)
            names.push_back(std::move(key));
    }
    std::sort(names.begin(), names.end());
    return names;
}

// Adds to the page what is below a directory, until there is one more than the page may have.
CAIRN_DECL result<void> file_tree::collect(std::string const& directory, std::string const& prefix,
                                           std::string const& after, list_page& page) const {
    auto const names = names_in(directory, prefix, after);
    if (names.has_error())
        return names.error();
    for (auto const& name : *names) {
        if (page.entries.size() > std::max<std::size_t>(config_.page_size, 1))
            break;
        struct stat found {};
        if (name.ends_with('/')) {
            if (auto listed = collect(name, prefix, after, page); listed.has_error())
                return listed;
        } else if (::stat(path_of(name).c_str(), &found) == 0 && S_ISREG(found.st_mode)) {
            page.entries.push_back(
                {name, static_cast<std::uint64_t>(found.st_size), version_of(found)});
        }
    }
    return {};
}

CAIRN_DECL result<list_page> file_tree::list(std::string const& prefix,
                                             std::string const& after) const {
    list_page page;
    if (auto listed = collect({}, prefix, after, page); listed.has_error())
        return listed.error();
    if (page.entries.size() > std::max<std::size_t>(config_.page_size, 1)) {
        page.entries.pop_back();
        page.next = page.entries.back().key;
    }
    return page;
}

} // namespace cairn::storage::detail

#endif
