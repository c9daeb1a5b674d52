#ifndef CAIRN_SIGV4_DETAIL_IMPL_POST_DOCUMENT_IPP
#define CAIRN_SIGV4_DETAIL_IMPL_POST_DOCUMENT_IPP

#include <cairn/sigv4/detail/post_document.hpp>

#include <cairn/core/base64.hpp>
#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>
#include <cairn/sigv4/detail/text.hpp>
#include <cairn/sigv4/time.hpp>

namespace cairn::sigv4::detail {

// One pass over a policy: the conditions are looked at as they are read.
class post_document {
public:
    post_document(post_upload const& upload, std::string_view json)
        : upload_(upload), in_(json, {.max_depth = 8}), covered_(upload.fields.size(), '\0') {}

    verification check(std::chrono::system_clock::time_point now) {
        bool const read = read_document();
        if (!read || !in_.finish())
            return {verdict::malformed,
                    wrong_.empty() ? "the policy is not JSON: " + in_.error().to_string() : wrong_};
        if (!expires_ || !conditions_)
            return {verdict::malformed, "the policy has no expiration or no conditions"};
        if (now > expiration_)
            return {verdict::expired, "the policy has expired"};
        if (!violated_.empty()) {
            verification result(verdict::policy_violated, violated_);
            result.violated_bounds = bounds_;
            return result;
        }
        if (!bucket_covered_ && !upload_.bucket.empty())
            return {verdict::policy_violated, "no condition covers the bucket"};
        for (std::size_t i = 0; i < covered_.size(); ++i)
            if (covered_[i] == 0 && !needs_no_condition(upload_.fields[i].first))
                return {verdict::policy_violated,
                        "no condition covers the field " + shown(upload_.fields[i].first)};
        return {verdict::valid, {}};
    }

private:
    // A name for a message: the form is a stranger's.
    static std::string shown(std::string_view name) {
        std::string text = json::quote(name.substr(0, 64));
        for (char& c : text)
            if (static_cast<unsigned char>(c) >= 0x7f)
                c = '?';
        return text;
    }

    static bool needs_no_condition(std::string_view field) noexcept {
        constexpr std::string_view ignored = "x-ignore-";
        return equal_ignoring_case(field, policy_field) ||
               equal_ignoring_case(field, post_signature_field) ||
               equal_ignoring_case(field, "file") ||
               equal_ignoring_case(field.substr(0, ignored.size()), ignored);
    }

    bool malformed(std::string text) {
        if (wrong_.empty())
            wrong_ = std::move(text);
        return false;
    }

    void violate(std::string text) {
        if (violated_.empty())
            violated_ = std::move(text);
    }

    bool read_string(std::string& text) {
        std::string_view token;
        if (in_.peek() != json::kind::string)
            return in_.ok() && malformed("the policy has something else where a text belongs");
        if (!in_.value(token))
            return false;
        text = json::unquote(token);
        return true;
    }

    bool read_document() {
        if (in_.peek() != json::kind::object)
            return in_.ok() && malformed("the policy is not an object");
        std::string_view key, other;
        for (in_.enter_object(); in_.next_member(key);) {
            if (json::stands_for(key, "expiration")) {
                if (expires_)
                    return malformed("the policy has two expirations");
                expires_ = true;
                if (!read_expiration())
                    return false;
            } else if (json::stands_for(key, "conditions")) {
                if (conditions_)
                    return malformed("the policy has two lists of conditions");
                conditions_ = true;
                if (!read_conditions())
                    return false;
            } else if (!in_.value(other)) {
                return false;
            }
        }
        return in_.ok();
    }

    // "2015-12-30T12:00:00.000Z", the fraction left out or of any length.
    bool read_expiration() {
        std::string text;
        if (!read_string(text))
            return false;
        std::string compact;
        std::int64_t millis = 0, scale = 100;
        bool fine = text.size() >= 20 && text.back() == 'Z' && text[4] == '-' && text[7] == '-' &&
                    text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
                    (text.size() == 20 || text[19] == '.') && text.size() != 21;
        if (fine) {
            compact.append(text, 0, 4).append(text, 5, 2).append(text, 8, 5);
            compact.append(text, 14, 2).append(text, 17, 2).append("Z");
            for (std::size_t i = 20; i + 1 < text.size(); ++i, scale /= 10) {
                fine = fine && text[i] >= '0' && text[i] <= '9';
                millis += (text[i] - '0') * scale;
            }
        }
        // Later than the clock can count: such a policy stays valid.
        bool const later = fine && compact.compare(0, 4, "2261") > 0 &&
                           compact.find_first_not_of("0123456789") == 8;
        if (later)
            compact.replace(0, 4, "2260"); // a leap year, in which every day can be read
        auto const stamp = timestamp::parse(compact);
        if (!fine || !stamp)
            return malformed("the policy's expiration is not of the form 2015-12-30T12:00:00.000Z");
        expiration_ = later ? std::chrono::system_clock::time_point::max()
                            : stamp->time() + std::chrono::milliseconds(millis);
        return true;
    }

    bool read_conditions() {
        if (in_.peek() != json::kind::array)
            return in_.ok() && malformed("the policy's conditions are not a list");
        for (in_.enter_array(); in_.next_element();) {
            bool const read = in_.peek() == json::kind::object  ? read_equalities()
                              : in_.peek() == json::kind::array ? read_condition()
                                                                : malformed("a condition of the "
                                                                            "policy is neither an "
                                                                            "object nor a list");
            if (!read)
                return false;
        }
        return in_.ok();
    }

    bool read_equalities() {
        std::string_view key;
        std::string value;
        for (in_.enter_object(); in_.next_member(key);) {
            if (!read_string(value))
                return false;
            look_at(json::unquote(key), value, false);
        }
        return in_.ok();
    }

    bool read_condition() {
        std::string operation, field, value;
        in_.enter_array();
        if (!in_.next_element() || !read_string(operation))
            return in_.ok() && malformed("a condition of the policy has no operator");
        if (equal_ignoring_case(operation, "content-length-range"))
            return read_range();
        bool const prefix = equal_ignoring_case(operation, "starts-with");
        if (!prefix && !equal_ignoring_case(operation, "eq"))
            return malformed("a condition of the policy has the unknown operator " +
                             shown(operation));
        if (!in_.next_element() || !read_string(field) || !in_.next_element() ||
            !read_string(value) || in_.next_element())
            return in_.ok() && malformed("a condition of the policy does not have three parts");
        if (!field.starts_with('$'))
            return malformed("a condition's field does not begin with a dollar sign");
        look_at(field.substr(1), value, prefix);
        return in_.ok();
    }

    bool read_bound(std::uint64_t& number) {
        std::string_view text;
        if (!in_.value(text))
            return false;
        if (text.size() > 1 && text.front() == '"')
            text = text.substr(1, text.size() - 2); // some write it in quotes
        auto const read = to_uint(text);
        number = read.value_or(0);
        return read || malformed("a bound of content-length-range is no whole number");
    }

    bool read_range() {
        std::uint64_t least = 0, most = 0;
        if (!in_.next_element() || !read_bound(least) || !in_.next_element() || !read_bound(most) ||
            in_.next_element())
            return in_.ok() && malformed("a content-length-range does not have two bounds");
        if (upload_.file_size < least || upload_.file_size > most) {
            if (violated_.empty())
                bounds_ = file_bounds{least, most};
            violate("the file's size is outside the content-length-range");
        }
        return in_.ok();
    }

    static bool matches(std::string_view field, std::string_view value, std::string_view wanted,
                        bool prefix) {
        if (!prefix)
            return value == wanted;
        if (!equal_ignoring_case(field, "content-type"))
            return value.starts_with(wanted);
        bool all = true; // a list of types: each of them has to
        for_each_piece(value, ',', [&](std::string_view type) {
            all = all && trimmed(type).starts_with(wanted);
        });
        return all;
    }

    void look_at(std::string const& field, std::string_view wanted, bool prefix) {
        bool found = false, right = true;
        if (equal_ignoring_case(field, "bucket")) {
            found = bucket_covered_ = true;
            right = matches(field, upload_.bucket, wanted, prefix);
        }
        for (std::size_t i = 0; i < covered_.size(); ++i) {
            if (!equal_ignoring_case(upload_.fields[i].first, field))
                continue;
            found = true;
            covered_[i] = 1;
            right = right && matches(field, upload_.fields[i].second, wanted, prefix);
        }
        if (!found)
            right = matches(field, {}, wanted, prefix);
        if (!right)
            violate("the condition on the field " + shown(field) + " does not hold");
    }

    post_upload const& upload_;
    json::scanner in_;
    std::string covered_; // a flag for each field
    std::chrono::system_clock::time_point expiration_;
    bool expires_ = false;
    bool conditions_ = false;
    bool bucket_covered_ = false;
    std::optional<file_bounds> bounds_; // which were the first to be violated
    std::string wrong_, violated_;
};

CAIRN_DECL verification check_post_document(post_upload const& upload, std::string_view base64,
                                            std::chrono::system_clock::time_point now) {
    std::string json;
    if (!from_base64(base64, json))
        return {verdict::malformed, "the policy is not base64"};
    return post_document(upload, json).check(now);
}

} // namespace cairn::sigv4::detail

#endif
