//
// cairn/merge/concepts.hpp: what a merger is put together from, besides a storage.
//
#ifndef CAIRN_MERGE_CONCEPTS_HPP
#define CAIRN_MERGE_CONCEPTS_HPP

#include <cairn/core/error.hpp>
#include <cairn/merge/ledger.hpp>

#include <boost/asio/buffer.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cairn::merge {

namespace asio = boost::asio;

/// A document in its stored form. `buffers` refer to memory that lives as long as `owner`,
/// whatever becomes of the document that it was made from.
struct encoded {
    std::vector<asio::const_buffer> buffers;
    std::shared_ptr<void const> owner;
};

/// Turns stored bytes into a document and back.
///
/// - `empty()`: the document of a key that does not exist yet.
/// - `decode(bytes)`: takes the bytes over; `errc::invalid_document`, with a message that says what
///   is wrong and where, for bytes that are not such a document. What it does not know it keeps.
/// - `encode(document)`: the stored form, the ledger included. It may reorganise the document's
///   own storage, not its meaning.
/// - `ledger(document)`: the commits that the document holds. Its `entries()` and `dropped()` are
///   decoded and encoded with the document.
template <class C>
concept codec = std::move_constructible<C> && std::movable<typename C::document> &&
    requires(C& c, typename C::document& d, std::string bytes) {
    { c.empty() } -> std::same_as<typename C::document>;
    { c.decode(std::move(bytes)) } -> std::same_as<result<typename C::document>>;
    { c.encode(d) } -> std::same_as<encoded>;
    { c.ledger(d) } -> std::same_as<merge::ledger&>;
};

/// Says how records change a document.
///
/// - `record`: one unit of input; `group`: what many records fold into, default-constructible.
/// - `fold(group, record)`: adds a record to a group. Cannot fail: validate before.
/// - `apply(document, group)`: changes the document. On failure the document is thrown away and
///   nothing of the group is written. It may be applied again, to a newer document.
/// - `idempotent`: true where applying a group twice, with others between, does no harm.
template <class P, class Document>
concept policy = std::move_constructible<P> && std::default_initializable<typename P::group> &&
    std::movable<typename P::group> && std::movable<typename P::record> &&
    requires(P& p, typename P::group& g, typename P::record r, Document& d) {
    { P::idempotent } -> std::convertible_to<bool>;
    p.fold(g, std::move(r));
    { p.apply(d, std::as_const(g)) } -> std::same_as<result<void>>;
};

} // namespace cairn::merge

#endif
