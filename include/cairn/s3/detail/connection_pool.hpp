//
// cairn/s3/detail/connection_pool.hpp: idle connections, and who waits for one.
//
#ifndef CAIRN_S3_DETAIL_CONNECTION_POOL_HPP
#define CAIRN_S3_DETAIL_CONNECTION_POOL_HPP

#include <cairn/s3/detail/connection.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <vector>

namespace cairn::s3::detail {

/// A bounded number of connections per origin. Whoever comes when all are taken waits in order.
/// Not thread-safe: it belongs to the client's strand.
class connection_pool {
public:
    /// Called with a connection that is idle, or null: open one. Never from within `acquire`.
    /// False where the caller is gone, and the next is to be asked.
    using ready = std::function<bool(std::shared_ptr<connection>)>;
    using waiter = std::list<ready>::iterator;

    /// What a caller got: a connection, the right to open one, or a place in the queue.
    struct grant {
        std::shared_ptr<connection> idle;
        bool open = false;
        waiter queued{};
    };

    connection_pool(std::size_t limit, std::chrono::milliseconds max_idle)
        : limit_(limit), max_idle_(max_idle) {}

    /// `fresh`: do not reuse an idle connection, and drop those that are there.
    CAIRN_DECL grant acquire(detail::origin const& o, bool fresh, ready when_ready);

    /// Leaves the queue; the waiter is not called any more.
    CAIRN_DECL void withdraw(detail::origin const& o, waiter w);

    /// Gives a place back, with the connection where it may serve another request, else null.
    CAIRN_DECL void release(detail::origin const& o, std::shared_ptr<connection> reusable);

    /// Closes what is idle.
    CAIRN_DECL void close_idle();

private:
    struct host {
        std::size_t taken = 0;
        std::vector<std::shared_ptr<connection>> idle; ///< the most recent last
        std::list<ready> queue;
    };

    CAIRN_DECL std::shared_ptr<connection> take_idle(host& h);

    std::size_t limit_;
    std::chrono::milliseconds max_idle_;
    std::map<detail::origin, host> hosts_;
};

} // namespace cairn::s3::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/s3/detail/impl/connection_pool.ipp>
#endif

#endif
