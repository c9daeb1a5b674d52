#include "json_model.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>

namespace fuzz {

namespace {

namespace json = boost::json;

// Accepts everything that is grammatical: no limit but the grammar's.
struct ignore_all {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using code = boost::system::error_code;
    using view = json::string_view;
    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t, code&) { return true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t, code&) { return true; }
    bool on_key_part(view, std::size_t, code&) { return true; }
    bool on_key(view, std::size_t, code&) { return true; }
    bool on_string_part(view, std::size_t, code&) { return true; }
    bool on_string(view, std::size_t, code&) { return true; }
    bool on_number_part(view, code&) { return true; }
    bool on_int64(std::int64_t, view, code&) { return true; }
    bool on_uint64(std::uint64_t, view, code&) { return true; }
    bool on_double(double, view, code&) { return true; }
    bool on_bool(bool, code&) { return true; }
    bool on_null(code&) { return true; }
    bool on_comment_part(view, code&) { return true; }
    bool on_comment(view, code&) { return true; }
};

} // namespace

acceptance is_json(std::string_view text, std::size_t max_depth) {
    json::parse_options options;
    options.max_depth = max_depth;
    json::basic_parser<ignore_all> parser(options);
    boost::system::error_code problem;
    std::size_t const used = parser.write_some(false, text.data(), text.size(), problem);
    if (problem == json::error::exponent_overflow)
        return acceptance::unknown;
    return !problem && used == text.size() ? acceptance::yes : acceptance::no;
}

std::optional<std::string> text_of_string(std::string_view token) {
    boost::system::error_code problem;
    json::value const value = json::parse(token, problem);
    if (problem)
        return std::nullopt;
    return std::string(value.as_string());
}

} // namespace fuzz
