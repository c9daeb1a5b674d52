#include <cairn/s3.hpp>
#include <cairn/merge.hpp>
#include <cairn/sigv4.hpp>
