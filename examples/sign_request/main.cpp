//
// sign_request: signs requests with AWS Signature Version 4, and says what is wrong with signed
// ones.
//
#include "options.hpp"
#include "session.hpp"

namespace {

int run(std::vector<std::string> const& arguments) {
    auto const asked = signing::read_options(arguments);
    if (asked.has_error())
        return common::usage_error(signing::program_name, asked.error());
    if (asked->text)
        return common::print(signing::program_name, *asked->text);
    return signing::run(*asked);
}

} // namespace

int main(int argc, char** argv) {
    return common::run_program(signing::program_name, argc, argv, &run);
}
