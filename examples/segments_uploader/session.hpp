//
// session.hpp: the main thread: reads payloads, hands them over, tells their outcomes.
//
#ifndef CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SESSION_HPP
#define CAIRN_EXAMPLES_SEGMENTS_UPLOADER_SESSION_HPP

#include "settings.hpp"

namespace uploader {

/// Does what the settings say; the program's exit code.
int run(settings const& s);

} // namespace uploader

#endif
