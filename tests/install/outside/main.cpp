// A program of somebody else: it uses the library and nothing of this repository besides.
#include <cairn/core/error.hpp>
#include <cairn/merge/concepts.hpp>
#include <cairn/storage/concepts.hpp>

#include <cstdio>

int main() {
    cairn::result<int> const given = cairn::error(cairn::errc::not_found, "outside");
    if (given.has_value() || given.error().code != cairn::condition::absent)
        return 1;
    std::puts(given.error().to_string().c_str());
    return 0;
}
