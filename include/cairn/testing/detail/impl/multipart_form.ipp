#ifndef CAIRN_TESTING_DETAIL_IMPL_MULTIPART_FORM_IPP
#define CAIRN_TESTING_DETAIL_IMPL_MULTIPART_FORM_IPP

#include <cairn/testing/detail/multipart_form.hpp>

#include <algorithm>

namespace cairn::testing::detail {

// A field value with parameters, as `form-data; name="key"; filename="a.txt"`.
struct parameterised {
    std::string value;      // lower case
    header_list parameters; // names in lower case

    std::optional<std::string> parameter(std::string_view name) const {
        for (auto const& [key, text] : parameters)
            if (key == name)
                return text;
        return std::nullopt;
    }
};

inline void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// Reads a parameter's value: a token, or text in quotes. Only quotes and backslashes are escaped:
// some browsers send a path whose backslashes are not.
inline std::optional<std::string> take_value(std::string_view& text) {
    if (!text.starts_with('"')) {
        auto const token = text.substr(0, text.find_first_of("; \t"));
        text.remove_prefix(token.size());
        return std::string(token);
    }
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        bool const escapes =
            text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return value;
        }
        value += text[escapes ? ++i : i];
    }
    return std::nullopt;
}

inline std::optional<parameterised> read_parameterised(std::string_view text) {
    parameterised all;
    skip_blanks(text);
    all.value = to_lower(text.substr(0, text.find_first_of("; \t")));
    text.remove_prefix(all.value.size());
    for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
        if (text.front() != ';')
            return std::nullopt;
        text.remove_prefix(1);
        skip_blanks(text);
        if (text.empty() || text.front() == ';')
            continue;
        auto const equals = text.find('=');
        if (equals == text.npos)
            return std::nullopt;
        auto const name = to_lower(text.substr(0, equals));
        text.remove_prefix(equals + 1);
        auto value = take_value(text);
        if (!value)
            return std::nullopt;
        all.parameters.emplace_back(name, *std::move(value));
    }
    return all;
}

CAIRN_DECL bool is_multipart_form(request_head const& head) {
    auto const type = head.header("content-type").value_or("");
    return to_lower(type.substr(0, type.find_first_of("; \t"))) == "multipart/form-data";
}

CAIRN_DECL std::optional<std::string> form_field(sigv4::form_fields const& fields,
                                                 std::string_view name) {
    for (auto const& [field, value] : fields)
        if (equal_ignoring_case(field, name))
            return value;
    return std::nullopt;
}

CAIRN_DECL refusal missing_form_field(std::string const& name) {
    return {400,
            "InvalidArgument",
            "Bucket POST must contain a field named '" + name +
                "'.  If it is specified, please check the order of the fields.",
            {{"ArgumentName", name}, {"ArgumentValue", ""}}};
}

// Goes through the parts of a body.
class part_reader {
public:
    part_reader(std::string const& boundary, std::string_view body)
        : delimiter_("\r\n--" + boundary), body_(body) {
        auto const first = std::string_view(delimiter_).substr(2);
        if (body.starts_with(first)) {
            at_ = first.size();
            return;
        }
        auto const begin = body.find(delimiter_); // what stands before is ignored
        at_ = begin == body.npos ? body.npos : begin + delimiter_.size();
    }

    // Moves on to the next part; false at the end, and where there is no proper part.
    bool next() {
        if (at_ == body_.npos)
            return false;
        auto rest = body_.substr(at_);
        if (rest.starts_with("--")) {
            at_end_ = true;
            return false;
        }
        skip_blanks(rest);
        if (!rest.starts_with("\r\n"))
            return false;
        // The headers' end begins with the end of their last line, or of the delimiter's.
        auto const headers = body_.size() - rest.size();
        auto const blank = body_.find("\r\n\r\n", headers);
        if (blank == body_.npos)
            return false;
        auto const end = body_.find(delimiter_, blank + 2);
        if (end == body_.npos)
            return false;
        headers_ = body_.substr(headers, blank + 2 - headers);
        begin_ = blank + 4;
        content_ = body_.substr(begin_, std::max(end, begin_) - begin_);
        at_ = end + delimiter_.size();
        return true;
    }

    // The value of a part's Content-Disposition; nothing where it has none that can be read.
    std::optional<parameterised> disposition() const {
        constexpr std::string_view name = "content-disposition:";
        auto rest = headers_;
        while (rest.size() > 2) {
            rest.remove_prefix(2); // the end of the line before
            auto const line = rest.substr(0, rest.find("\r\n"));
            if (equal_ignoring_case(line.substr(0, name.size()), name))
                return read_parameterised(line.substr(name.size()));
            rest.remove_prefix(line.size());
        }
        return std::nullopt;
    }

    bool at_end() const { return at_end_; }
    std::string_view content() const { return content_; }
    std::size_t content_begin() const { return begin_; }

private:
    std::string const delimiter_;
    std::string_view const body_;
    std::size_t at_ = 0; // behind a delimiter
    std::size_t begin_ = 0;
    std::string_view headers_; // each behind a line's end
    std::string_view content_;
    bool at_end_ = false;
};

// A file's name stands in for ${filename}, without the folders that some browsers send.
inline void replace_file_name(sigv4::form_fields& fields, std::string_view file_name) {
    constexpr std::string_view variable = "${filename}";
    auto const slash = file_name.find_last_of("/\\");
    auto const name = file_name.substr(slash == file_name.npos ? 0 : slash + 1);
    for (auto& [field, value] : fields)
        for (auto at = value.find(variable); at != value.npos;
             at = value.find(variable, at + name.size()))
            value.replace(at, variable.size(), name);
}

inline refusal malformed_form() {
    return {400,
            "MalformedPOSTRequest",
            "The body of your POST request is not well-formed multipart/form-data.",
            {}};
}

CAIRN_DECL std::optional<refusal> read_multipart_form(request_head const& head,
                                                      std::string_view body, multipart_form& form) {
    auto const type = read_parameterised(head.header("content-type").value_or(""));
    auto const boundary = type ? type->parameter("boundary").value_or("") : "";
    if (boundary.empty() || boundary.size() > 70)
        return malformed_form();
    part_reader part(boundary, body);
    std::size_t files = 0;
    while (part.next()) {
        auto const disposition = part.disposition();
        auto const name = disposition ? disposition->parameter("name") : std::nullopt;
        if (!name || disposition->value != "form-data")
            return malformed_form();
        bool const is_file = equal_ignoring_case(*name, "file");
        auto const fields_end = part.content_begin() + (is_file ? 0 : part.content().size());
        if (files == 0 && fields_end > longest_form_fields)
            return refusal{400,
                           "MaxPostPreDataLengthExceeded",
                           "The fields before the file are too large",
                           {{"MaxPostPreDataLengthBytes", std::to_string(longest_form_fields)}}};
        if (is_file && ++files == 1) {
            form.file = part.content();
            if (auto const file_name = disposition->parameter("filename"))
                replace_file_name(form.fields, *file_name);
        } else if (files == 0) {
            form.fields.emplace_back(*name, std::string(part.content()));
        }
    }
    if (!part.at_end())
        return malformed_form();
    if (files != 1)
        return refusal{400,
                       "InvalidArgument",
                       "POST requires exactly one file upload per request.",
                       {{"ArgumentName", "file"}, {"ArgumentValue", std::to_string(files)}}};
    return std::nullopt;
}

} // namespace cairn::testing::detail

#endif
