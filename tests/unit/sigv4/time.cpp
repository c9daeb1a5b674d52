#include <cairn/sigv4/time.hpp>

#include "support/catch.hpp"

using cairn::sigv4::timestamp;
using namespace std::chrono;

TEST_CASE("a moment is written as the second that it lies in") {
    auto const t = sys_days(2015y / August / 30) + 12h + 36min;
    CHECK(timestamp::from(t).value().text() == "20150830T123600Z");
    CHECK(timestamp::from(t + 999ms).value().text() == "20150830T123600Z");
    CHECK(timestamp::from(t - 1ns).value().text() == "20150830T123559Z");
    CHECK(timestamp::from(t).value().date() == "20150830");
    CHECK(timestamp::from(system_clock::time_point()).value().text() == "19700101T000000Z");
    CHECK(timestamp::from(sys_days(1970y / January / 2)).value().day() == 1);
    CHECK(timestamp::from(sys_days(2024y / February / 29)).value().date() == "20240229");
}

TEST_CASE("a time before 1970 is refused") {
    CHECK(!timestamp::from(system_clock::time_point() - 1s));
    CHECK(!timestamp::from(system_clock::time_point() - 1ns));
    CHECK(!timestamp::from(system_clock::time_point::min()));
    CHECK(!timestamp::from(system_clock::time_point::max()));
}

TEST_CASE("what was written is read again") {
    for (auto const* text :
         {"20150830T123600Z", "19700101T000000Z", "20240229T235959Z", "22611231T235959Z"}) {
        auto const t = timestamp::parse(text);
        REQUIRE(t.has_value());
        CHECK(t->text() == text);
        CHECK(timestamp::from(t->time())->text() == text);
    }
}

TEST_CASE("anything that is no date is refused") {
    for (auto const* text :
         {"", "20150830", "20150830T123600", "2015083012:36:00Z", "20150830T123600z",
          "20150230T123600Z", "20151330T123600Z", "20150830T243600Z", "20150830T126000Z",
          "20150830T123660Z", "-0150830T123600Z", "2015083aT123600Z", "00000000T000000Z",
          "99991231T235959Z", "20150830T123600ZZ"}) {
        CAPTURE(text);
        CHECK(!timestamp::parse(text));
    }
}
