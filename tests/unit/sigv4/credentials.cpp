#include <cairn/sigv4/credentials.hpp>

#include "support/catch.hpp"

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

using cairn::sigv4::credentials;

template <class T>
concept printable = requires(std::ostream& os, T const& t) {
    os << t;
};

static_assert(!printable<credentials>, "a secret must not reach a log by accident");
static_assert(!std::is_aggregate_v<credentials>);
static_assert(std::is_nothrow_move_constructible_v<credentials>);

TEST_CASE("credentials give their parts and outlive what they were made from") {
    std::string key = "AKID", secret = "s3cr3t", token = "tok";
    credentials const c(key, secret, token);
    key = secret = token = "overwritten";
    CHECK(c.access_key_id() == "AKID");
    CHECK(c.secret_access_key() == "s3cr3t");
    CHECK(c.session_token() == "tok");
    CHECK_FALSE(c.empty());
    CHECK(c.defect() == nullptr);
}

TEST_CASE("copies of credentials share text and id, others have their own id") {
    credentials const a("AKID", "secret");
    credentials const copy = a;
    credentials const b("AKID", "secret");
    CHECK(copy.id() == a.id());
    CHECK(copy.secret_access_key().data() == a.secret_access_key().data());
    CHECK(b.id() != a.id());
}

TEST_CASE("default-made and moved-from credentials are empty") {
    credentials a("AKID", "secret");
    credentials const b = std::move(a);
    CHECK(b.access_key_id() == "AKID");
    for (auto const* c : {&a}) { // moved-from, on purpose
        CHECK(c->empty());
        CHECK(c->id() == 0);
        CHECK(c->defect() != nullptr);
    }
    CHECK(credentials().empty());
}

TEST_CASE("credentials that cannot sign say why, without a part of themselves") {
    auto const defect = [](std::string_view key, std::string_view secret, std::string_view token) {
        char const* const text = credentials(key, secret, token).defect();
        return std::string(text ? text : "");
    };
    CHECK(defect("", "secret", "") == "the access key id is empty");
    CHECK(defect("AKID", "", "") == "the secret access key is empty");
    for (auto const* key : {"AK/ID", "AK,ID", "AK ID", "AK\nID", "AK\xc3\xa4"})
        CHECK(defect(key, "s3cr3t", "").find("the access key id holds") == 0);
    for (auto const* token : {"a b", "a\r\nX-Evil: 1", "\x7f"}) {
        CHECK(defect("AKID", "s3cr3t", token).find("the session token holds") == 0);
        CHECK(defect("AKID", "s3cr3t", token).find("s3cr3t") == std::string::npos);
    }
    CHECK(defect("AKID", "any bytes \n\xff", "a+/=") == "");
}
