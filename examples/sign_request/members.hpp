//
// members.hpp: the members of one line of JSON, by name.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_MEMBERS_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_MEMBERS_HPP

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signing {

/// What keeps a line from being dealt with: "<member>: <what is wrong>". It repeats no value, so
/// no secret either.
class refused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    refused(std::string_view member, std::string_view what)
        : runtime_error(std::string(member).append(": ").append(what)) {}
};

/// A header's or a trailer's name and value.
using field = std::pair<std::string, std::string>;

/// A JSON object's members. Every function throws `refused` for a value that it does not expect.
/// The line has to outlive this.
class members {
public:
    /// Reads the line, which holds one object with no other members than `known`, each once.
    members(std::string_view line, std::size_t line_number,
            std::span<std::string_view const> known);

    bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
    /// The text of a member that has to be there.
    std::string required(std::string_view name) const;

    std::optional<std::string> text(std::string_view name) const;
    std::optional<bool> flag(std::string_view name) const;
    std::optional<std::uint64_t> number(std::string_view name, std::uint64_t low,
                                        std::uint64_t high) const;
    std::optional<std::vector<std::string>> texts(std::string_view name) const;
    /// A list of [name, value] pairs; an empty one where it is missing.
    std::vector<field> pairs(std::string_view name) const;

    /// One of several words, each with its meaning.
    template <class T, std::size_t N>
    std::optional<T> choice(std::string_view name,
                            std::pair<std::string_view, T> const (&choices)[N]) const {
        auto const given = text(name);
        std::string expected = "expected ";
        for (std::size_t i = 0; i < N; ++i) {
            if (given == choices[i].first)
                return choices[i].second;
            expected.append(i == 0 ? "\"" : i + 1 == N ? " or \"" : ", \"");
            expected.append(choices[i].first).append("\"");
        }
        if (given)
            throw refused(name, expected);
        return std::nullopt;
    }

private:
    std::optional<std::string_view> value(std::string_view name) const;

    std::map<std::string, std::string_view, std::less<>> values_; // as they stand in the line
};

} // namespace signing

#endif
