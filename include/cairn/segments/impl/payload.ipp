#ifndef CAIRN_SEGMENTS_IMPL_PAYLOAD_IPP
#define CAIRN_SEGMENTS_IMPL_PAYLOAD_IPP

#include <cairn/json/string.hpp>
#include <cairn/segments/payload.hpp>

#include <utility>

namespace cairn::segments {

namespace detail {

inline error refuse_payload(std::string why) {
    return error(errc::invalid_argument, std::move(why));
}

inline bool is_identity(std::string_view value) {
    return value[0] == '-' || (value[0] >= '0' && value[0] <= '9') ||
           (value[0] == '"' && value.size() > 2);
}

inline result<update> read_segments(std::string_view payload, std::string_view identity,
                                    std::string_view list) {
    std::string scratch;
    update u(json::canonical(identity, scratch));
    u.reserve(list.size());
    // From the payload's start, so that a place is told as the payload's sender sees it.
    std::size_t const before = static_cast<std::size_t>(list.data() - payload.data());
    json::scanner in(list);
    std::string_view value;
    std::size_t index = 0;
    for (in.enter_array(); in.next_element(); ++index) {
        json::kind const kind = in.peek();
        if (kind != json::kind::string)
            return refuse_payload("segments[" + std::to_string(index) +
                                  "] is not a string, at byte " +
                                  std::to_string(before + in.offset()));
        in.value(value);
        u.add(json::canonical(value, scratch));
    }
    return u;
}

} // namespace detail

CAIRN_DECL payload_reader::payload_reader()
    : payload_reader({json::pointer::parse("/traits/smi_uid").value()}) {}

CAIRN_DECL result<payload_reader> payload_reader::make(std::vector<std::string> const& identity) {
    if (identity.empty())
        return detail::refuse_payload("no JSON Pointer names the identity");
    std::vector<json::pointer> pointers;
    for (std::string const& text : identity) {
        auto parsed = json::pointer::parse(text);
        if (!parsed)
            return parsed.error();
        if (parsed->tokens().empty())
            return detail::refuse_payload("the JSON Pointer \"\" names the payload itself");
        pointers.push_back(std::move(*parsed));
    }
    return payload_reader(std::move(pointers));
}

CAIRN_DECL result<std::string_view> payload_reader::find_identity(std::string_view payload) const {
    for (json::pointer const& place : identity_) {
        json::lookup const found = json::find(payload, place);
        if (found.problem)
            return detail::refuse_payload(found.problem->to_string());
        if (!found.value || !detail::is_identity(*found.value))
            continue;
        if (found.value->front() != '"' && found.value->size() > max_number_size)
            return detail::refuse_payload("the identity is a number of more than " +
                                          std::to_string(max_number_size) + " characters");
        return *found.value;
    }
    return error(errc::not_found, "Could not find payload" + identity_.front().dotted());
}

CAIRN_DECL result<update> payload_reader::read(std::string_view payload) const {
    if (auto const bad = json::validate(payload))
        return detail::refuse_payload("unreadable JSON: " + bad->to_string());
    if (json::scanner(payload).peek() != json::kind::object)
        return detail::refuse_payload("the payload is not an object");
    auto const identity = find_identity(payload);
    if (!identity)
        return identity.error();
    static json::pointer const place = json::pointer::parse("/segments").value();
    json::lookup const list = json::find(payload, place);
    if (list.problem)
        return detail::refuse_payload(list.problem->to_string());
    if (!list.value)
        return detail::refuse_payload("the payload has no segments");
    if (list.value->front() != '[')
        return detail::refuse_payload("segments is not an array, at byte " +
                                      std::to_string(list.value->data() - payload.data()));
    return detail::read_segments(payload, *identity, *list.value);
}

} // namespace cairn::segments

#endif
