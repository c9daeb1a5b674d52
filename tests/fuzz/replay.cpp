// Gives kept inputs to a fuzz target once each, where there is no libFuzzer:
//
//   fuzz_replay_NAME FILE-OR-FOLDER...
//
// A property that does not hold ends the process; the last file named is the input.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay(fs::path const& file) {
    std::cout << file.string() << std::endl;
    std::ifstream in(file, std::ios::binary);
    std::vector<char> const bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
        std::cerr << "the file cannot be read\n";
        std::exit(2);
    }
    // In memory of its exact size, as libFuzzer gives it.
    std::unique_ptr<std::uint8_t[]> const exact(new std::uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    LLVMFuzzerTestOneInput(exact.get(), bytes.size());
}

std::vector<fs::path> files_in(fs::path const& where) {
    if (!fs::is_directory(where))
        return {where};
    std::vector<fs::path> files;
    for (auto const& entry : fs::directory_iterator(where))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i)
        for (fs::path const& file : files_in(argv[i])) {
            replay(file);
            ++count;
        }
    std::cout << count << " inputs\n";
    return count == 0 ? 2 : 0;
}
