#include "answer.hpp"

#include "text.hpp"

#include <cairn/core/base64.hpp>

namespace signing {

void append_json(std::string& out, fields const& list) {
    out += '[';
    for (auto const& [name, value] : list) {
        out += out.back() == '[' ? "[" : ",[";
        append_json_string(out, name);
        out += ',';
        append_json_string(out, value);
        out += ']';
    }
    out += ']';
}

std::string to_json(answer const& a) {
    std::string out = "{";
    append_member(out, "canonical_request", a.canonical_request);
    append_member(out, "string_to_sign", a.string_to_sign);
    append_member(out, "signature", a.signature);
    if (!a.authorization.empty())
        append_member(out, "authorization", a.authorization);
    if (a.presigned)
        append_member(out, "url", a.target.text());
    append_name(out, "headers");
    append_json(out, a.headers);
    if (a.chunked) {
        append_name(out, "body_base64");
        out.append("\"").append(cairn::to_base64(a.body)).append("\"");
    }
    if (!a.chunk_signatures.empty()) {
        append_name(out, "chunk_signatures");
        for (auto const& s : a.chunk_signatures)
            out.append(&s == a.chunk_signatures.data() ? "[\"" : ",\"").append(s).append("\"");
        out += ']';
    }
    out += '}';
    return out;
}

std::string error_json(std::string_view text) {
    std::string out = "{";
    append_member(out, "error", text);
    out += '}';
    return out;
}

} // namespace signing
