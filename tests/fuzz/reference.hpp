// The canonical request once more, as plainly as AWS's pages state it and with no thought for
// speed: what the library's one is compared with. It shares no code with the library, and is
// compiled apart, for libFuzzer is not to find its way through the reference.
#ifndef CAIRN_TESTS_FUZZ_REFERENCE_HPP
#define CAIRN_TESTS_FUZZ_REFERENCE_HPP

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

using field_list = std::vector<std::pair<std::string, std::string>>;

std::string lower(std::string_view text);
// Without spaces and tabs at its ends.
std::string trimmed(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);

struct wire_request {
    std::string method, path, query, hash;
    field_list headers;

    std::size_t count(std::string_view lower_name) const;
    void remove(std::string_view lower_name);
};

} // namespace fuzz

namespace fuzz::reference {

// Each function that returns one of these returns nothing for what cannot be signed.
using text = std::optional<std::string>;

// May it stand nowhere in a request, but in white space? And the value of a hexadecimal digit, or
// -1.
bool is_control(char c);
int digit(char c);

bool is_token(std::string_view name);
std::string encoded(std::string_view plain, bool keep_slash);
// Where `%` begins no escape it stands for itself.
std::string decoded(std::string_view wire);

text path(std::string_view wire, bool normalize, bool encode_again);
text query(std::string_view wire);
text header_value(std::string_view value);

// Lower-case names and canonical values, equal names joined.
using header_map = std::map<std::string, std::string>;

// The headers of the request whose lower-case names `covers` takes.
std::optional<header_map> covered_headers(wire_request const& r,
                                          std::function<bool(std::string const&)> const& covers);

std::string names_of(header_map const& headers);

// The query and the payload hash may be others than the request's own.
text canonical_request(wire_request const& r, std::string_view wire_query, std::string_view hash,
                       bool normalize, bool encode_again, std::optional<header_map> const& headers);

} // namespace fuzz::reference

#endif
