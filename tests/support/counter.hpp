// A document, codec and policy as a stranger would write them: named counters, which are added to.
// Not idempotent on purpose: what is applied twice shows.
#ifndef CAIRN_TESTS_SUPPORT_COUNTER_HPP
#define CAIRN_TESTS_SUPPORT_COUNTER_HPP

#include <cairn/merge/concepts.hpp>

#include <map>
#include <sstream>
#include <string>

namespace counter {

struct document {
    std::map<std::string, long> values;
    cairn::merge::ledger ledger{};
};

// A line per counter, `name 7`, and per writer, `@writer 3`; `@ 2` where the ledger dropped two.
struct codec {
    using document = counter::document;
    std::size_t writers = cairn::merge::ledger::default_capacity;

    document empty() { return {{}, cairn::merge::ledger(writers)}; }

    cairn::result<document> decode(std::string bytes) {
        auto d = empty();
        std::istringstream lines(bytes);
        std::string name;
        for (long value = 0; lines >> name;) {
            if (!(lines >> value))
                return cairn::error(cairn::errc::invalid_document, name + " has no number");
            if (name == "@")
                d.ledger.restore_dropped(static_cast<std::uint64_t>(value));
            else if (name[0] == '@')
                d.ledger.append({name.substr(1), static_cast<std::uint64_t>(value)});
            else
                d.values[name] = value;
        }
        return d;
    }

    cairn::merge::encoded encode(document& d) {
        auto text = std::make_shared<std::string>();
        for (auto const& [name, value] : d.values)
            *text += name + ' ' + std::to_string(value) + '\n';
        for (auto const& e : d.ledger.entries())
            *text += '@' + e.writer + ' ' + std::to_string(e.sequence) + '\n';
        if (d.ledger.dropped() != 0)
            *text += "@ " + std::to_string(d.ledger.dropped()) + '\n';
        return {{boost::asio::buffer(*text)}, text};
    }

    cairn::merge::ledger& ledger(document& d) { return d.ledger; }
};
static_assert(cairn::merge::codec<codec>);

} // namespace counter

#endif
