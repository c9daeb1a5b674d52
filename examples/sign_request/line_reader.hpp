//
// line_reader.hpp: lines of any size, as they come.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_LINE_READER_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_LINE_READER_HPP

#include <openssl/crypto.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace signing {

class line_reader {
public:
    explicit line_reader(std::FILE* file) : file_(file) {}
    line_reader(line_reader const&) = delete;
    ~line_reader() {
        OPENSSL_cleanse(text_, room_); // it held secrets
        std::free(text_);
    }

    /// The next line that is not empty, without its end, valid until the next call.
    std::optional<std::string_view> next() {
        for (;;) {
            OPENSSL_cleanse(text_, room_);
            errno = 0;
            auto const size = ::getline(&text_, &room_, file_);
            whole_ = size >= 0;
            if (!whole_ && errno == ENOMEM)
                std::clearerr(file_); // newer glibc takes it for an error of the stream
            if (!whole_ && (std::feof(file_) || std::ferror(file_)))
                return std::nullopt;
            ++number_;
            if (!whole_) {
                skip_rest();
                return "";
            }
            std::string_view line(text_, static_cast<std::size_t>(size));
            if (line.ends_with('\n'))
                line.remove_suffix(1);
            if (number_ == 1 && line.starts_with("\xEF\xBB\xBF"))
                line.remove_prefix(3);
            if (line.find_first_not_of(" \t\r\n") != line.npos)
                return line;
        }
    }
    /// Of the last line: its number, from 1, and whether there was memory for all of it. If not it
    /// was skipped.
    std::size_t number() const noexcept { return number_; }
    bool whole() const noexcept { return whole_; }

private:
    void skip_rest() {
        for (int c = 0; c != '\n' && c != EOF;)
            c = std::getc(file_);
    }

    std::FILE* file_;
    char* text_ = nullptr;
    std::size_t room_ = 0;
    std::size_t number_ = 0;
    bool whole_ = true;
};

} // namespace signing

#endif
