#include "members.hpp"

#include "day_clock.hpp"

#include <cairn/s3/client.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace uploader {

namespace {

template <std::string settings::*Member>
bool text(settings& s, std::string_view v) {
    if (v.empty() || v.find('\0') != v.npos)
        return false;
    s.*Member = v;
    return true;
}

template <std::string key_set::*Member>
bool secret(settings& s, std::string_view v) {
    auto const bad = [](char c) { return c <= ' ' || c > '~'; };
    if (v.empty() || std::any_of(v.begin(), v.end(), bad))
        return false;
    s.keys.*Member = v;
    return true;
}

template <class T>
bool number(T& into, std::string_view v, T low, T high) {
    T value{};
    auto const [end, code] = std::from_chars(v.data(), v.data() + v.size(), value);
    if (code != std::errc{} || end != v.data() + v.size() || value < low || value > high)
        return false;
    into = value;
    return true;
}

bool milliseconds(std::chrono::milliseconds& into, std::string_view v, int low, int high) {
    int count = 0;
    if (!number(count, v, low, high))
        return false;
    into = std::chrono::milliseconds(count);
    return true;
}

bool set_bucket(settings& s, std::string_view v) {
    auto const allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    };
    if (v.size() < 3 || v.size() > 255 || v.front() == '.' ||
        !std::all_of(v.begin(), v.end(), allowed))
        return false;
    s.bucket = v;
    return true;
}

bool set_region(settings& s, std::string_view v) {
    auto const allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    if (v.empty() || v.size() > 64 || !std::all_of(v.begin(), v.end(), allowed))
        return false;
    s.region = v;
    return true;
}

bool set_endpoint(settings& s, std::string_view v) {
    cairn::s3::client_config config;
    config.endpoint = v;
    if (v.empty() || cairn::s3::check(config).has_error())
        return false;
    s.endpoint = v;
    return true;
}

bool set_prefix(settings& s, std::string_view v) {
    auto const bad = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
    if (v.size() > 900 || std::any_of(v.begin(), v.end(), bad))
        return false;
    s.prefix = v;
    return true;
}

bool set_time_zone(settings& s, std::string_view v) {
    std::string name(v);
    auto const clock = day_clock::in_zone(name);
    // Where its file cannot be read right, the session says so by the file's name.
    if (clock.has_error() && clock.error().code == cairn::errc::invalid_argument)
        return false;
    s.time_zone = std::move(name);
    return true;
}

bool add_identity(settings& s, std::string_view v) {
    // RFC 6901: every token begins with a slash; a tilde stands before 0 or 1 only.
    if (v.empty() || v.front() != '/')
        return false;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i] == '~' && (i + 1 == v.size() || (v[i + 1] != '0' && v[i + 1] != '1')))
            return false;
    }
    s.identity.emplace_back(v);
    return true;
}

template <class T, std::size_t N>
bool choose(T& into, std::string_view v, std::pair<std::string_view, T> const (&choices)[N]) {
    for (auto const& [name, value] : choices) {
        if (v == name) {
            into = value;
            return true;
        }
    }
    return false;
}

bool set_addressing(settings& s, std::string_view v) {
    return choose(s.addressing, v,
                  {{"auto", addressing::automatic},
                   {"path", addressing::path},
                   {"virtual", addressing::virtual_hosted}});
}

bool set_merge(settings& s, std::string_view v) {
    return choose(s.merge, v,
                  {{"union", merge_kind::set_union},
                   {"replace", merge_kind::replace},
                   {"append", merge_kind::append}});
}

bool set_conditions(settings& s, std::string_view v) {
    return choose(s.conditions, v,
                  {{"probe", conditions::probe},
                   {"quoted", conditions::quoted},
                   {"unquoted", conditions::unquoted}});
}

bool set_max_payload(settings& s, std::string_view v) {
    auto const size = parse_size(v);
    if (!size || *size == 0 || *size > (std::size_t{1} << 30))
        return false;
    s.max_payload = *size;
    return true;
}

bool set_date(settings& s, std::string_view v) {
    if (!is_date(v))
        return false;
    s.date = v;
    return true;
}

constexpr std::string_view word = "printable ASCII without spaces, and not empty";

member const table[] = {
    {"aws_access_key_id", value_type::text, &secret<&key_set::access_key_id>, word, true, true},
    {"aws_secret_access_key", value_type::text, &secret<&key_set::secret_access_key>, word, true,
     true},
    {"session_token", value_type::text, &secret<&key_set::session_token>, word, true, true},
    {"s3_bucket", value_type::text, &set_bucket,
     "a bucket's name: 3 to 255 letters, digits, dots, dashes", true, false, true},
    {"region", value_type::text, &set_region, "a region's name, as eu-central-1", true, false,
     true},
    {"endpoint", value_type::text, &set_endpoint, "a URL: http:// or https://, host, maybe :port",
     true, false, true},
    {"addressing", value_type::text, &set_addressing, "path, virtual or auto", true, false, true},
    {"ca_file", value_type::text, &text<&settings::ca_file>, "the path of a PEM file", true, false,
     true},
    {"prefix", value_type::text, &set_prefix, "at most 900 bytes, without control characters"},
    {"time_zone", value_type::text, &set_time_zone,
     "a time zone of the system's database, as UTC or Europe/Warsaw"},
    {"identity", value_type::list, &add_identity,
     "JSON Pointers, at least one, as /traits/smi_uid"},
    {"merge", value_type::text, &set_merge, "union, replace or append"},
    {"max_delay_ms", value_type::number,
     [](settings& s, std::string_view v) { return milliseconds(s.max_delay, v, 0, 60'000); },
     "a whole number from 0 to 60000"},
    {"max_in_flight", value_type::number,
     [](settings& s, std::string_view v) {
         return number<std::size_t>(s.max_in_flight, v, 1, 1'000'000);
     },
     "a whole number from 1 to 1000000"},
    {"conditions", value_type::text, &set_conditions, "probe, quoted or unquoted", true, false,
     true},
    {"date", value_type::text, &set_date, "a day, as 2026-01-31", false},
    {"max_payload", value_type::text, &set_max_payload,
     "a size from 1 to 1G, in bytes or with K, M or G", false},
    {"rejects", value_type::text, &text<&settings::rejects>, "a file's name", false},
    {"attempt_timeout_ms", value_type::number,
     [](settings& s, std::string_view v) { return milliseconds(s.attempt_timeout, v, 1, 600'000); },
     "a whole number from 1 to 600000", false},
    {"deadline_ms", value_type::number,
     [](settings& s, std::string_view v) { return milliseconds(s.deadline, v, 1, 3'600'000); },
     "a whole number from 1 to 3600000", false},
};

bool same_option(std::string_view option, std::string_view name) {
    if (!option.starts_with("--"))
        return false;
    option.remove_prefix(2);
    return std::equal(option.begin(), option.end(), name.begin(), name.end(),
                      [](char o, char n) { return o == (n == '_' ? '-' : n); });
}

member const* find_any_option(std::string_view option) {
    auto const it = std::find_if(std::begin(table), std::end(table),
                                 [option](member const& m) { return same_option(option, m.name); });
    return it == std::end(table) ? nullptr : it;
}

} // namespace

std::span<member const> members() {
    return table;
}

member const* find_member(std::string_view name) {
    auto const it = std::find_if(std::begin(table), std::end(table),
                                 [name](member const& m) { return m.in_config && m.name == name; });
    return it == std::end(table) ? nullptr : it;
}

member const* find_option(std::string_view option) {
    auto const* m = find_any_option(option);
    return m && !m->secret ? m : nullptr;
}

bool is_value_option(std::string_view option) {
    return option == "--config" || option == "--storage" || find_any_option(option);
}

bool is_secret_option(std::string_view option) {
    auto const* m = find_any_option(option);
    return m && m->secret;
}

bool is_s3_option(std::string_view option) {
    auto const* m = find_any_option(option);
    return m && m->s3_only;
}

std::string printable(std::string_view text) {
    constexpr std::size_t limit = 100;
    std::string out(text.substr(0, limit));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    if (text.size() > limit)
        out += "...";
    return out;
}

} // namespace uploader
