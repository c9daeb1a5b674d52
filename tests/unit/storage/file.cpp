#include <cairn/storage/file.hpp>

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/io_context.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace cairn;
using storage::version;
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

struct store {
    explicit store(std::string const& directory) : files(io.get_executor(), config(directory)) {}

    static storage::file_config config(std::string const& directory) {
        storage::file_config c;
        c.directory = directory;
        return c;
    }

    template <class T, class Start>
    result<T> run(Start&& start) {
        std::optional<result<T>> outcome;
        start([&](result<T> r) { outcome.emplace(std::move(r)); });
        io.restart();
        io.run();
        return std::move(*outcome);
    }
    result<storage::object> get(std::string k) {
        return run<storage::object>([&](auto h) { files.async_get(k, h); });
    }
    result<version> put(std::string k, std::string const& content) {
        return run<version>([&](auto h) { files.async_put(k, {asio::buffer(content)}, h); });
    }
    // Adds one to the number in an object, as often as it takes.
    bool increment(std::string const& k) {
        for (;;) {
            auto const read = get(k);
            auto const content = std::to_string(read.has_value() ? std::stol(read->bytes) + 1 : 1);
            auto const written = run<version>([&](auto h) {
                storage::const_buffers const b{asio::buffer(content)};
                if (read.has_value())
                    files.async_replace(k, read->version, b, h);
                else
                    files.async_create(k, b, h);
            });
            if (written.has_value())
                return true;
            if (written.error().code != condition::lost_race)
                return false;
        }
    }

    asio::io_context io;
    storage::file_storage files;
};

std::string content_of(fs::path const& p) {
    std::ifstream in(p, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void age(fs::path const& p, long seconds) {
    timespec const then{::time(nullptr) - seconds, 0};
    timespec const times[2] = {then, then};
    REQUIRE(::utimensat(AT_FDCWD, p.c_str(), times, 0) == 0);
}

} // namespace

TEST_CASE("file: keys that cannot be paths are refused, and say why") {
    support::temporary_directory d;
    store s(d.path());
    auto const keys =
        std::vector<std::pair<std::string, std::string>>{{"", "empty segment"},
                                                         {"/etc/passwd", "absolute"},
                                                         {"a//b", "empty segment"},
                                                         {"a/", "empty segment"},
                                                         {"../x", "dots"},
                                                         {"a/../../x", "dots"},
                                                         {"./a", "dots"},
                                                         {std::string("a\0b", 3), "NUL"},
                                                         {".cairn-locks/1", "reserved"},
                                                         {"a/.cairn-tmp-1", "reserved"}};
    for (auto const& [key, why] : keys) {
        CAPTURE(key);
        auto const e = s.put(key, "x").error();
        CHECK(e.code == errc::invalid_argument);
        CHECK(e.message.find(why) != std::string::npos);
        CHECK(s.get(key).error().code == errc::invalid_argument);
    }
    CHECK(fs::is_empty(d.path()));
}

TEST_CASE("file: an object is a plain file where its key says") {
    support::temporary_directory d;
    store s(d.path());
    CHECK(s.put("bucket/day.json", "abc").has_value());
    CHECK(content_of(d.path() + "/bucket/day.json") == "abc");
    std::ofstream(d.path() + "/bucket/day.json") << "by another";
    CHECK(s.get("bucket/day.json")->bytes == "by another");
    std::vector<std::string> there;
    for (auto const& e : fs::directory_iterator(d.path() + "/bucket"))
        there.push_back(e.path().filename());
    CHECK(there == std::vector<std::string>{"day.json"});
}

TEST_CASE("file: the version changes with each write, whoever makes it") {
    support::temporary_directory d;
    store s(d.path());
    std::set<std::string> versions;
    auto const see = [&] { return versions.insert(s.get("k")->version.tag).second; };
    for (int i = 0; i < 300; ++i) { // many in one tick of the clock, of inodes that are used again
        auto const written = s.put("k", "same");
        REQUIRE(written.has_value());
        REQUIRE(versions.insert(written->tag).second);
        REQUIRE(s.get("k")->version == *written);
    }
    auto const path = d.path() + "/k";
    std::ofstream(path) << "else";
    CHECK(see());
    fs::copy_file(path, d.path() + "/other");
    fs::rename(d.path() + "/other", path);
    CHECK(see());
    auto const before = s.get("k")->version;
    age(path, 5);
    CHECK(see());
    std::string const content = "x";
    auto const replaced = s.run<version>(
        [&](auto h) { s.files.async_replace("k", before, {asio::buffer(content)}, h); });
    CHECK(replaced.error().code == errc::precondition_failed);
}

// Bytes that this process has read so far, by the kernel's count.
std::size_t bytes_read() {
    std::ifstream in("/proc/self/io");
    std::string name;
    for (std::size_t value = 0; in >> name >> value;)
        if (name == "rchar:")
            return value;
    return 0;
}

TEST_CASE("file: ranges, listings and conditional writes read what they are asked for") {
    support::temporary_directory d;
    store s(d.path());
    constexpr std::size_t size = 8u << 20;
    for (auto const* key : {"a", "b/c", "b/d"})
        REQUIRE(s.put(key, std::string(size, 'x')).has_value());
    auto const before = bytes_read();
    auto const part = s.run<storage::object>([&](auto h) {
        s.files.async_get_range("a", {5, 10}, h);
    });
    CHECK(part->bytes.size() == 10);
    auto const page = s.run<storage::list_page>([&](auto h) { s.files.async_list("", "", h); });
    CHECK(page->entries.size() == 3);
    std::string const content = "y";
    CHECK(s.run<version>([&](auto h) {
               s.files.async_replace("a", part->version, {asio::buffer(content)}, h);
           }).has_value());
    CHECK(bytes_read() - before < size);
}

TEST_CASE("file: pages of any size list each key once, in the order of the keys") {
    support::temporary_directory d;
    store s(d.path());
    std::set<std::string> keys; // `a-` is before `a/`, which is before `a0`
    for (auto const* key :
         {"a-", "a/b", "a/b-/c", "a/b0", "a/c/d", "a0", "b", "c/d/e/f", "c/d/e0"}) {
        keys.insert(key);
        REQUIRE(s.put(key, "x").has_value());
    }
    for (std::size_t size = 1; size <= keys.size() + 1; ++size) {
        auto config = store::config(d.path());
        config.page_size = size;
        storage::file_storage files(s.io.get_executor(), config);
        for (std::string const prefix : {"", "a", "a/", "a/b", "c/d/e", "x"}) {
            CAPTURE(size, prefix);
            std::vector<std::string> listed, expected;
            for (auto const& key : keys)
                if (key.starts_with(prefix))
                    expected.push_back(key);
            std::string after;
            do {
                auto const page =
                    s.run<storage::list_page>([&](auto h) { files.async_list(prefix, after, h); });
                REQUIRE(page.has_value());
                CHECK(page->entries.size() <= size);
                for (auto const& e : page->entries)
                    listed.push_back(e.key);
                after = page->next;
            } while (!after.empty());
            CHECK(listed == expected);
        }
    }
}

TEST_CASE("file: what stands in the way is named, with its path") {
    support::temporary_directory d;
    store s(d.path());
    REQUIRE(s.put("a/b", "x").has_value());
    CHECK(s.get("a").error().code == errc::not_found); // a directory is no object
    CHECK(s.get("a/b/c").error().code == errc::not_found);
    auto const onto_directory = s.put("a", "x").error();
    CHECK(onto_directory.code == errc::invalid_argument);
    CHECK(onto_directory.message.find(d.path() + "/a") != std::string::npos);
    CHECK(onto_directory.effect == remote_effect::none);
    CHECK(s.put("a/b/c", "x").error().code == errc::invalid_argument);
    CHECK(s.put(std::string(300, 'n'), "x").error().code == errc::invalid_argument);
    auto const create =
        s.run<version>([&](auto h) { s.files.async_create("a", {asio::buffer("x", 1)}, h); });
    CHECK(create.error().code == errc::invalid_argument);
    CHECK(std::distance(fs::directory_iterator(d.path() + "/a"), {}) == 1); // nothing left behind
    if (::geteuid() != 0) {
        ::chmod((d.path() + "/a").c_str(), 0500);
        CHECK(s.put("a/c", "x").error().code == errc::access_denied);
        ::chmod((d.path() + "/a").c_str(), 0700);
    }
}

TEST_CASE("file: a link to nothing is one clear error, whatever is asked") {
    support::temporary_directory d;
    store s(d.path());
    fs::create_symlink(d.path() + "/gone", d.path() + "/day");
    auto const create =
        s.run<version>([&](auto h) { s.files.async_create("day", {asio::buffer("x", 1)}, h); });
    auto const replace = s.run<version>(
        [&](auto h) { s.files.async_replace("day", version{"v"}, {asio::buffer("x", 1)}, h); });
    for (auto const& e : {s.get("day").error(), create.error(), replace.error()}) {
        CHECK(e.code == errc::invalid_argument);
        CHECK(e.message == d.path() + "/day is a symbolic link to a file that does not exist");
    }
}

TEST_CASE("file: owner, group and mode survive a rewrite") {
    if (::geteuid() != 0)
        return; // nobody else can give a file away
    support::temporary_directory d;
    store s(d.path());
    REQUIRE(s.put("day", "1").has_value());
    auto const path = d.path() + "/day";
    REQUIRE(::chown(path.c_str(), 1234, 4321) == 0);
    REQUIRE(::chmod(path.c_str(), 0640) == 0);
    REQUIRE(s.put("day", "2").has_value());
    struct stat now {};
    REQUIRE(::stat(path.c_str(), &now) == 0);
    CHECK(now.st_uid == 1234);
    CHECK(now.st_gid == 4321);
    CHECK((now.st_mode & 07777) == 0640);
}

TEST_CASE("file: a rewrite that cannot keep the owner is refused, and changes nothing") {
    if (::geteuid() != 0)
        return;
    support::temporary_directory d;
    REQUIRE(store(d.path()).put("day", "1").has_value());
    auto const path = d.path() + "/day";
    REQUIRE(::chown(path.c_str(), 1234, 1234) == 0);
    for (auto const& e : {d.path(), d.path() + "/.cairn-locks"})
        REQUIRE(::chmod(e.c_str(), 0777) == 0);
    for (auto const& e : fs::directory_iterator(d.path() + "/.cairn-locks"))
        REQUIRE(::chmod(e.path().c_str(), 0666) == 0);
    auto const child = ::fork();
    if (child == 0) {
        if (::setgid(4321) != 0 || ::setuid(4321) != 0)
            ::_exit(2);
        store s(d.path());
        auto const put = s.put("day", "2");
        bool const right = put.has_error() && put.error().code == errc::access_denied &&
                           put.error().message.find("owner") != std::string::npos;
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    CHECK(content_of(path) == "1");
}

TEST_CASE("file: left-overs are not listed, and removed when they are stale") {
    support::temporary_directory d;
    store(d.path()).put("a/kept", "x");
    fs::path const stale = d.path() + "/a/.cairn-tmp-1-1";
    fs::path const fresh = d.path() + "/a/.cairn-tmp-1-2";
    std::ofstream(stale) << "half";
    std::ofstream(fresh) << "half";
    age(stale, 700);
    store s(d.path());
    auto const page = s.run<storage::list_page>([&](auto h) { s.files.async_list("", "", h); });
    REQUIRE(page->entries.size() == 1);
    CHECK(page->entries[0].key == "a/kept");
    CHECK(fs::exists(stale)); // reading removes nothing
    CHECK(s.put("a/kept", "y").has_value());
    CHECK_FALSE(fs::exists(stale));
    CHECK(fs::exists(fresh));
}

TEST_CASE("file: a writer that is killed leaves the old or the new content") {
    support::temporary_directory d;
    std::string const old(300'000, 'o'), fresh(300'000, 'n');
    REQUIRE(store(d.path()).put("k", old).has_value());
    for (int i = 0; i < 10; ++i) {
        auto const child = ::fork();
        if (child == 0) {
            store s(d.path());
            for (;;) {
                s.put("k", fresh);
                s.put("k", old);
            }
        }
        ::usleep(static_cast<useconds_t>(3000 + i * 1700));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        auto const content = content_of(d.path() + "/k");
        CHECK((content == old || content == fresh));
        CHECK(store(d.path()).get("k").has_value()); // nor is it locked
    }
    CHECK(store(d.path()).put("k", "after").has_value());
}

TEST_CASE("file: processes that compare and swap lose nothing") {
    support::temporary_directory d;
    constexpr int writers = 6, increments = 25;
    std::vector<pid_t> children;
    for (int i = 0; i < writers; ++i) {
        auto const child = ::fork();
        if (child == 0) {
            bool good = true;
            {
                store s(d.path() + "/made/by/the/first");
                for (int n = 0; n < increments && good; ++n)
                    good = s.increment("counter");
            }
            ::_exit(good ? 0 : 1);
        }
        children.push_back(child);
    }
    for (auto const child : children) {
        int status = -1;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    CHECK(content_of(d.path() + "/made/by/the/first/counter") ==
          std::to_string(writers * increments));
}

TEST_CASE("file: the last handle may go while operations are under way") {
    support::temporary_directory d;
    asio::io_context io;
    std::string const content(1'000'000, 'x');
    int ended = 0;
    {
        storage::file_storage files(io.get_executor(), store::config(d.path()));
        for (int i = 0; i < 20; ++i)
            files.async_put(
                "k" + std::to_string(i), {asio::buffer(content)}, [&](result<version> r) {
                    ended += r.has_value() || r.error().code == asio::error::operation_aborted;
                });
    }
    io.run();
    CHECK(ended == 20);
}
