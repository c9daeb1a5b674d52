#include "support/catch.hpp"

#include <cairn/testing/detail/multipart_form.hpp>

#include <string>

using namespace cairn::testing;
using cairn::sigv4::form_fields;

namespace {

detail::multipart_form form; // what was read last
std::string body;            // which it refers to

std::string code_of(std::string text, std::string const& type = "multipart/form-data; boundary=b") {
    form = {};
    body = std::move(text);
    auto const no =
        detail::read_multipart_form({"POST", "/", {{"Content-Type", type}}}, body, form);
    return no ? no->code : "";
}

std::string part(std::string const& parameters, std::string const& content) {
    return "--b\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n" + content + "\r\n";
}

std::string const file = part("name=\"file\"", "bytes");

} // namespace

TEST_CASE("a form's fields and its file are read") {
    REQUIRE(
        code_of(part("name=\"key\"", "a/b") + part("name=\"empty\"", "") +
                "--b \t\r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: Form-Data;name=x\r\n"
                "\r\ntwo\r\nlines\r\n" +
                part("NAME=\"File\"; filename=\"f.txt\"", "\r\nbytes--b\r\n") +
                part("name=\"late\"", "ignored") + "--b--") == "");
    CHECK(form.fields == form_fields{{"key", "a/b"}, {"empty", ""}, {"x", "two\r\nlines"}});
    CHECK(form.file == "\r\nbytes--b\r\n");
    CHECK(detail::form_field(form.fields, "KEY") == "a/b");
    CHECK_FALSE(detail::form_field(form.fields, "late"));

    CHECK(code_of("preamble\r\n" + file + "--b--\r\nepilogue") == "");
    CHECK(form.file == "bytes");
    CHECK(code_of(file + "--b--", "Multipart/Form-Data; charset=utf-8;Boundary=\"b\";") == "");
    CHECK(code_of("--b\r\nContent-Disposition: form-data; name=file\r\n\r\n--b--") == "");
    CHECK(form.file.empty());
}

TEST_CASE("the file's name stands in for a variable, without its folders") {
    auto const key = [](std::string const& parameters) {
        REQUIRE(code_of(part("name=\"key\"", "u/${filename}-${filename}") +
                        part("name=\"file\"" + parameters, "x") + "--b--") == "");
        return form.fields.at(0).second;
    };
    CHECK(key("; filename=\"a.txt\"") == "u/a.txt-a.txt");
    CHECK(key("; filename=\"\"") == "u/-");
    CHECK(key("; filename=\"/home/a.txt\"") == "u/a.txt-a.txt");
    CHECK(key("; filename=\"C:\\folder\\a.txt\"") == "u/a.txt-a.txt");
    CHECK(key("; filename=\"a\\\"b;c\"") == "u/a\"b;c-a\"b;c");
    CHECK(key("; filename=\"${filename}\"") == "u/${filename}-${filename}");
    CHECK(key("") == "u/${filename}-${filename}");
}

TEST_CASE("what is no form, or has not one file, is refused") {
    CHECK(code_of("") == "MalformedPOSTRequest");
    CHECK(code_of("--b--") == "InvalidArgument");
    CHECK(code_of(part("name=\"key\"", "x") + "--b--") == "InvalidArgument");
    CHECK(code_of(file + file + "--b--") == "InvalidArgument");
    CHECK(code_of(file) == "MalformedPOSTRequest");
    CHECK(code_of(file + "--b-") == "MalformedPOSTRequest");
    CHECK(code_of(file + "--bc--") == "MalformedPOSTRequest");
    CHECK(code_of("--b\r\nContent-Disposition: form-data; name=file") == "MalformedPOSTRequest");
    CHECK(code_of("--b\r\n\r\nx\r\n--b--") == "MalformedPOSTRequest");
    CHECK(code_of("--b\r\nContent-Type: a\r\n\r\nx\r\n--b--") == "MalformedPOSTRequest");
    CHECK(code_of(part("filename=\"a\"", "x") + "--b--") == "MalformedPOSTRequest");
    CHECK(code_of(part("name=\"fi", "x") + "--b--") == "MalformedPOSTRequest");
    CHECK(code_of(part("name", "x") + "--b--") == "MalformedPOSTRequest");
    CHECK(code_of(part("name=\"a\" x", "x") + "--b--") == "MalformedPOSTRequest");
    CHECK(code_of("--b\r\nContent-Disposition: file; name=\"file\"\r\n\r\nx\r\n--b--") ==
          "MalformedPOSTRequest");
    for (auto const* type : {"multipart/form-data", "multipart/form-data; boundary=",
                             "multipart/form-data; boundary=\"b", "multipart/form-data b"})
        CHECK(code_of(file + "--b--", type) == "MalformedPOSTRequest");
    CHECK(code_of(file + "--b--", "multipart/form-data; boundary=" + std::string(71, 'b')) ==
          "MalformedPOSTRequest");
}

TEST_CASE("what stands before the file is limited, the file is not") {
    auto const long_text = std::string(detail::longest_form_fields, 'x');
    CHECK(code_of(part("name=\"a\"", long_text) + file + "--b--") ==
          "MaxPostPreDataLengthExceeded");
    CHECK(code_of(part("name=\"a\"; x=" + long_text, "") + file + "--b--") ==
          "MaxPostPreDataLengthExceeded");
    CHECK(code_of(part("name=\"file\"", long_text) + part("name=\"a\"", long_text) + "--b--") ==
          "");
}
