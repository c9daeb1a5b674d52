#ifndef CAIRN_SIGV4_IMPL_POST_POLICY_IPP
#define CAIRN_SIGV4_IMPL_POST_POLICY_IPP

#include <cairn/sigv4/post_policy.hpp>

#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>
#include <cairn/sigv4/detail/names.hpp>
#include <cairn/sigv4/detail/text.hpp>
#include <cairn/sigv4/payload.hpp>

namespace cairn::sigv4 {

namespace detail {

CAIRN_DECL void add_field(form_fields& fields, std::string_view name, std::string_view value) {
    fields.emplace_back(std::string(name), std::string(value));
}

CAIRN_DECL void add_authentication_fields(form_fields& fields, credentials const& who,
                                          timestamp const& time, std::string_view scope_suffix) {
    std::string credential(who.access_key_id());
    credential.append("/").append(time.date()).append(scope_suffix);
    add_field(fields, "x-amz-algorithm", name_of(algorithm::v4));
    add_field(fields, "x-amz-credential", credential);
    add_field(fields, date_header, time.text());
    if (!who.session_token().empty())
        add_field(fields, token_header_of(who.session_token_kind()), who.session_token());
}

// "2015-12-30T12:00:00.000Z"
inline void append_policy_time(std::string& text, timestamp const& stamp,
                               std::chrono::system_clock::time_point time) {
    auto const t = stamp.text();
    auto const millis = std::chrono::floor<std::chrono::milliseconds>(time - stamp.time()).count();
    text.append(t.substr(0, 4)).append("-").append(t.substr(4, 2)).append("-");
    text.append(t.substr(6, 5)).append(":").append(t.substr(11, 2)).append(":");
    text.append(t.substr(13, 2)).append(".");
    for (long long const digit : {millis / 100, millis / 10 % 10, millis % 10})
        text += static_cast<char>('0' + digit);
    text += 'Z';
}

} // namespace detail

CAIRN_DECL post_policy& post_policy::equals(std::string_view field, std::string_view value) {
    conditions_.push_back({condition::equal, std::string(field), std::string(value)});
    return *this;
}

CAIRN_DECL post_policy& post_policy::starts_with(std::string_view field, std::string_view prefix) {
    conditions_.push_back({condition::prefix, std::string(field), std::string(prefix)});
    return *this;
}

CAIRN_DECL post_policy& post_policy::content_length(std::uint64_t least, std::uint64_t most) {
    conditions_.push_back({condition::range, {}, {}, least, most});
    return *this;
}

CAIRN_DECL bool post_policy::mentions(std::string_view field) const noexcept {
    for (condition const& c : conditions_)
        if (c.kind != condition::range && detail::equal_ignoring_case(c.field, field))
            return true;
    return false;
}

CAIRN_DECL form_fields post_policy::fields() const {
    form_fields all;
    for (condition const& c : conditions_)
        if (c.kind == condition::equal && !detail::equal_ignoring_case(c.field, "bucket"))
            detail::add_field(all, c.field, c.value);
    return all;
}

CAIRN_DECL result<void> post_policy::write_json(std::string& out, form_fields const& more) const {
    std::string text;
    auto const expiration = timestamp::from(expiration_);
    if (!expiration)
        return error(errc::invalid_argument,
                     "the policy's expiration lies outside the years 1970 to 2261");
    text += R"({"expiration":")";
    detail::append_policy_time(text, *expiration, expiration_);
    text += R"(","conditions":[)";
    auto const equal = [&text](std::string_view field, std::string_view value) {
        text += '{';
        json::append_quoted(text, field);
        text += ':';
        json::append_quoted(text, value);
        text += "},";
    };
    for (condition const& c : conditions_) {
        if (c.kind == condition::equal) {
            equal(c.field, c.value);
        } else if (c.kind == condition::prefix) {
            text += R"(["starts-with",)";
            json::append_quoted(text, "$" + c.field);
            text += ',';
            json::append_quoted(text, c.value);
            text += "],";
        } else {
            if (c.least > c.most)
                return error(errc::invalid_argument,
                             "the least size of the file is above the most");
            text += R"(["content-length-range",)";
            text.append(std::to_string(c.least)).append(",");
            text.append(std::to_string(c.most)).append("],");
        }
    }
    for (auto const& [field, value] : more)
        equal(field, value);
    if (text.back() == ',')
        text.pop_back();
    text += "]}";
    if (json::validate(text))
        return error(errc::invalid_argument, "a field of the policy is not UTF-8");
    out += text;
    return {};
}

} // namespace cairn::sigv4

#endif
