// The separately compiled library: the one translation unit that includes src.hpp.
#include <cairn/src.hpp>
