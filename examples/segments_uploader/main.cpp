//
// segments_uploader: folds profiles' segments into one JSON object per day, in S3 or in files.
//
#include "session.hpp"
#include "settings.hpp"

namespace {

int run(std::vector<std::string> const& arguments) {
    auto const asked = uploader::read_command(arguments, common::process_surroundings());
    if (asked.has_error())
        return common::usage_error(uploader::program_name, asked.error());
    if (asked->text)
        return common::print(uploader::program_name, *asked->text);
    return uploader::run(asked->settings);
}

} // namespace

int main(int argc, char** argv) {
    return common::run_program(uploader::program_name, argc, argv, &run);
}
