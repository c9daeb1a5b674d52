// What a settings table says of itself: the help, the manual page, the completion.
#include "settings_table.hpp"

#include <cairn/version.hpp>

#include <algorithm>
#include <cctype>

namespace common {

namespace {

constexpr std::size_t width = 80;
constexpr std::size_t column = 24; // of the explanations

// Appends the words of one line of text, wrapped, from `at` on. A line break is kept.
void append_wrapped(std::string& out, std::string_view text, std::size_t at) {
    std::size_t used = at;
    bool first = true;
    while (!text.empty()) {
        auto const end = std::min(text.find_first_of(" \n"), text.size());
        auto const word = text.substr(0, end);
        bool const broken = end < text.size() && text[end] == '\n';
        if (!first && used + 1 + word.size() > width) {
            out += '\n';
            out.append(column, ' ');
            used = column;
            first = true;
        }
        if (!first)
            out += ' ';
        out += word;
        used += word.size() + (first ? 0 : 1);
        first = false;
        text.remove_prefix(std::min(end + 1, text.size()));
        if (broken) {
            out += '\n';
            out.append(column, ' ');
            used = column;
            first = true;
        }
    }
    out += '\n';
}

std::string joined(std::vector<std::string_view> const& names, std::string_view between) {
    std::string out;
    for (auto const name : names)
        out.append(out.empty() ? "" : between).append(name);
    return out;
}

// A line of the help that begins a section: it begins with two capital letters.
bool is_title(std::string_view line) {
    auto const capital = [line](std::size_t i) {
        return std::isupper(static_cast<unsigned char>(line[i])) != 0;
    };
    return line.size() > 1 && capital(0) && capital(1);
}

void append_roff(std::string& out, std::string_view text) {
    for (char const c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
}

} // namespace

std::string settings_table::lines_of(setting const& s) const {
    std::string head = "  ";
    if (s.where == place::secret)
        head += s.name;
    else if (s.letter != 0)
        head.append("-").append(1, s.letter).append(", ").append(option_of(s.name));
    else
        head += option_of(s.name);
    if (!s.argument.empty())
        head.append(" ").append(s.argument);
    head.resize(std::max(head.size() + 2, column), ' ');
    std::string text = s.help;
    auto const present = !s.otherwise.empty() ? s.otherwise
                         : s.value.get        ? s.value.get()
                                              : std::string();
    if (!present.empty())
        text += "; default: " + present;
    if (!s.variables.empty())
        text += "; environment: " + joined(s.variables, ", else ");
    std::string out = head;
    append_wrapped(out, text, head.size());
    return out;
}

std::string settings_table::help() const {
    std::string out = name_ + ' ' + usage_ + "\n";
    for (auto const& part : help_)
        out += part;
    return out;
}

std::string settings_table::manual_page() const {
    std::string name = name_;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::string out = ".TH " + name + " 1 \"\" \"cairn " CAIRN_VERSION "\"\n.SH NAME\n" + name_ +
                      " \\- " + purpose_ + "\n.SH SYNOPSIS\n.nf\n";
    std::string const text = help();
    bool first = true;
    for (std::size_t begin = 0; begin < text.size();) {
        auto const end = std::min(text.find('\n', begin), text.size());
        auto const line = std::string_view(text).substr(begin, end - begin);
        begin = end + 1;
        if (is_title(line)) {
            out += ".fi\n.SH \"";
            append_roff(out, line);
            out += "\"\n.nf\n";
            continue;
        }
        if (line.starts_with('.') || line.starts_with('\''))
            out += "\\&";
        append_roff(out, line);
        out += '\n';
        if (std::exchange(first, false))
            out += ".fi\n.SH DESCRIPTION\n.nf\n";
    }
    return out + ".fi\n";
}

std::string settings_table::completion() const {
    std::string options, choices;
    for (auto const& e : entries_) {
        if (e.where == place::secret)
            continue;
        options.append(options.empty() ? "" : " ").append(option_of(e.name));
        std::string words;
        for (auto const& word : e.value.words)
            words.append(words.empty() ? "" : " ").append(word);
        if (!words.empty())
            choices += "        " + option_of(e.name) + ") COMPREPLY=($(compgen -W '" + words +
                       "' -- \"$word\")); return ;;\n";
    }
    return "# bash completion for " + name_ + "\n_" + name_ +
           "() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    [ \"$word\" != = ] || word=\n" // bash parts --option=word at the =
           "    [ \"$before\" != = ] || before=${COMP_WORDS[COMP_CWORD-2]}\n"
           "    case $before in\n" +
           choices +
           "    esac\n"
           "    if [[ $word == -* ]]; then\n"
           "        COMPREPLY=($(compgen -W '" +
           options +
           "' -- \"$word\"))\n"
           "    else\n"
           "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
           "    fi\n"
           "}\n"
           "complete -o filenames -F _" +
           name_ + ' ' + name_ + '\n';
}

} // namespace common
