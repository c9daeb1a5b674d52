#ifndef CAIRN_SEGMENTS_DETAIL_IMPL_DAY_LAYOUT_IPP
#define CAIRN_SEGMENTS_DETAIL_IMPL_DAY_LAYOUT_IPP

#include <cairn/json/pointer.hpp>
#include <cairn/json/string.hpp>
#include <cairn/segments/detail/day_layout.hpp>
#include <cairn/segments/detail/reserved_member.hpp>

#include <algorithm>
#include <utility>

namespace cairn::segments::detail {

// What a profile's members must be; says no more than the scanner does not say itself.
class profile_reader {
public:
    profile_reader(json::scanner& in, std::string_view text, profile_entry& entry)
        : in_(in), text_(text), entry_(entry) {}

    bool read(json::syntax_error& problem) {
        if (in_.peek() != json::kind::object)
            return refuse(problem, "is not an object");
        begin_ = in_.offset();
        bool identity_seen = false, segments_seen = false;
        std::string_view key;
        for (in_.enter_object(); in_.next_member(key);) {
            bool read = true;
            if (json::stands_for(key, "smi_uid"))
                read = !std::exchange(identity_seen, true) ? read_identity(problem)
                                                           : refuse(problem, "has two smi_uid");
            else if (json::stands_for(key, "segments"))
                read = !std::exchange(segments_seen, true) ? read_segments(problem)
                                                           : refuse(problem, "has two segments");
            else
                in_.value(value_);
            if (!read)
                return false;
        }
        if (in_.offset() - begin_ > profile_entry::max_length)
            return refuse(problem, "is larger than 4 GiB");
        entry_.offset = begin_;
        entry_.length = static_cast<std::uint32_t>(in_.offset() - begin_);
        return in_.ok();
    }

private:
    bool read_identity(json::syntax_error& problem) {
        json::kind const kind = in_.peek();
        bool const none = kind == json::kind::null || kind == json::kind::not_a_number;
        if (kind != json::kind::string && kind != json::kind::number && !none)
            return refuse(problem, "has a smi_uid that is neither a string nor a number");
        if (in_.value(value_) && !none && value_ != "\"\"") {
            entry_.identity_offset = relative();
            entry_.identity_length = static_cast<std::uint32_t>(value_.size());
        }
        return true;
    }

    bool read_segments(json::syntax_error& problem) {
        json::kind const kind = in_.peek();
        bool const none = kind == json::kind::null || kind == json::kind::not_a_number;
        if (kind != json::kind::array && !none)
            return refuse(problem, "has segments that are not an array");
        if (in_.value(value_)) {
            entry_.segments_offset = relative();
            entry_.segments_length = static_cast<std::uint32_t>(value_.size());
        }
        return true;
    }

    std::uint32_t relative() const {
        auto const offset = static_cast<std::size_t>(value_.data() - text_.data());
        return static_cast<std::uint32_t>(offset - begin_);
    }

    // A value that does not begin is the scanner's to complain about.
    bool refuse(json::syntax_error& problem, char const* what) {
        if (in_.peek() == json::kind::none)
            in_.value(value_);
        problem = {what, in_.offset(), 1};
        return false;
    }

    json::scanner& in_;
    std::string_view text_;
    profile_entry& entry_;
    std::size_t begin_ = 0;
    std::string_view value_;
};

CAIRN_DECL bool read_profile(json::scanner& in, std::string_view text, profile_entry& entry,
                             json::syntax_error& problem) {
    return profile_reader(in, text, entry).read(problem);
}

class day_reader {
public:
    explicit day_reader(std::string_view text)
        : text_(text), in_(text, {.allow_nan = true, .allow_lone_surrogates = true}) {}

    result<day_layout> read(std::vector<json::span>& nans) {
        if (text_.empty())
            return error(errc::invalid_document, "it is empty, of 0 bytes");
        if (!read_members() || !in_.finish())
            return explain();
        nans = in_.nans();
        return std::move(day_);
    }

private:
    bool read_members() {
        if (in_.peek() != json::kind::object)
            return refuse("it is not an object");
        bool profiles_seen = false;
        std::string_view key, value;
        for (in_.enter_object(); in_.next_member(key);) {
            std::size_t const where = static_cast<std::size_t>(key.data() - text_.data());
            if (json::stands_for(key, "profiles")) {
                if (std::exchange(profiles_seen, true))
                    return refuse("two members \"profiles\"", where);
                if (!read_profiles())
                    return false;
            } else if (in_.value(value) && json::stands_for(key, reserved_name)) {
                if (day_.reserved.length != 0)
                    return refuse("two members \"_cairn\"", where);
                day_.reserved = {static_cast<std::size_t>(value.data() - text_.data()),
                                 value.size()};
            }
            day_.members_end = in_.offset();
        }
        return in_.ok() && (profiles_seen || refuse("it has no member \"profiles\"", 0));
    }

    bool read_profiles() {
        if (in_.peek() != json::kind::array)
            return refuse("profiles is not an array");
        in_.enter_array();
        while (in_.next_element()) {
            profile_entry entry;
            if (!read_profile(in_, text_, entry, problem_)) {
                problem_.what =
                    "profiles[" + std::to_string(day_.profiles.size()) + "] " + problem_.what;
                return false;
            }
            day_.profiles.push_back(entry);
        }
        if (day_.profiles.empty()) { // white space stays
            day_.list_begin = day_.list_end = in_.offset() - 1;
        } else {
            day_.list_begin = day_.profiles.front().offset;
            day_.list_end = day_.profiles.back().offset + day_.profiles.back().length;
        }
        return in_.ok();
    }

    bool refuse(std::string what) {
        if (in_.peek() == json::kind::none) { // let the scanner say it
            std::string_view ignored;
            in_.value(ignored);
        }
        return refuse(std::move(what), in_.offset());
    }

    bool refuse(std::string what, std::size_t where) {
        problem_ = {std::move(what), where, 1};
        return false;
    }

    // A later format may look different: its number explains more than what looks wrong to us.
    error explain() {
        if (!in_.ok())
            return error(errc::invalid_document, "it is not JSON: " + in_.error().to_string());
        json::scan_options const options{.allow_nan = true, .allow_lone_surrogates = true};
        static json::pointer const place = json::pointer::parse("/_cairn").value();
        if (auto const found = json::find(text_, place, options); found.value) {
            auto const member = parse_reserved(*found.value);
            if (!member && is_newer(member.error()))
                return member.error();
        }
        auto const from = text_.begin();
        auto const to = from + static_cast<std::ptrdiff_t>(problem_.offset);
        problem_.line += static_cast<std::size_t>(std::count(from, to, '\n'));
        return error(errc::invalid_document, problem_.to_string());
    }

    std::string_view text_;
    json::scanner in_;
    day_layout day_;
    json::syntax_error problem_;
};

CAIRN_DECL result<day_layout> read_day(std::string_view text, std::vector<json::span>& nans) {
    return day_reader(text).read(nans);
}

} // namespace cairn::segments::detail

#endif
