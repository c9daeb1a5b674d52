#ifndef CAIRN_SEGMENTS_IMPL_DAY_DOCUMENT_ENCODE_IPP
#define CAIRN_SEGMENTS_IMPL_DAY_DOCUMENT_ENCODE_IPP

#include <cairn/segments/day_document.hpp>
#include <cairn/segments/detail/reserved_member.hpp>

#include <cstring>

namespace cairn::segments {

// Writes a document into one new buffer, and moves the document over to it. Profiles that stand
// one after another as they did before are copied in one go, with what is between them.
class day_document::encoder {
public:
    explicit encoder(day_document& d) : d_(d) {
        if (d.frame_.reserved.length != 0 || !d.ledger_.entries().empty())
            reserved_ = detail::write_reserved(d.ledger_, d.reserved_unknown_);
        buffer_ = std::shared_ptr<char[]>(new char[bound()]);
    }

    void run() {
        detail::day_layout const& from = d_.frame_;
        detail::day_layout to;
        copy_frame(0, from.list_begin, to);
        to.list_begin = size_;
        for (entry& e : d_.entries_)
            put_profile(e);
        flush();
        to.list_end = size_;
        copy_frame(from.list_end, from.members_end, to);
        if (from.reserved.length == 0 && !reserved_.empty()) {
            put(",\"");
            put(detail::reserved_name);
            put("\":");
            put_reserved(to);
        }
        to.members_end = size_;
        put(d_.base_.substr(from.members_end));
        adopt(std::move(to));
    }

private:
    // No more than this is written.
    std::size_t bound() const {
        std::size_t loose = 1;
        for (entry const& e : d_.entries_)
            loose += static_cast<std::size_t>(e.changed || e.detached);
        return d_.base_.size() + d_.changed_.size() + 2 * loose * d_.separator_.size() +
               reserved_.size() + detail::reserved_name.size() + 4;
    }

    void put(std::string_view text) {
        if (text.empty()) // which may have no address
            return;
        std::memcpy(buffer_.get() + size_, text.data(), text.size());
        size_ += text.size();
    }

    void put_reserved(detail::day_layout& to) {
        to.reserved = {size_, reserved_.size()};
        put(reserved_);
    }

    // What is around the list, with the reserved member as it is now.
    void copy_frame(std::size_t begin, std::size_t end, detail::day_layout& to) {
        json::span const old = d_.frame_.reserved;
        if (old.length != 0 && old.offset >= begin && old.offset < end) {
            put(d_.base_.substr(begin, old.offset - begin));
            put_reserved(to);
            begin = old.offset + old.length;
        }
        put(d_.base_.substr(begin, end - begin));
    }

    void put_profile(entry& e) {
        bool const goes_on = !run_.empty() && !e.changed && !e.detached;
        bool const first = std::exchange(first_, false);
        if (!goes_on) {
            flush();
            if (!first)
                put(d_.separator_);
        }
        if (e.changed) {
            put(d_.entry_text(e));
            e.offset = size_ - e.length;
        } else {
            std::size_t const begin = goes_on ? offset_of(run_) : e.offset;
            run_ = d_.base_.substr(begin, e.offset + e.length - begin);
            e.offset = size_ + (e.offset - begin);
        }
        e.changed = e.detached = false;
    }

    std::size_t offset_of(std::string_view part) const {
        return static_cast<std::size_t>(part.data() - d_.base_.data());
    }

    void flush() { put(std::exchange(run_, {})); }

    void adopt(detail::day_layout&& to) {
        d_.base_ = {buffer_.get(), size_};
        d_.owner_ = std::move(buffer_);
        d_.frame_ = std::move(to);
        d_.changed_ = {};
    }

    day_document& d_;
    std::string reserved_;
    std::shared_ptr<char[]> buffer_;
    std::size_t size_ = 0;
    std::string_view run_; // of the base, not yet copied
    bool first_ = true;
};

CAIRN_DECL merge::encoded day_document::encode() {
    encoder(*this).run();
    return {{merge::asio::buffer(base_.data(), base_.size())}, owner_};
}

} // namespace cairn::segments

#endif
