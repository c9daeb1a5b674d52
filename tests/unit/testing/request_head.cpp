#include "support/catch.hpp"

#include <cairn/sigv4/uri.hpp>
#include <cairn/testing/request_head.hpp>

using namespace cairn::testing;

TEST_CASE("a request's header fields are found without regard to case, and joined") {
    request_head const head{"GET", "/", {{"X-A", "1"}, {"x-b", "2"}, {"x-a", "3"}}};
    CHECK(head.header("x-a") == "1,3");
    CHECK(head.header("X-B") == "2");
    CHECK_FALSE(head.header("x-c").has_value());
}

TEST_CASE("a query is decoded, and its parameters keep their order") {
    request_head const head{"GET", "/b/k%20k?acl&prefix=a%2Fb+c&&x=1=2", {}};
    CHECK(head.path() == "/b/k%20k");
    CHECK(head.query() == header_list{{"acl", ""}, {"prefix", "a/b c"}, {"x", "1=2"}});
    CHECK(head.parameter("prefix") == "a/b c");
    CHECK_FALSE(head.parameter("k").has_value());
    CHECK(request_head{"GET", "/b", {}}.query().empty());
}

TEST_CASE("percent-encoding goes there and back") {
    std::string every;
    for (int c = 0; c < 256; ++c)
        every += static_cast<char>(c);
    CHECK(detail::percent_decode(cairn::sigv4::percent_encoded(every, false), true) == every);
    CHECK(detail::percent_decode("a+b%2", false) == "a+b%2");
    CHECK(detail::percent_decode("%zz%4", false) == "%zz%4");
}
