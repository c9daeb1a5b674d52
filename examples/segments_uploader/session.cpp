#include "session.hpp"

#include "day_clock.hpp"
#include "descriptors.hpp"
#include "outcomes.hpp"
#include "pipeline.hpp"
#include "reader.hpp"
#include "rejects.hpp"
#include "stores.hpp"
#include "summary.hpp"

#include <cairn/segments/payload.hpp>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

namespace uploader {

namespace {

using cairn::result;

/// Payloads that wait for their commit take no more than this, whatever their number; one is
/// always let in.
constexpr std::size_t max_bytes_in_flight = std::size_t{32} << 20;
/// With so much unread on standard output, no more is read.
constexpr std::size_t max_output = std::size_t{64} << 10;

class session {
public:
    session(settings const& s, cairn::segments::payload_reader reader, day_clock clock,
            rejects_file rejects)
        : settings_(s), payloads_(std::move(reader)), clock_(std::move(clock)),
          rejects_(std::move(rejects)), ring_(s.max_in_flight), input_(s.inputs, s.max_payload),
          output_(STDOUT_FILENO), pipeline_(s, [this] { news_.notify(); }) {}

    int run();

private:
    bool has_room() const {
        return !ring_.full() && (ring_.empty() || ring_.bytes() < max_bytes_in_flight) &&
               output_.pending() < max_output;
    }
    bool done() const { return input_.at_end() && ring_.empty() && output_.pending() == 0; }

    void collect();
    void print();
    void take_frames();
    void accept(frame const& f, batch& b);
    void accept_payload(std::string_view text, std::string_view kept, batch& b);
    void refuse(std::string_view text, std::string reason);
    void flush_where_needed();
    void read();
    void wait();
    void complain(std::string const& text);

    settings const& settings_;
    cairn::segments::payload_reader payloads_;
    day_clock clock_;
    rejects_file rejects_;
    outcome_ring ring_;
    input_reader input_;
    text_writer output_;
    wake_up news_;
    summary summary_;
    std::uint64_t flushed_ = 0; // payloads accepted when last flushed
    bool failed_ = false;       // something besides payloads went wrong
    pipeline pipeline_;         // last: its thread calls what is above
};

void session::complain(std::string const& text) {
    summary_.clear_progress();
    std::fprintf(stderr, "segments_uploader: %s\n", text.c_str());
}

void session::collect() {
    news_.clear();
    auto const news = pipeline_.take();
    for (auto const& text : news.warnings)
        complain("warning: " + text);
    for (auto const& group : news.ended) {
        for (auto const& range : group.payloads)
            ring_.settle(range.first, range.count, group.error);
        if (!group.error)
            summary_.committed(location(settings_, group.key));
    }
}

void session::print() {
    while (output_.pending() < max_output) {
        auto const settled = ring_.pop();
        if (!settled)
            return;
        summary_.count(*settled);
        if (!settled->error) {
            output_.buffer() += success_line;
            continue;
        }
        append_error_line(output_.buffer(), *settled->error);
        if (!rejects_.keeps())
            continue;
        auto const kept = rejects_.add(settled->index, *settled->error, settled->kept);
        if (kept.has_error() && !std::exchange(failed_, true))
            complain(settings_.rejects + ": " + kept.error().to_string());
    }
}

void session::refuse(std::string_view text, std::string reason) {
    auto const index =
        ring_.accept(text.size(), 0, std::string(rejects_.keeps() ? text : std::string_view()));
    ring_.settle(index, 1, std::make_shared<std::string const>(std::move(reason)));
}

void session::accept_payload(std::string_view text, std::string_view kept, batch& b) {
    auto update = payloads_.read(text);
    if (update.has_error()) {
        auto const& e = update.error();
        refuse(kept,
               e.code == cairn::errc::not_found ? e.message : "S3 upload error: " + e.message);
        return;
    }
    auto const tag = std::hash<std::string_view>{}(update->identity());
    auto const index =
        ring_.accept(text.size(), tag, std::string(rejects_.keeps() ? kept : std::string_view()));
    b.items.push_back({index, std::move(*update)});
}

void session::accept(frame const& f, batch& b) {
    if (f.what != frame::kind::payload)
        return refuse(f.text, "S3 upload error: " + f.reason);
    auto const wrapped = unwrap_reject(f.text);
    if (!wrapped)
        accept_payload(f.text, f.text, b);
    else if (wrapped->lost)
        refuse({}, "S3 upload error: this payload was refused before, and was not kept");
    else
        accept_payload(wrapped->payload, wrapped->payload, b);
}

void session::take_frames() {
    batch b;
    b.key = object_key(settings_, clock_.at(std::chrono::system_clock::now()));
    while (input_.has_frames() && has_room()) {
        auto const f = input_.next();
        if (!f)
            break;
        accept(*f, b);
    }
    if (!b.items.empty())
        pipeline_.submit(std::move(b));
}

/// Where nothing more can come in before something is answered, waiting gathers nothing.
void session::flush_where_needed() {
    bool const stuck = input_.at_end() || ring_.full() || ring_.bytes() >= max_bytes_in_flight;
    if (stuck && std::exchange(flushed_, ring_.accepted()) != ring_.accepted())
        pipeline_.flush();
}

void session::read() {
    auto const got = input_.read();
    if (got.has_error()) {
        failed_ = true;
        complain(got.error().message);
    }
}

void session::wait() {
    bool const reading = !input_.at_end() && !input_.has_frames() && has_room();
    if (reading && input_.get() < 0)
        return read(); // opens the next input
    if (input_.has_frames() && has_room())
        return;
    std::array<pollfd, 3> waited{{{news_.get(), POLLIN, 0},
                                  {reading ? input_.get() : -1, POLLIN, 0},
                                  {output_.pending() != 0 ? output_.get() : -1, POLLOUT, 0}}};
    if (::poll(waited.data(), waited.size(), summary_.shows_progress() ? 500 : -1) < 0)
        return; // a signal
    if (waited[2].revents != 0)
        output_.write_piece();
    if (waited[1].revents != 0 && !stop_requested())
        read();
}

int session::run() {
    handle_signals(news_);
    while (!done()) {
        collect();
        print();
        if ((stop_requested() || output_.broken()) && !input_.at_end())
            input_.stop();
        take_frames();
        flush_where_needed();
        print();
        if (!done())
            wait();
        summary_.show_progress(ring_.accepted(), ring_.size());
    }
    auto const stats = pipeline_.finish();
    summary_.clear_progress();
    std::fputs(summary_.text(stats, stop_requested()).c_str(), stderr);
    if (output_.broken())
        complain("standard output was closed: outcomes were lost");
    return failed_ || output_.broken() || summary_.failures() != 0 ? 1 : 0;
}

bool same_file(int file, std::string const& path) {
    struct stat a {};
    struct stat b {};
    auto const found = path == "-" ? ::fstat(STDIN_FILENO, &b) : ::stat(path.c_str(), &b);
    return ::fstat(file, &a) == 0 && found == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

result<rejects_file> open_rejects(settings const& s) {
    if (s.rejects.empty())
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

int usage_error(cairn::error const& e) {
    std::fprintf(stderr, "segments_uploader: %s\n", e.message.c_str());
    return 2;
}

} // namespace

int run(settings const& s) {
    if (auto readable = input_reader::check(s.inputs); readable.has_error())
        return usage_error(readable.error());
    if (s.storage == storage_kind::s3 && !s.ca_file.empty() &&
        ::access(s.ca_file.c_str(), R_OK) != 0)
        return usage_error(cairn::error(cairn::errc::invalid_argument,
                                        "ca_file: expected a PEM file that can be read"));
    auto reader = cairn::segments::payload_reader::make(s.identity);
    if (reader.has_error())
        return usage_error(
            cairn::error(cairn::errc::invalid_argument,
                         "identity: expected JSON Pointers: " + reader.error().message));
    auto clock = s.date.empty() ? day_clock::in_zone(s.time_zone) : day_clock::fixed(s.date);
    if (clock.has_error())
        return usage_error(clock.error());
    auto rejects = open_rejects(s);
    if (rejects.has_error())
        return usage_error(rejects.error());
    session running(s, std::move(*reader), std::move(*clock), std::move(*rejects));
    return running.run();
}

} // namespace uploader
