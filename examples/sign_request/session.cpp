#include "session.hpp"

#include "answer.hpp"
#include "common/console.hpp"
#include "curl.hpp"
#include "line_reader.hpp"
#include "request.hpp"
#include "sign.hpp"
#include "signed_request.hpp"
#include "verify.hpp"

#include <cerrno>
#include <cstdint>
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
    common::console(program_name).say(what + ": " + std::strerror(errno));
    return code;
}

outcome refusal(std::string_view why) {
    return {.text = error_json(why), .error = true, .good = false, .warning = {}};
}

outcome no_memory(std::size_t line_number) {
    return refusal("line " + std::to_string(line_number) + ": needs more memory than there is");
}

/// On standard error, where it is asked for: standard output tells each line's outcome.
void summarise(common::general_settings const& s, std::uint64_t successes, std::uint64_t errors,
               std::uint64_t invalid) {
    auto const counted = [](char const* name, std::uint64_t count) {
        return name + std::to_string(count);
    };
    common::console const console(program_name);
    if (s.summary == common::summary_form::json)
        console.write(counted("{\"succeeded\":", successes) + counted(",\"invalid\":", invalid) +
                      counted(",\"failed\":", errors) + "}\n");
    else if (s.verbose)
        console.say(std::to_string(successes) + " succeeded, " + std::to_string(invalid) +
                    " are not valid, " + std::to_string(errors) + " failed");
}

} // namespace

outcome deal_with(std::string_view line, std::size_t line_number, task what) {
    try {
        outcome out;
        if (what == task::verify) {
            auto const found = verify(read_signed_request(line, line_number));
            out.text = to_json(found);
            out.good = found.valid;
            return out;
        }
        auto const asked = read_request(line, line_number);
        auto const answered = sign(asked);
        bool const curl = what == task::curl;
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

int run(options const& asked) {
    std::unique_ptr<std::FILE, closer> const file(
        asked.path == "-" ? stdin : std::fopen(asked.path.c_str(), "rb"));
    if (!file)
        return fail(asked.path + ": cannot be read", 2);
    line_reader lines(file.get());
    bool warned = false;
    std::uint64_t successes = 0, errors = 0, invalid = 0;
    errno = 0;
    while (auto const line = lines.next()) {
        auto const result = lines.whole() ? deal_with(*line, lines.number(), asked.what)
                                          : no_memory(lines.number());
        ++(result.error ? errors : result.good ? successes : invalid);
        if (!result.warning.empty() && !asked.general.quiet &&
            !std::exchange(warned, true)) // one says enough
            common::console(program_name)
                .say("line " + std::to_string(lines.number()) + ": " + result.warning);
        if (asked.general.dry_run && !result.error)
            continue;
        // A shell may run what stands on standard output.
        bool const aside = asked.what == task::curl && result.error;
        if (!write_line(aside ? stderr : stdout, result.text) && !aside)
            return fail("standard output", 1);
    }
    if (std::ferror(file.get()))
        return fail(asked.path == "-" ? "standard input" : asked.path, 2);
    summarise(asked.general, successes, errors, invalid);
    return errors + invalid == 0 ? 0 : 1;
}

} // namespace signing
