#include <cairn/merge.hpp>
#include <cairn/s3.hpp>
#include <cairn/sigv4.hpp>
