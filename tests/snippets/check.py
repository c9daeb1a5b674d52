#!/usr/bin/env python3
"""Compile and run every C++ block of a Markdown file, and check what its other blocks name.

usage: check.py FILE.md SOURCE_DIR BUILD_DIR CXX

  ```cpp         a whole program: compiled header-only against SOURCE_DIR/include without warnings,
                 linked with exactly what the file's table of headers says that its headers need,
                 then run in an empty folder; it has to exit 0 and not to hang. Under a comment
                 <!-- snippet: compile only --> it is compiled and not run. Where the file tells of
                 CAIRN_SEPARATE_COMPILATION, the same once more with the library compiled apart:
                 cairn/src.hpp, and cairn/testing/src.hpp for what includes the tests' server.
  ```sh, bash    each command, each file of the repository, each preset and each option of our own
                 program that is named there has to exist.
  ```json        has to be JSON.
Other blocks are left alone. A block without a language is an error: say what it is.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

FLAGS = ["-std=c++20", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
LIBRARIES = {"libssl": "-lssl", "libcrypto": "-lcrypto", "pugixml": "-lpugixml", "threads": "-pthread"}
# What belongs to other components: a folder of include/cairn, and their names.
FOLDERS = {"s3_storage": ("s3", "merge"), "storage": ("merge",), "segments": ("merge",)}
TABLE = r"^\| `<cairn/(\w+)[^>]*>` \|.*\|(.*)\|$"
HANGS = 600  # seconds
BUILTINS = {"cd", "export", "source", ".", "echo", "set", "exec", "kill", "wait"}
# Folders that the commands themselves make.
MADE = ("build", "cairn-data")


class complaint(Exception):
    pass


def blocks_of(text):
    """Yield (line number, language, compile only, block)."""
    language, start, only, lines = None, 0, False, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r"\s*```(.*)", line)
        if fence and language is None:
            language, start, lines = fence.group(1).strip(), number, []
        elif fence:
            yield start, language, only, "\n".join(lines) + "\n"
            language, only = None, False
        elif language is not None:
            lines.append(line)
        elif line.strip():
            only = "snippet: compile only" in line
    if language is not None:
        raise complaint(f"line {start}: the block never ends")


def needs_of(block, table):
    """The libraries of the headers that a block includes; all of them without a table."""
    if not table:
        return LIBRARIES.values()
    parts = set()
    for name in re.findall(r"#include <cairn/(\w+)", block):
        parts.update(FOLDERS.get(name, (name,)))
    unknown = parts - table.keys()
    if unknown:
        raise complaint(f"the table of headers does not say what {sorted(unknown)} needs")
    return [flag for name, flag in LIBRARIES.items() if any(name in table[p] for p in parts)]


def compile_with(options, *words):
    run = subprocess.run([options.cxx, *FLAGS, "-I", str(options.source / "include"),
                          *map(str, words)], capture_output=True, text=True)
    if run.returncode:
        raise complaint("does not compile:\n" + run.stderr[:4000])


def check_cpp(block, only, options, work):
    if not re.search(r"\bmain\s*\(", block):
        raise complaint("a C++ block is a whole program, with main")
    source, program = work / "snippet.cpp", work / "snippet"
    source.write_text(block)
    compile_with(options, source, "-o", program, *needs_of(block, options.table))
    if options.apart:
        parts = [options.apart[name].result() for name in ("", "testing/")
                 if not name or f"#include <cairn/{name}" in block]
        compile_with(options, "-DCAIRN_SEPARATE_COMPILATION", source, *parts, "-o", work / "apart",
                     *LIBRARIES.values())
    if only:
        return "compiled"
    folder = work / "empty"
    folder.mkdir()
    try:
        run = subprocess.run([str(program)], cwd=folder, capture_output=True, text=True, timeout=HANGS,
                             stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise complaint("does not end") from None
    if run.returncode:
        raise complaint(f"exit status {run.returncode}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return "compiled and run"


def compile_apart(options, folder, name):
    source = folder / (name.replace("/", "_") + "library.cpp")
    made = source.with_suffix(".o")
    source.write_text(f"#include <cairn/{name}src.hpp>\n")
    compile_with(options, "-DCAIRN_SEPARATE_COMPILATION", "-c", source, "-o", made)
    return made


def check_json(block):
    try:
        json.loads(block)
    except ValueError as why:
        raise complaint(f"not JSON: {why}") from None
    return "parsed"


def commands_of(block):
    """Yield each simple command of a block as its words."""
    text = re.sub(r"\\\n", " ", block)
    for line in text.splitlines():
        lexer = shlex.shlex(line.strip().removeprefix("$ "), posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = []
        for word in lexer:
            if word and all(c in "|&;" for c in word):
                yield words
                words = []
            else:
                words.append(word)
        yield words


def exists(path, options):
    path = path.removeprefix("./")
    if path.startswith("build/bin/"):
        return (options.source / "examples" / path[len("build/bin/"):]).exists()
    return (options.source / path).exists()


def check_command(words, options):
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        words = words[1:]
    if not words:
        return
    name = words[0]
    if "/" in name:
        if not exists(name, options):
            raise complaint(f"{name} does not exist")
    elif name not in BUILTINS and not shutil.which(name) and name != "sudo":
        raise complaint(f"no command {name}")
    roots = {p.name for p in options.source.iterdir()}
    for word in words[1:]:
        first = word.removeprefix("./").split("/")[0]
        if "/" in word and first in roots and not first.startswith(MADE) and not exists(word, options):
            raise complaint(f"{word} does not exist")
    check_presets(words, options)
    if name.split("/")[-1] in ("segments_uploader", "run.sh"):
        check_options(name, words[1:], options)


def check_presets(words, options):
    presets = (options.source / "CMakePresets.json").read_text()
    for i, word in enumerate(words):
        named = word.split("=", 1)[1] if word.startswith("--preset=") else None
        if word == "--preset" and i + 1 < len(words):
            named = words[i + 1]
        if named and f'"name": "{named}"' not in presets:
            raise complaint(f"no preset {named}")


def check_options(name, words, options):
    """Our own program's options are those that its --help names."""
    built = [folder / "bin" / "segments_uploader" for folder in (options.build, options.source / "build")]
    program = next((p for p in built if p.exists()), None)
    if name.startswith("tests/") or not program:
        return
    text = subprocess.run([str(program), "--help"], capture_output=True, text=True).stdout
    for word in words:
        option = word.split("=", 1)[0]
        if option.startswith("--") and not re.search(re.escape(option) + r"\b", text):
            raise complaint(f"{option} is not an option of segments_uploader")


def check_shell(block, options):
    for words in commands_of(block):
        check_command(words, options)
    return "names existing things"


def check(language, only, block, options):
    if language in ("cpp", "c++"):
        with tempfile.TemporaryDirectory() as folder:
            return check_cpp(block, only, options, pathlib.Path(folder))
    if language in ("sh", "bash", "shell", "console"):
        return check_shell(block, options)
    if language == "json":
        return check_json(block)
    if not language:
        raise complaint("say the block's language (text, if it has none)")
    return "left alone"


class arguments:
    def __init__(self, file, source, build, cxx):
        self.file, self.source, self.build = (pathlib.Path(p).resolve() for p in (file, source, build))
        self.cxx = cxx
        self.table, self.apart = {}, {}


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    options = arguments(*sys.argv[1:])
    text = options.file.read_text()
    blocks = list(blocks_of(text))
    options.table = dict(re.findall(TABLE, text, re.M))

    def judged(found):
        _, language, only, block = found
        try:
            return True, check(language, only, block, options)
        except complaint as why:
            return False, f"FAILED: {why}"

    with (concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool,
          tempfile.TemporaryDirectory() as folder):
        if "CAIRN_SEPARATE_COMPILATION" in text:
            options.apart = {name: pool.submit(compile_apart, options, pathlib.Path(folder), name)
                             for name in ("", "testing/")}
        verdicts = list(pool.map(judged, blocks))
    for (line, language, _, _), (_, verdict) in zip(blocks, verdicts):
        print(f"{options.file.name}:{line}: {language}: {verdict}")
    failed = sum(not good for good, _ in verdicts)
    print(f"{len(blocks)} blocks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
