#include "session.hpp"

#include "answer.hpp"
#include "curl.hpp"
#include "request.hpp"
#include "sign.hpp"
#include "signed_request.hpp"
#include "verify.hpp"

#include <openssl/crypto.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace signing {

namespace {

/// Lines of any size, as they come.
class line_reader {
public:
    explicit line_reader(std::FILE* file) : file_(file) {}
    line_reader(line_reader const&) = delete;
    ~line_reader() {
        OPENSSL_cleanse(text_, room_); // it held secrets
        std::free(text_);
    }

    /// The next line that is not empty, valid until the next call.
    std::optional<std::string_view> next() {
        for (;;) {
            OPENSSL_cleanse(text_, room_);
            auto const size = ::getline(&text_, &room_, file_);
            if (size < 0)
                return std::nullopt;
            std::string_view line(text_, static_cast<std::size_t>(size));
            if (++number_ == 1 && line.starts_with("\xEF\xBB\xBF"))
                line.remove_prefix(3);
            if (line.find_first_not_of(" \t\r\n") != line.npos)
                return line;
        }
    }
    std::size_t number() const noexcept { return number_; }

private:
    std::FILE* file_;
    char* text_ = nullptr;
    std::size_t room_ = 0;
    std::size_t number_ = 0;
};

struct closer {
    void operator()(std::FILE* file) const noexcept {
        if (file != stdin)
            std::fclose(file);
    }
};

bool write_line(std::FILE* to, std::string line) {
    line += '\n';
    return std::fwrite(line.data(), 1, line.size(), to) == line.size() && std::fflush(to) == 0;
}

int fail(std::string const& what, int code) {
    std::fprintf(stderr, "sign_request: %s: %s\n", what.c_str(), std::strerror(errno));
    return code;
}

} // namespace

outcome deal_with(std::string_view line, std::size_t line_number, options::task task) {
    outcome out;
    try {
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
        if (auto const better = better_path(asked.target, asked.rules.encode_path_again))
            out.warning =
                "url: services encode its path anew, and expect another signature; write it " +
                *better;
    } catch (refused const& e) {
        out.text = error_json(e.what());
        out.error = true;
        out.good = false;
    }
    return out;
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
        auto const result = deal_with(*line, lines.number(), asked.what);
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
