//
// sign_request: signs requests with AWS Signature Version 4, and says what is wrong with signed
// ones.
//
#include "options.hpp"
#include "session.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    try {
        std::vector<std::string> const arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
        auto const asked = signing::read_options(arguments);
        if (!asked) {
            std::fprintf(stderr, "sign_request: %s\n", asked.error().message.c_str());
            return 2;
        }
        switch (asked->what) {
        case signing::options::task::help: return signing::print(signing::help_text());
        case signing::options::task::version: return signing::print("sign_request " CAIRN_VERSION);
        default: return signing::run(*asked);
        }
    } catch (std::exception const& e) { // no memory
        std::fprintf(stderr, "sign_request: %s\n", e.what());
        return 1;
    }
}
