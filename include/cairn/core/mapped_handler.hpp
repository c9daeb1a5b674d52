//
// cairn/core/mapped_handler.hpp: a handler of one result as a handler of another.
//
#ifndef CAIRN_CORE_MAPPED_HANDLER_HPP
#define CAIRN_CORE_MAPPED_HANDLER_HPP

#include <cairn/core/error.hpp>

#include <boost/asio/associator.hpp>

#include <utility>

namespace cairn::detail {

/// Accepts a `result<From>` and passes on what `map` makes of its value, or its error, to which
/// `explain` may add something. It keeps
/// every associated property of the handler: executor, allocator, cancellation slot.
template <class Handler, class From, class To>
class mapped_handler {
public:
    using map_function = result<To> (*)(From&&);

    using explain_function = void (*)(error&);

    template <class H>
    mapped_handler(H&& handler, map_function map, explain_function explain = nullptr)
        : handler_(std::forward<H>(handler)), map_(map), explain_(explain) {}

    void operator()(result<From> outcome) {
        if (!outcome) {
            error why = std::move(outcome).error();
            if (explain_)
                explain_(why);
            return std::move(handler_)(result<To>(std::move(why)));
        }
        std::move(handler_)(map_(std::move(*outcome)));
    }

    Handler handler_;

private:
    map_function map_;
    explain_function explain_;
};

} // namespace cairn::detail

template <template <class, class> class Associator, class Handler, class From, class To,
          class Default>
struct boost::asio::associator<Associator, cairn::detail::mapped_handler<Handler, From, To>,
                               Default> : Associator<Handler, Default> {
    using mapped = cairn::detail::mapped_handler<Handler, From, To>;

    static auto get(mapped const& h) noexcept {
        return Associator<Handler, Default>::get(h.handler_);
    }
    static auto get(mapped const& h, Default const& d) noexcept {
        return Associator<Handler, Default>::get(h.handler_, d);
    }
};

#endif
