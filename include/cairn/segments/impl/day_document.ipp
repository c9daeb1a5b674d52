#ifndef CAIRN_SEGMENTS_IMPL_DAY_DOCUMENT_IPP
#define CAIRN_SEGMENTS_IMPL_DAY_DOCUMENT_IPP

#include <cairn/json/string.hpp>
#include <cairn/segments/day_document.hpp>
#include <cairn/segments/detail/profile_union.hpp>

#include <algorithm>

namespace cairn::segments {

namespace detail {

inline constexpr std::string_view empty_day = "{\"profiles\":[]}";

inline error too_large(char const* what) {
    return error(errc::too_large, what);
}

// The layout of one profile's text that we put together ourselves.
inline profile_entry layout_of(std::string_view text) {
    json::scanner in(text, {.max_depth = text.size(), .allow_lone_surrogates = true});
    profile_entry e;
    json::syntax_error ignored;
    read_profile(in, text, e, ignored);
    return e;
}

} // namespace detail

CAIRN_DECL day_document::day_document()
    : base_(detail::empty_day), frame_{.list_begin = detail::empty_day.size() - 2,
                                       .list_end = detail::empty_day.size() - 2,
                                       .members_end = detail::empty_day.size() - 1,
                                       .reserved = {},
                                       .profiles = {}},
      separator_(",") {}

CAIRN_DECL day_document::day_document(std::shared_ptr<void const> owner, std::string_view text,
                                      detail::day_layout&& layout)
    : owner_(std::move(owner)), base_(text), frame_(std::move(layout)), separator_(","),
      entries_(std::move(frame_.profiles)) {
    frame_.profiles.clear();
    if (entries_.size() < 2)
        return;
    std::size_t const first_end = entries_[0].offset + entries_[0].length;
    std::string_view const gap = base_.substr(first_end, entries_[1].offset - first_end);
    if (gap.size() <= 64)
        separator_ = gap;
}

CAIRN_DECL std::string_view day_document::entry_text(entry const& e) const {
    return (e.changed ? std::string_view(changed_) : base_).substr(e.offset, e.length);
}

CAIRN_DECL std::string_view day_document::identity_of(entry const& e) const {
    return entry_text(e).substr(e.identity_offset, e.identity_length);
}

CAIRN_DECL std::string_view day_document::segments_of(entry const& e) const {
    return entry_text(e).substr(e.segments_offset, e.segments_length);
}

CAIRN_DECL profile_view day_document::operator[](std::size_t i) const {
    entry const& e = entries_[i];
    return {entry_text(e), identity_of(e), segments_of(e)};
}

inline auto day_document::same_identity(std::string_view canonical) {
    return [this, canonical, scratch = std::string()](std::uint32_t number) mutable {
        return json::canonical(identity_of(entries_[number]), scratch) == canonical;
    };
}

CAIRN_DECL void day_document::build_index() {
    if (std::exchange(indexed_, true))
        return;
    index_.clear();
    index_.reserve(entries_.size());
    for (std::uint32_t i = 0; i != entries_.size(); ++i) {
        if (entries_[i].identity_length == 0)
            continue;
        std::string_view const identity = json::canonical(identity_of(entries_[i]), scratch_);
        auto const [number, fresh] = index_.insert(identity, i, same_identity(identity));
        if (!fresh)
            repeats_.emplace_back(number, i);
    }
}

CAIRN_DECL day_document::entry* day_document::find(std::string_view identity) {
    build_index();
    auto const number = index_.find(identity, same_identity(identity));
    return number == detail::identity_index::none ? nullptr : &entries_[number];
}

// Gives a profile another text.
CAIRN_DECL result<void> day_document::change(entry& e, std::string const& text) {
    if (text.size() > entry::max_length)
        return detail::too_large("a profile would take more than 4 GiB");
    entry fresh = detail::layout_of(text);
    fresh.offset = changed_.size();
    fresh.changed = true;
    changed_ += text;
    e = fresh;
    return {};
}

// Puts `list`, an array, in the place of a profile's segments.
CAIRN_DECL result<void> day_document::splice(entry& e, std::string_view list) {
    std::string_view const text = entry_text(e);
    std::string fresh;
    fresh.reserve(text.size() + list.size() + 16);
    if (e.segments_length != 0) {
        fresh.append(text.substr(0, e.segments_offset)).append(list);
        fresh.append(text.substr(e.segments_offset + e.segments_length));
    } else {
        std::size_t const brace = text.size() - 1; // it has a smi_uid, hence a member before
        std::size_t const end = text.find_last_not_of(" \t\r\n", brace - 1) + 1;
        fresh.append(text.substr(0, end)).append(",\"segments\":").append(list);
        fresh.append(text.substr(end));
    }
    return change(e, fresh);
}

CAIRN_DECL result<void> day_document::unite(update const& u) {
    entry* const e = find(u.identity());
    if (e == nullptr) {
        update once(u.identity());
        detail::token_set seen;
        for (std::string_view const token : u.segments()) {
            if (seen.insert(token))
                once.add(token);
        }
        return append(once);
    }
    detail::token_set seen;
    std::string_view const list = segments_of(*e);
    std::size_t last_end = 0; // of the last element, from the list's beginning
    if (list.starts_with('[')) {
        json::for_each_element(list, [&](std::string_view text) {
            seen.insert(text);
            last_end = static_cast<std::size_t>(text.data() + text.size() - list.data());
        });
    }
    std::string fresh(last_end == 0 ? "[" : list.substr(0, last_end));
    std::size_t const before = fresh.size();
    for (std::string_view const token : u.segments()) {
        if (!seen.insert(token))
            continue;
        if (last_end != 0 || fresh.size() != before)
            fresh += ',';
        fresh += token;
    }
    if (fresh.size() == before)
        return {};
    fresh += last_end == 0 ? "]" : list.substr(last_end);
    return splice(*e, fresh);
}

CAIRN_DECL result<void> day_document::replace(update const& u) {
    entry* const e = find(u.identity());
    if (e == nullptr)
        return append(u);
    std::string const list = "[" + std::string(u.joined()) + "]";
    return segments_of(*e) == list ? result<void>{} : splice(*e, list);
}

CAIRN_DECL result<void> day_document::append(update const& u) {
    if (entries_.size() >= detail::identity_index::none)
        return detail::too_large("there would be 2^32 profiles");
    std::string text = "{\"smi_uid\":";
    text.append(u.identity()).append(",\"segments\":[").append(u.joined()).append("]}");
    entries_.emplace_back();
    if (auto changed = change(entries_.back(), text); !changed) {
        entries_.pop_back();
        return changed;
    }
    if (indexed_) {
        auto const number = static_cast<std::uint32_t>(entries_.size() - 1);
        auto const [first, fresh] =
            index_.insert(u.identity(), number, same_identity(u.identity()));
        if (!fresh)
            repeats_.emplace_back(first, number);
    }
    return {};
}

CAIRN_DECL result<void> day_document::deduplicate(duplicate_rule rule) {
    build_index();
    if (repeats_.empty())
        return {};
    // Those of one identity together, each group in the order in which they stand.
    std::sort(repeats_.begin(), repeats_.end());
    std::vector<bool> gone(entries_.size());
    std::vector<std::uint32_t> numbers;
    for (auto it = repeats_.begin(); it != repeats_.end();) {
        std::uint32_t const first = it->first;
        numbers.assign(1, first);
        for (; it != repeats_.end() && it->first == first; ++it) {
            numbers.push_back(it->second);
            gone[it->second] = true;
        }
        if (auto united = unite_entries(rule, numbers); !united)
            return united;
    }
    repairs_.duplicates_removed += repeats_.size();
    repeats_.clear();
    remove(gone);
    return {};
}

CAIRN_DECL result<void> day_document::unite_entries(duplicate_rule rule,
                                                    std::vector<std::uint32_t> const& numbers) {
    std::vector<std::string_view> texts;
    texts.reserve(numbers.size());
    for (std::uint32_t const number : numbers)
        texts.push_back(entry_text(entries_[number]));
    std::string const united = detail::unite_profiles(texts, rule == duplicate_rule::unite);
    return change(entries_[numbers.front()], united);
}

CAIRN_DECL void day_document::remove(std::vector<bool> const& gone) {
    std::size_t kept = 0;
    bool detached = false;
    for (std::size_t i = 0; i != entries_.size(); ++i) {
        if (gone[i]) {
            detached = true;
            continue;
        }
        entries_[kept] = entries_[i];
        entries_[kept++].detached |= std::exchange(detached, false);
    }
    entries_.resize(kept);
    indexed_ = false;
    build_index();
}

} // namespace cairn::segments

#endif
