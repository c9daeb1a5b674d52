// POST policies: a form is signed where the model says that it can be, and an upload with it is
// valid where the model says that it keeps to the policy, as agreed or edited, and however the
// policy's JSON is spelt; raw policies and forms are read without harm.
//
// Input: a byte for key and kind, two for times and spelling, two for an edit (from 0xc0 on none);
// the edit's text, the file's size and the bucket; then up to six conditions "=field:value",
// "^field:prefix" and "#least:most", or fields "name:value" and behind an empty one the raw policy.
#include "policy_model.hpp"
#include "support.hpp"

#include <cairn/core/base64.hpp>

namespace {

using namespace fuzz;
using namespace std::chrono_literals;

clock_time const noon = moment(0);
signer const s3("us-east-1", "s3", preset::s3);
verifier const server("us-east-1", "s3", preset::s3);

verification verified(upload_model const& u, clock_time now) {
    verification const v = server.verify_post({u.fields, u.bucket, u.size}, find_key, now);
    check_consistent(v);
    return v;
}

std::uint64_t number_in(std::string_view text) {
    std::uint64_t value = 0;
    for (char const c : text.substr(0, 20))
        if (c >= '0' && c <= '9')
            value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
}

// Times from the signing on.
struct times {
    std::chrono::microseconds expires, asked;

    times(unsigned first, unsigned second) : expires(choice(first)), asked(choice(second)) {}

    static std::chrono::microseconds choice(unsigned i) {
        constexpr std::chrono::microseconds all[] = {1h,     0ms, 123ms,   123456us,    124ms,
                                                     168h,   1s,  -15min,  -15min - 1s, 1h + 1ms,
                                                     87600h, -1s, 876000h, 1h + 1us};
        return all[i % std::size(all)];
    }
    // Policies tell milliseconds.
    bool fit() const {
        return asked <= std::chrono::floor<std::chrono::milliseconds>(expires) && asked >= -15min;
    }
};

policy_model read_model(input& in) {
    policy_model model;
    for (int i = 0; i < 6 && !in.empty(); ++i) {
        std::string_view const text = in.text();
        auto const [field, value] = pair_of(text.substr(std::min<std::size_t>(1, text.size())));
        switch (text.empty() ? '\0' : text.front()) {
        case '=': model.conditions.push_back({false, field, value}); break;
        case '^': model.conditions.push_back({true, field, value}); break;
        case '#': model.ranges.emplace_back(number_in(field), number_in(value)); break;
        default: break;
        }
    }
    return model;
}

post_policy policy_of(policy_model const& model, clock_time expiration) {
    post_policy policy(expiration);
    for (auto const& c : model.conditions)
        c.prefix ? policy.starts_with(c.field, c.value) : policy.equals(c.field, c.value);
    for (auto const& [least, most] : model.ranges)
        policy.content_length(least, most);
    return policy;
}

// What a browser sends: the form, and a field for each that the policy leaves open.
upload_model agreed_upload(post_form const& form, policy_model const& model, upload_model given) {
    given.fields = form.fields;
    for (auto const& c : model.conditions) {
        if (lower(c.field) == "bucket") {
            given.bucket = c.value;
            continue;
        }
        auto const same = [&c](auto const& f) { return lower(f.first) == lower(c.field); };
        if (std::none_of(given.fields.begin(), given.fields.end(), same))
            given.fields.emplace_back(c.field, c.prefix ? c.value + "more" : c.value);
    }
    if (!model.ranges.empty())
        given.size = model.ranges.front().first;
    return given;
}

void apply(edit const& e, upload_model& u) {
    std::size_t const i = e.where / 16 % u.fields.size();
    auto const place = u.fields.begin() + static_cast<std::ptrdiff_t>(i);
    switch (e.what % 8) {
    case 0: e.apply_to(place->first); break;
    case 1: e.apply_to(place->second); break;
    case 2: u.fields.insert(place, pair_of(e.text)); break;
    case 3: u.fields.erase(place); break;
    case 4: e.apply_to(u.bucket); break;
    case 5: u.size = number_in(e.text); break;
    case 6: u.fields.push_back(*place); break;
    default: std::swap(*place, u.fields.back()); break;
    }
}

// The conditions that signing adds.
policy_model with_own(policy_model model, field_list const& own) {
    for (auto const& [name, value] : own)
        if (name != "policy" && name != "x-amz-signature")
            model.conditions.push_back({false, name, value});
    return model;
}

void check_upload(upload_model u, policy_model const& model, field_list const& own, times t,
                  edit const& e) {
    auto const expected = [&] {
        return model.is_well_formed() && t.fit() && is_signed_by(own, u) && keeps_to(model, u);
    };
    if (e.what < 0xc0)
        apply(e, u);
    require(verified(u, noon + t.asked).valid() == expected(),
            "an upload is valid where it keeps to its policy");
}

field_list own_fields(credentials const& who, std::string_view document) {
    return s3.sign_post_document(who, document, noon).value().fields;
}

void check_signed(credentials const& who, policy_model const& model, upload_model const& given,
                  times t, edit const& e) {
    auto const form = s3.sign_post(who, policy_of(model, noon + t.expires), noon);
    bool const adds = [&] {
        field_list const own = own_fields(who, "");
        return std::any_of(own.begin(), own.end(),
                           [&](auto const& f) { return model.mentions(f.first); });
    }();
    require(form.has_value() == (model.is_well_formed() && !adds),
            "a policy is signed where it can be");
    if (!form)
        return;
    field_list const own = own_fields(who, form->policy_json);
    require(is_signed_by(own, {form->fields, {}, 0}) || model.mentions("x-amz-security-token") ||
                model.mentions("x-amz-s3session-token"),
            "the form is signed as its document is");
    policy_model const whole = with_own(model, own);
    check_upload(agreed_upload(*form, model, given), whole, own, t, e);
}

std::string expiration_of(times t) {
    std::string json;
    post_policy(noon + t.expires).write_json(json).value();
    return json.substr(15, 24); // {"expiration":"2015-12-30T12:00:00.000Z"
}

// The same policy, written by others.
void check_spelt(credentials const& who, policy_model const& model, upload_model const& given,
                 times t, edit const& e, spelling s) {
    policy_model const whole = with_own(model, own_fields(who, ""));
    post_form const form =
        s3.sign_post_document(who, to_json(whole, expiration_of(t), s), noon).value();
    check_upload(agreed_upload(form, model, given), whole, form.fields, t, e);
}

// Whether a policy's text may name a year after 2261, plainly or in escapes.
bool may_outlast_clock(std::string_view document) {
    for (std::size_t at = 0; at + 5 <= document.size(); ++at)
        if (document[at + 4] == '-' && number_in(document.substr(at, 4)) > 2261)
            return true;
    return document.find('\\') != std::string_view::npos;
}

void check_raw(credentials const& who, input in, upload_model u) {
    field_list more;
    for (std::string_view text = in.text(); !text.empty(); text = in.text())
        more.push_back(pair_of(text));
    exact_copies copy;
    std::string_view const document = copy(in.rest());
    u.fields = s3.sign_post_document(who, document, noon).value().fields;
    u.fields.insert(u.fields.end(), more.begin(), more.end());
    verification const v = verified(u, noon);
    require(v.found != verdict::signature_differs, "a signed document has its signature");
    std::string decoded;
    require(cairn::from_base64(cairn::to_base64(document), decoded) && decoded == document,
            "base64 there and back");
    (void)cairn::from_base64(document, decoded);
    upload_model stranger{more, u.bucket, u.size};
    verified(stranger, noon);
    if (!v.valid())
        return;
    require(verified(u, clock_time::max()).found == verdict::expired || may_outlast_clock(document),
            "every policy expires");
    u.fields.emplace_back("zz-unheard-of", "");
    require(!verified(u, noon).valid() || document.find('\\') != std::string_view::npos ||
                document.find("unheard") != std::string_view::npos,
            "a field needs a condition");
    u.fields.pop_back();
    for (auto& [name, value] : u.fields)
        if (name == "policy")
            value += "AAAA";
    require(verified(u, noon).found == verdict::signature_differs, "a policy's end is signed");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input in(data, size);
    unsigned const lot = in.lot(), first = in.byte(), second = in.byte(), third = in.byte();
    times const t(second % 16, second / 16);
    edit e;
    e.what = in.byte();
    e.where = in.byte();
    e.text = in.text();
    upload_model given;
    given.size = number_in(in.text());
    given.bucket = in.text();
    credentials const& who = key(first, lot);
    switch (first / 4 % 4) {
    case 0:
    case 1: check_signed(who, read_model(in), given, t, e); break;
    case 2: check_spelt(who, read_model(in), given, t, e, spelling(third)); break;
    default: check_raw(who, in, given); break;
    }
    return 0;
}
