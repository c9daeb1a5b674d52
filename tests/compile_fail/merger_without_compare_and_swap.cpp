// Must not compile: the storage can write, but not under a condition.
#include <cairn/merge.hpp>

#include "support/counter_policy.hpp"

struct last_writer_wins {
    boost::asio::any_io_executor get_executor();
    template <class Token>
    void async_get(std::string, Token);
    template <class Token>
    void async_get_range(std::string, cairn::byte_range, Token);
    template <class Token>
    void async_list(std::string, std::string, Token);
    template <class Token>
    void async_put(std::string, cairn::storage::const_buffers, Token);
    template <class Token>
    void async_remove(std::string, Token);
};
static_assert(cairn::storage::writable_storage<last_writer_wins>);

using refused = cairn::merge::merger<last_writer_wins, counter::codec, counter::add>;
auto const size = sizeof(refused);
