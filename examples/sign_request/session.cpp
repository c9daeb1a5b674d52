#include "session.hpp"

#include "answer.hpp"
#include "curl.hpp"
#include "line_reader.hpp"
#include "request.hpp"
#include "sign.hpp"
#include "signed_request.hpp"
#include "verify.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace signing {

namespace {

struct closer {
    void operator()(std::FILE* file) const noexcept {
        if (file != stdin)
            std::fclose(file);
    }
};

bool write_line(std::FILE* to, std::string_view line) {
    return std::fwrite(line.data(), 1, line.size(), to) == line.size() &&
           std::putc('\n', to) != EOF && std::fflush(to) == 0;
}

int fail(std::string const& what, int code) {
    std::fprintf(stderr, "sign_request: %s: %s\n", what.c_str(), std::strerror(errno));
    return code;
}

outcome refusal(std::string_view why) {
    return {.text = error_json(why), .error = true, .good = false, .warning = {}};
}

outcome no_memory(std::size_t line_number) {
    return refusal("line " + std::to_string(line_number) + ": needs more memory than there is");
}

} // namespace

outcome deal_with(std::string_view line, std::size_t line_number, options::task task) {
    try {
        outcome out;
        if (task == options::task::verify) {
            auto const found = verify(read_signed_request(line, line_number));
            out.text = to_json(found);
            out.good = found.valid;
            return out;
        }
        auto const asked = read_request(line, line_number);
        auto const answered = sign(asked);
        bool const curl = task == options::task::curl;
        out.text = curl ? curl_command(asked, answered) : to_json(answered);
        if (auto const advice = advice_on(asked.target, asked.rules.encode_path_again);
            !advice.empty())
            out.warning = "url: " + advice;
        return out;
    } catch (std::bad_alloc const&) {
        return no_memory(line_number);
    } catch (std::exception const& e) { // `refused`, as a rule
        return refusal(e.what());
    }
}

int print(std::string_view text) {
    return write_line(stdout, text) ? 0 : fail("standard output", 1);
}

int run(options const& asked) {
    std::unique_ptr<std::FILE, closer> const file(
        asked.path == "-" ? stdin : std::fopen(asked.path.c_str(), "rb"));
    if (!file)
        return fail(asked.path + ": cannot be read", 2);
    line_reader lines(file.get());
    bool good = true, warned = false;
    errno = 0;
    while (auto const line = lines.next()) {
        auto const result = lines.whole() ? deal_with(*line, lines.number(), asked.what)
                                          : no_memory(lines.number());
        good = good && result.good;
        if (!result.warning.empty() && !std::exchange(warned, true)) // one says enough
            std::fprintf(stderr, "sign_request: line %zu: %s\n", lines.number(),
                         result.warning.c_str());
        // A shell may run what stands on standard output.
        bool const aside = asked.what == options::task::curl && result.error;
        if (!write_line(aside ? stderr : stdout, result.text) && !aside)
            return fail("standard output", 1);
    }
    if (std::ferror(file.get()))
        return fail(asked.path == "-" ? "standard input" : asked.path, 2);
    return good ? 0 : 1;
}

} // namespace signing
