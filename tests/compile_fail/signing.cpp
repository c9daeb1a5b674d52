#include <cairn/sigv4.hpp>
#include <cairn/sigv4/beast/sign.hpp>

cairn::sigv4::hmac_key copied(cairn::sigv4::hmac_key const& key) {
    return key;
}
