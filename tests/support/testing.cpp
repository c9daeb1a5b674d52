// The loopback server, separately compiled: the one translation unit that includes its src.hpp.
#include <cairn/testing/src.hpp>
