//
// segments_uploader: folds profiles' segments into one JSON object per day, in S3 or in files.
//
#include "options.hpp"
#include "session.hpp"

#include <fcntl.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

// A descriptor that is closed would be given to the first file that is opened, which is then taken
// for a standard stream. What stands in its place fails to be read, or to be written.
void keep_standard_streams() {
    for (int stream = 0; stream <= 2; ++stream)
        if (::fcntl(stream, F_GETFD) == -1)
            (void)::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
}

} // namespace

int main(int argc, char** argv) {
    keep_standard_streams();
    try {
        std::vector<std::string> const arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
        auto const asked = uploader::read_command(arguments, uploader::process_surroundings());
        if (asked.has_error()) {
            std::fprintf(stderr, "segments_uploader: %s\n", asked.error().message.c_str());
            return 2;
        }
        switch (asked->what) {
        case uploader::command::kind::help:
            std::fputs(uploader::help_text().c_str(), stdout);
            return 0;
        case uploader::command::kind::version:
            std::puts("segments_uploader " CAIRN_VERSION);
            return 0;
        case uploader::command::kind::run: break;
        }
        return uploader::run(asked->settings);
    } catch (std::exception const& e) { // no memory, no thread
        std::fprintf(stderr, "segments_uploader: %s\n", e.what());
        return 1;
    }
}
