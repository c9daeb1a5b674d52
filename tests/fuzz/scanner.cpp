// The JSON scanner: a text is taken where Boost.JSON takes it; whoever walks through it meets what
// one look at the whole meets, whatever is entered and whatever is passed over; strings stand for
// what Boost.JSON says, canonical ones are equal where that is; pointers find what stands there.
//
// Input: a byte for the depth, one for the options, one for the walk; then the text.
#include "json_model.hpp"
#include "support.hpp"

#include <cairn/json/pointer.hpp>
#include <cairn/json/scanner.hpp>
#include <cairn/json/string.hpp>

#include <map>

namespace {

using namespace fuzz;
namespace json = cairn::json;

void check_string(std::string_view token, bool strict) {
    std::string scratch, again;
    std::string const canonical(json::canonical(token, scratch));
    require(json::canonical(canonical, again) == canonical, "a canonical token is its own");
    require(!json::validate(canonical, {.allow_lone_surrogates = true}),
            "a canonical token is a string");
    std::string const text = json::unquote(token);
    require(json::unquote(canonical) == text, "a canonical token stands for the same text");
    require(json::stands_for(token, text), "a token stands for its text");
    require(!json::validate(json::quote(text)), "what is quoted is a string");
    auto const theirs = text_of_string(token);
    require(strict == theirs.has_value(), "both read the same strings");
    if (!strict)
        return;
    require(text == *theirs, "a string is the text that Boost.JSON reads");
    require(json::quote(text) == canonical, "the canonical token is the quoted text");
}

bool is_strict(std::string_view value) {
    return !json::validate(value);
}

// Walks through a text; `how` decides at each container whether it is entered.
class walker {
public:
    walker(std::string_view text, json::scan_options options, unsigned how)
        : text_(text), in_(text, options), how_(how) {}

    bool walk() {
        value();
        return in_.finish();
    }
    json::scanner& scanner() { return in_; }

private:
    bool enters() {
        how_ = how_ * 1103515245 + 12345;
        return (how_ >> 16) % 4 != 0;
    }

    void value() {
        std::string_view text;
        json::kind const kind = in_.peek();
        if (kind == json::kind::object && depth_ < 200 && enters()) {
            ++depth_;
            for (in_.enter_object(); in_.next_member(text);) {
                check_place(text);
                check_string(text, is_strict(text));
                value();
            }
            --depth_;
        } else if (kind == json::kind::array && depth_ < 200 && enters()) {
            ++depth_;
            for (in_.enter_array(); in_.next_element();)
                value();
            --depth_;
        } else if (in_.value(text)) {
            check_place(text);
            check_value(kind, text);
        }
    }

    void check_value(json::kind kind, std::string_view text) {
        require(json::scanner(text, {.allow_nan = true}).peek() == kind, "a value is of its kind");
        if (kind == json::kind::string)
            check_string(text, is_strict(text));
        if (kind == json::kind::array && is_strict(text)) {
            std::size_t from = 1;
            json::for_each_element(text, [&](std::string_view element) {
                auto const at = static_cast<std::size_t>(element.data() - text.data());
                require(at >= from && is_strict(element), "elements follow one another");
                from = at + element.size();
            });
            require(from < text.size(), "elements stand in their array");
        }
    }

    void check_place(std::string_view part) {
        auto const end = static_cast<std::size_t>(part.data() + part.size() - text_.data());
        require(!part.empty() && end <= in_.offset() && in_.offset() <= text_.size(),
                "a value's text is a part of the whole");
    }

    std::string_view text_;
    json::scanner in_;
    unsigned how_;
    int depth_ = 0;
};

void check_fault(json::syntax_error const& f, std::string_view text) {
    require(!f.what.empty() && f.offset <= text.size(), "a fault has a place");
    auto const lines = std::count(text.begin(), text.begin() + std::ptrdiff_t(f.offset), '\n');
    require(f.line == 1 + std::size_t(lines), "a fault has its line");
    require(f.to_string().find('\n') == std::string::npos, "a fault is told in one line");
}

// Members of the outermost object, by pointer.
void check_members(std::string_view text, json::scan_options options) {
    json::scanner in(text, options);
    if (in.peek() != json::kind::object)
        return;
    std::map<std::string, std::vector<std::string_view>> members;
    std::string_view key, value;
    for (in.enter_object(); in.next_member(key);)
        if (in.value(value))
            members[json::unquote(key)].push_back(value);
    for (auto const& [name, values] : members) {
        std::string place = "/";
        for (char const c : name)
            place += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        auto const where = json::pointer::parse(place);
        require(where.has_value() && where->tokens() == std::vector{name}, "a name is a pointer");
        auto const found = json::find(text, *where, options);
        if (values.size() > 1)
            require(found.problem && !found.value, "nobody can say which of two is meant");
        else
            require(!found.problem && found.value && found.value->data() == values[0].data() &&
                        *found.value == values[0],
                    "a pointer finds its member");
    }
}

std::string with_nulls(std::string_view text, std::vector<json::span> const& nans) {
    std::string out;
    std::size_t at = 0;
    for (json::span const& s : nans) {
        out.append(text.substr(at, s.offset - at)).append("null");
        at = s.offset + s.length;
    }
    return out.append(text.substr(at));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input in(data, size);
    std::size_t const depth = in.byte();
    unsigned const bits = in.byte(), how = in.byte();
    exact_copies copy;
    std::string_view const text = copy(in.rest());
    json::scan_options const strict{.max_depth = depth};
    json::scan_options const options{
        .max_depth = depth, .allow_nan = (bits & 1) != 0, .allow_lone_surrogates = (bits & 2) != 0};

    auto const theirs = is_json(text, depth);
    bool const ours = !json::validate(text, strict);
    require(theirs == acceptance::unknown || ours == (theirs == acceptance::yes),
            "a text is JSON where Boost.JSON says so");

    auto const fault = json::validate(text, options);
    require(!ours || !fault, "options take more, not less");
    walker walk(text, options, how);
    require(walk.walk() == !fault, "a walk meets what one look meets");
    require(fault.has_value() == !walk.scanner().ok(), "who ends well has no fault");
    if (fault) {
        check_fault(*fault, text);
        check_fault(walk.scanner().error(), text);
        return 0;
    }
    auto const& nans = walk.scanner().nans();
    require(options.allow_nan || nans.empty(), "nothing but JSON is taken unasked");
    std::string const repaired = with_nulls(text, nans);
    require(!json::validate(repaired, {.max_depth = depth,
                                       .allow_lone_surrogates = options.allow_lone_surrogates}),
            "with null in place of NaN it is JSON");
    check_members(text, options);
    return 0;
}
