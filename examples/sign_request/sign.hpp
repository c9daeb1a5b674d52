//
// sign.hpp: signs what a line asked for.
//
#ifndef CAIRN_EXAMPLES_SIGN_REQUEST_SIGN_HPP
#define CAIRN_EXAMPLES_SIGN_REQUEST_SIGN_HPP

#include "answer.hpp"
#include "request.hpp"

namespace signing {

/// Signs, or throws `refused`.
answer sign(request r);

} // namespace signing

#endif
