#include "session.hpp"

#include "common/console.hpp"
#include "common/day_clock.hpp"
#include "common/descriptors.hpp"
#include "common/input_reader.hpp"
#include "common/outcomes.hpp"
#include "common/rejects.hpp"
#include "common/text.hpp"
#include "pipeline.hpp"
#include "summary.hpp"

#include <cairn/segments/payload.hpp>

#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace uploader {

namespace {

namespace records = cairn::records;
using namespace common;
using cairn::result;

/// Payloads that wait for their commit take no more than this, whatever their number; one is
/// always let in.
constexpr std::size_t max_bytes_in_flight = std::size_t{32} << 20;
/// With so much unread on standard output, no more is read.
constexpr std::size_t max_output = std::size_t{64} << 10;

struct wording {
    std::string_view success;
    std::string_view error;
};

wording wording_of(settings const& s) {
    bool const s3 = s.to.kind == storage_kind::s3;
    std::string_view const error = s3 ? "S3 upload error: " : "File error: ";
    if (s.general.dry_run)
        return {"dry run: the payload is good; nothing was written", error};
    return {s3 ? "JSON data uploaded to S3." : "JSON data written to a file.", error};
}

/// A line of rejects is longer than the payload in it, or holds a piece of 64 KiB in base64.
std::size_t max_frame(settings const& s) {
    return s.max_payload + s.max_payload / 2 + (std::size_t{128} << 10);
}

class session {
public:
    session(settings const& s, cairn::segments::payload_reader reader, day_clock clock,
            rejects_file rejects)
        : settings_(s), payloads_(std::move(reader)), clock_(std::move(clock)),
          rejects_(std::move(rejects)), success_line_(success_line(wording_of(s).success)),
          error_prefix_(wording_of(s).error), ring_(s.max_in_flight),
          input_(s.inputs, max_frame(s)), output_(1), summary_(s),
          pipeline_(s, [this] { news_.notify(); }) {}

    int run();

private:
    bool has_room() const {
        return !ring_.full() && (ring_.empty() || ring_.bytes() < max_bytes_in_flight) &&
               output_.pending() < max_output;
    }
    bool has_frames() const { return rejected_ || input_.has_frames(); }
    bool at_end() const { return input_.at_end() && !rejected_ && streams_.empty(); }
    bool done() const { return at_end() && ring_.empty() && output_.pending() == 0; }

    /// What was refused before and is read again.
    struct rejected {
        unsigned source; // of its pieces, where it has some
        records::framer framer;
    };

    void collect();
    void print();
    void take_frames();
    std::optional<records::frame> next_frame();
    void accept(records::frame const& f, batch& b);
    void accept_again(unwrapped again);
    void accept_payload(std::string_view text, batch& b);
    void refuse(std::string_view text, std::string const& reason) {
        refuse(text, reason, error_prefix_);
    }
    void refuse(std::string_view text, std::string const& reason, std::string_view prefix);
    void keep_piece(std::string_view piece);
    void refuse_pieces(records::frame const& f);
    void on_kept(result<void> const& kept);
    void stop();
    void tell_unread();
    void flush_where_needed();
    void read();
    void wait();
    void show_progress();
    void summarise(ending const& e);
    bool shows_progress() const { return !settings_.general.quiet && console::is_terminal(); }

    settings const& settings_;
    cairn::segments::payload_reader payloads_;
    day_clock clock_;
    rejects_file rejects_;
    std::string success_line_;
    std::string_view error_prefix_;
    console console_{program_name};
    pace progress_{std::chrono::milliseconds(500)};
    outcome_ring ring_;
    input_reader input_;
    std::shared_ptr<rejected> rejected_;                       // its frames come first
    std::map<std::string, std::shared_ptr<rejected>> streams_; // what comes in pieces
    unsigned sources_ = 0;
    text_writer output_;
    wake_up news_;
    summary summary_;
    std::uint64_t flushed_ = 0; // payloads accepted when last flushed
    bool failed_ = false;       // something besides payloads went wrong
    pipeline pipeline_;         // last: its thread calls what is above
};

void session::collect() {
    news_.clear();
    auto const news = pipeline_.take();
    if (!settings_.general.quiet)
        for (auto const& text : news.warnings)
            console_.say("warning: " + text);
    for (auto const& group : news.ended) {
        error_text const text =
            group.error
                ? std::make_shared<std::string const>(std::string(error_prefix_) + *group.error)
                : nullptr;
        for (auto const& range : group.payloads)
            ring_.settle(range.first, range.count, text);
        if (group.error || settings_.general.dry_run)
            continue;
        auto place = location(settings_.to, group.key);
        if (settings_.general.verbose)
            console_.say("committed " + std::to_string(group.size()) + " payloads to " + place);
        summary_.committed(std::move(place));
    }
}

void session::print() {
    while (output_.pending() < max_output) {
        auto const settled = ring_.pop();
        if (!settled)
            return;
        summary_.count(*settled);
        if (!settled->error) {
            output_.buffer() += success_line_;
            continue;
        }
        append_error_line(output_.buffer(), *settled->error);
        if (rejects_.keeps())
            on_kept(rejects_.add(settled->index, *settled->error, settled->kept));
    }
}

void session::on_kept(result<void> const& kept) {
    if (kept.has_error() && !std::exchange(failed_, true))
        console_.say(settings_.rejects + ": " + kept.error().to_string());
}

void session::refuse(std::string_view text, std::string const& reason, std::string_view prefix) {
    auto const index =
        ring_.accept(text.size(), 0, std::string(rejects_.keeps() ? text : std::string_view()));
    ring_.settle(index, 1, std::make_shared<std::string const>(std::string(prefix) + reason));
}

void session::keep_piece(std::string_view piece) {
    if (rejects_.keeps())
        on_kept(rejects_.add_piece(rejected_ ? rejected_->source : 0, piece));
}

void session::refuse_pieces(records::frame const& f) {
    std::string reason = "the payload is larger than --max-payload, " +
                         std::to_string(settings_.max_payload) + " bytes";
    if (f.what == records::frame::kind::broken)
        reason = f.reason + "; it has " + std::to_string(f.size) + " bytes";
    rejects_.end_pieces(rejected_ ? rejected_->source : 0, ring_.accepted(), f.size);
    refuse({}, reason);
}

void session::accept_payload(std::string_view text, batch& b) {
    if (text.size() > settings_.max_payload)
        return refuse(text, "the payload is larger than --max-payload, " +
                                std::to_string(settings_.max_payload) + " bytes");
    auto update = payloads_.read(text);
    if (update.has_error()) {
        auto const& e = update.error();
        // The original says of a missing identity nothing but that.
        refuse(text, e.message,
               e.code == cairn::errc::not_found ? std::string_view() : error_prefix_);
        return;
    }
    auto const tag = std::hash<std::string_view>{}(update->identity());
    auto const index =
        ring_.accept(text.size(), tag, std::string(rejects_.keeps() ? text : std::string_view()));
    b.items.push_back({index, std::move(*update)});
}

/// What was refused before is framed anew, as it once stood in the input.
void session::accept_again(unwrapped again) {
    if (again.lost)
        return refuse({}, "this payload was refused before, and was not kept");
    auto& stream = again.stream.empty() ? rejected_ : streams_[again.stream];
    if (!stream)
        stream =
            std::make_shared<rejected>(rejected{++sources_, records::framer(max_frame(settings_))});
    if (!again.last)
        stream->framer.feed(again.payload);
    if (again.last || again.stream.empty())
        stream->framer.finish();
    rejected_ = stream;
    if (again.last)
        streams_.erase(again.stream);
}

void session::accept(records::frame const& f, batch& b) {
    using enum records::frame::kind;
    if (f.what == piece)
        return keep_piece(f.text);
    if (f.what == too_large || (f.what == broken && f.text.empty() && f.size != 0))
        return refuse_pieces(f);
    if (f.what == broken)
        return refuse(f.text, f.reason);
    if (!rejected_)
        if (auto again = unwrap_reject(f.text))
            return accept_again(std::move(*again));
    accept_payload(f.text, b);
}

std::optional<records::frame> session::next_frame() {
    if (rejected_) {
        if (auto f = rejected_->framer.next())
            return f;
        rejected_.reset();
    }
    if (auto f = input_.next())
        return f;
    if (input_.at_end() && !streams_.empty()) { // the last line of its pieces is missing
        rejected_ = std::move(streams_.begin()->second);
        streams_.erase(streams_.begin());
        rejected_->framer.finish();
        return next_frame();
    }
    return std::nullopt;
}

void session::take_frames() {
    batch b;
    b.key = key_of(settings_.to, clock_.at(std::chrono::system_clock::now()) + "_segments.json");
    while (has_room()) {
        auto const f = next_frame();
        if (!f)
            break;
        accept(*f, b);
    }
    if (!b.items.empty())
        pipeline_.submit(std::move(b));
}

void session::stop() {
    if (!input_.at_end())
        input_.stop();
}

/// What a stop left unread would be lost by whoever takes the exit status for the file's end.
void session::tell_unread() {
    for (auto const& left : input_.unread()) {
        failed_ = true;
        console_.say(shown(left.path == "-" ? "standard input" : left.path) +
                     ": stopped before its end; its last " + std::to_string(left.bytes) +
                     " bytes were not taken");
    }
}

/// Where nothing more can come in before something is answered, waiting gathers nothing.
void session::flush_where_needed() {
    bool const stuck = at_end() || ring_.full() || ring_.bytes() >= max_bytes_in_flight;
    if (stuck && std::exchange(flushed_, ring_.accepted()) != ring_.accepted())
        pipeline_.flush();
}

void session::read() {
    auto const got = input_.read();
    if (got.has_error()) {
        failed_ = true;
        console_.say(got.error().message);
    }
}

void session::wait() {
    bool const reading = !input_.at_end() && !has_frames() && has_room();
    if (reading && input_.get() < 0)
        return read(); // opens the next input
    if ((has_frames() || (input_.at_end() && !streams_.empty())) && has_room())
        return;
    std::array<pollfd, 3> waited{{{news_.get(), POLLIN, 0},
                                  {reading ? input_.get() : -1, POLLIN, 0},
                                  {output_.pending() != 0 ? output_.get() : -1, POLLOUT, 0}}};
    if (::poll(waited.data(), waited.size(), shows_progress() ? 500 : -1) < 0)
        return; // a signal
    if (waited[2].revents != 0) {
        console::clear_progress(); // both may be the same terminal
        output_.write_piece();
    }
    if (waited[1].revents != 0 && !stop_requested())
        read();
}

void session::show_progress() {
    // Where a line of an outcome is not yet whole, both may be on the same terminal.
    if (output_.pending() == 0 && shows_progress() && progress_.due())
        console::show_progress(summary_.progress(ring_.accepted(), ring_.size()));
}

void session::summarise(ending const& e) {
    if (settings_.general.summary == summary_form::json)
        console_.write(summary_.json(e));
    else if (settings_.general.quiet)
        console::clear_progress();
    else
        console_.write(summary_.text(e));
}

int session::run() {
    if (settings_.general.verbose)
        console_.say("settings" + settings_.description);
    handle_signals(news_);
    while (!done()) {
        collect();
        print();
        if (stop_requested() || output_.broken())
            stop();
        take_frames();
        flush_where_needed();
        print();
        if (!done())
            wait();
        show_progress();
    }
    auto const ended = pipeline_.finish();
    tell_unread();
    summarise({ended.merger, ended.conditions, stop_requested()});
    if (output_.broken())
        console_.say("standard output was closed: outcomes were lost");
    return failed_ || output_.broken() || summary_.failures() != 0 ? 1 : 0;
}

bool same_file(int file, std::string const& path) {
    struct stat a {};
    struct stat b {};
    auto const found = path == "-" ? ::fstat(STDIN_FILENO, &b) : ::stat(path.c_str(), &b);
    return ::fstat(file, &a) == 0 && found == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

result<rejects_file> open_rejects(settings const& s) {
    if (s.rejects.empty() || s.general.dry_run)
        return rejects_file();
    auto file = rejects_file::open(s.rejects);
    if (file.has_error())
        return cairn::error(cairn::errc::invalid_argument,
                            "--rejects: " + s.rejects + ": " + file.error().to_string());
    for (auto const& input : s.inputs) {
        if (same_file(file->descriptor(), input))
            return cairn::error(cairn::errc::invalid_argument,
                                "--rejects: expected another file than the input " + input);
    }
    return file;
}

} // namespace

int run(settings const& s) {
    if (auto readable = input_reader::check(s.inputs); readable.has_error())
        return usage_error(program_name, readable.error());
    auto reader = cairn::segments::payload_reader::make(s.identity);
    if (reader.has_error())
        return usage_error(program_name, cairn::error(cairn::errc::invalid_argument,
                                                      "identity: expected JSON Pointers: " +
                                                          reader.error().message));
    auto clock = s.date.empty() ? day_clock::in_zone(s.time_zone) : day_clock::fixed(s.date);
    if (clock.has_error())
        return usage_error(program_name, cairn::error(cairn::errc::invalid_argument,
                                                      "time_zone: " + clock.error().message));
    auto rejects = open_rejects(s);
    if (rejects.has_error())
        return usage_error(program_name, rejects.error());
    session running(s, std::move(*reader), std::move(*clock), std::move(*rejects));
    return running.run();
}

} // namespace uploader
