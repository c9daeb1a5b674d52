#ifndef CAIRN_S3_DETAIL_IMPL_CONNECTION_POOL_IPP
#define CAIRN_S3_DETAIL_IMPL_CONNECTION_POOL_IPP

#include <cairn/s3/detail/connection_pool.hpp>

namespace cairn::s3::detail {

CAIRN_DECL connection_pool::grant connection_pool::acquire(detail::origin const& o, bool fresh,
                                                           ready when_ready) {
    host& h = hosts_[o];
    grant g;
    if (fresh)
        h.idle.clear();
    if (h.taken >= limit_) {
        g.queued = h.queue.insert(h.queue.end(), std::move(when_ready));
        return g;
    }
    ++h.taken;
    g.idle = take_idle(h);
    g.open = !g.idle;
    return g;
}

CAIRN_DECL void connection_pool::withdraw(detail::origin const& o, waiter w) {
    hosts_[o].queue.erase(w);
}

CAIRN_DECL void connection_pool::release(detail::origin const& o,
                                         std::shared_ptr<connection> reusable) {
    host& h = hosts_[o];
    if (reusable)
        reusable->set_idle(connection::clock::now());
    while (!h.queue.empty()) {
        ready const next = std::move(h.queue.front());
        h.queue.pop_front();
        if (next(reusable))
            return;
    }
    --h.taken;
    if (reusable)
        h.idle.push_back(std::move(reusable));
}

CAIRN_DECL void connection_pool::close_idle() {
    for (auto& [where, h] : hosts_)
        h.idle.clear();
}

CAIRN_DECL std::shared_ptr<connection> connection_pool::take_idle(host& h) {
    auto const oldest = connection::clock::now() - max_idle_;
    std::erase_if(h.idle, [oldest](auto const& c) { return c->idle_since() < oldest; });
    while (!h.idle.empty()) {
        std::shared_ptr<connection> c = std::move(h.idle.back());
        h.idle.pop_back();
        if (!c->stale())
            return c;
    }
    return nullptr;
}

} // namespace cairn::s3::detail

#endif
