#ifndef CAIRN_TESTS_SUPPORT_TEMPORARY_DIRECTORY_HPP
#define CAIRN_TESTS_SUPPORT_TEMPORARY_DIRECTORY_HPP

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace support {

/// A directory that is removed with all that is in it.
class temporary_directory {
public:
    temporary_directory() : path_((std::filesystem::temp_directory_path() / "cairn-XXXXXX")) {
        if (!::mkdtemp(path_.data()))
            throw std::runtime_error("no temporary directory");
    }
    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::string const& path() const noexcept { return path_; }

private:
    std::string path_;
};

} // namespace support

#endif
