// presign KEY-ID SECRET HOST PATH: prints a URL by which whoever has it may read an object for an
// hour.
#include <cairn/sigv4.hpp>

#include <chrono>
#include <iostream>

int main(int argc, char** argv) {
    using namespace cairn::sigv4;
    if (argc != 5) {
        std::cerr << "usage: presign KEY-ID SECRET HOST PATH\n";
        return 2;
    }
    credentials const who(argv[1], argv[2]);
    signer const s3("us-east-1", "s3", preset::s3);
    header const host[] = {{"Host", argv[3]}};
    std::string const path = percent_encoded(argv[4], true);

    signature out;
    auto const done = s3.presign(who, {.method = "GET", .path = path, .headers = host},
                                 std::chrono::system_clock::now(), std::chrono::hours(1), out);
    if (!done) {
        std::cerr << done.error().to_string() << '\n';
        return 1;
    }
    std::cout << "http://" << argv[3] << path << '?' << out.query() << '\n';
}
