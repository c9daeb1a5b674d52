#include "support/catch.hpp"

#include <cairn/testing/object_store.hpp>

using namespace cairn::testing;

namespace {

int status(write_conditions const& conditions, stored_object const* current,
           condition_behaviour behaviour, int missing = 404) {
    auto const no = check_conditions(conditions, current, behaviour, missing);
    return no ? no->status : 0;
}

stored_object of(std::string bytes) {
    stored_object made;
    made.bytes = std::move(bytes);
    return made;
}

std::string all_pages(object_store const& store, list_query query) {
    std::string seen;
    for (;;) {
        auto const page = store.list("b", query);
        for (auto const& [key, object] : page.objects)
            seen += key + " ";
        for (auto const& group : page.common_prefixes)
            seen += "[" + group + "] ";
        seen += "| ";
        if (!page.truncated)
            return seen;
        query.after = page.last_group.empty() ? page.last : page.last_group;
        query.after_group = page.last_group;
    }
}

} // namespace

TEST_CASE("conditions hold or not, in each of the servers' dialects") {
    object_store store;
    auto const& object = store.put("b", "k", of("hello"));
    REQUIRE(object.etag == "\"5d41402abc4b2a76b9719d911017c592\"");
    write_conditions const quoted{object.etag, {}};
    write_conditions const unquoted{object.etag.substr(1, 32), {}};
    write_conditions const other{"\"x\"", {}};
    write_conditions const create{{}, "*"};
    using enum condition_behaviour;

    CHECK(status(quoted, &object, honoured) == 0);
    CHECK(status(unquoted, &object, honoured) == 0);
    CHECK(status(other, &object, honoured) == 412);
    CHECK(status(create, &object, honoured) == 412);
    CHECK(status(create, nullptr, honoured) == 0);
    CHECK(status(quoted, nullptr, honoured) == 404);
    CHECK(status(quoted, nullptr, honoured, 412) == 412);
    CHECK(status({{}, "\"x\""}, &object, honoured) == 501);
    CHECK(status({}, &object, honoured) == 0);

    CHECK(status(quoted, &object, quoted_only) == 0);
    CHECK(status(unquoted, &object, quoted_only) == 412);
    CHECK(status(quoted, &object, unquoted_only) == 412);
    CHECK(status(unquoted, &object, unquoted_only) == 0);
    CHECK(status(create, &object, unquoted_only) == 412);

    CHECK(status(other, &object, ignored) == 0);
    CHECK(status(other, nullptr, ignored) == 0);
    CHECK(status(create, &object, ignored) == 0);

    CHECK(status(quoted, &object, versioned_rgw) == 412);
    CHECK(status(unquoted, &object, versioned_rgw) == 412);
    CHECK(status(create, &object, versioned_rgw) == 0);
}

TEST_CASE("a listing is the same whatever its pages' size") {
    object_store store;
    for (auto const* key : {"a", "d/1", "d/2", "d/e/3", "e", "\xc3\xbc", "d-"})
        store.put("b", key, of(key));
    list_query query;
    CHECK(all_pages(store, query) == "a d- d/1 d/2 d/e/3 e \xc3\xbc | ");
    query.max_keys = 2;
    CHECK(all_pages(store, query) == "a d- | d/1 d/2 | d/e/3 e | \xc3\xbc | ");
    query.delimiter = "/";
    CHECK(all_pages(store, query) == "a d- | e [d/] | \xc3\xbc | ");
    query.max_keys = 1;
    CHECK(all_pages(store, query) == "a | d- | [d/] | e | \xc3\xbc | ");
    query.prefix = "d/";
    CHECK(all_pages(store, query) == "d/1 | d/2 | [d/e/] | ");
    query.delimiter.clear();
    query.after = "d/1";
    CHECK(all_pages(store, query) == "d/2 | d/e/3 | ");
    query.max_keys = 0;
    CHECK_FALSE(store.list("b", query).truncated);
}

TEST_CASE("a bucket is removed only when it is empty") {
    object_store store;
    CHECK(store.create_bucket("b"));
    CHECK_FALSE(store.create_bucket("b"));
    store.put("b", "k", of("x"));
    CHECK(store.remove_bucket("b")->code == "BucketNotEmpty");
    CHECK(store.remove("b", "k"));
    CHECK_FALSE(store.remove("b", "k"));
    CHECK_FALSE(store.remove_bucket("b").has_value());
    CHECK(store.remove_bucket("b")->code == "NoSuchBucket");
}

TEST_CASE("the ETags of a conditional read match with and without quotes") {
    CHECK(detail::etag_matches("*", "\"a\""));
    CHECK(detail::etag_matches("a", "\"a\""));
    CHECK(detail::etag_matches("\"b\", \"a\"", "\"a\""));
    CHECK_FALSE(detail::etag_matches("\"b\"", "\"a\""));
}
