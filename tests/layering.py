#!/usr/bin/env python3
"""Check that the arrows between the folders of include/cairn run one way, and that no header is used
before it is whole.

usage: layering.py INCLUDE_DIR       (the folder that holds cairn/)

Prints every offending include as FILE:LINE and exits 1 when there is one.
"""
import pathlib
import re
import sys

# A layer is a folder of include/cairn: what it may include of ours, and of the outside libraries that
# are not free for all. (Free for all: the standard library, Boost's small ones such as System.) A
# folder within a folder may have a line of its own; without one it belongs to the folder above.
LAYERS = {
    "core": (set(), {"asio", "openssl"}),
    "json": ({"core"}, set()),
    "records": ({"core", "json"}, set()),
    "sigv4": ({"core", "json"}, {"openssl"}),
    "sigv4/beast": ({"core", "sigv4"}, {"asio", "beast"}),
    "s3": ({"core", "sigv4"}, {"asio", "beast", "openssl", "pugixml"}),
    "storage": ({"core"}, {"asio", "openssl"}),
    "s3_storage": ({"core", "s3", "storage"}, {"asio"}),
    "merge": ({"core", "storage"}, {"asio"}),
    "segments": ({"core", "json", "merge"}, {"asio"}),
    "testing": ({"core", "sigv4"}, {"asio", "beast", "openssl"}),
}

# What decides, a machine, performs nothing: its files have no way to.
MACHINE = re.compile(r"_fsm\.[hi]pp$")
PERFORMS = {"asio", "beast"}

OUTSIDE = [
    ("asio", re.compile(r"boost/asio(/|\.hpp)")),
    ("beast", re.compile(r"boost/beast(/|\.hpp)")),
    ("json", re.compile(r"boost/json(/|\.hpp)")),
    ("openssl", re.compile(r"openssl/|boost/asio/ssl(/|\.hpp)")),
    ("pugixml", re.compile(r"pugi")),
]

INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')


def layer_of(path):
    """The layer of a file, named by its path below cairn/; None for the umbrella headers."""
    folders = path.split("/")[:-1]
    for length in range(len(folders), 0, -1):
        if "/".join(folders[:length]) in LAYERS:
            return "/".join(folders[:length])
    return "unknown folder " + folders[0] if folders else None


def is_private(path):
    return "detail" in path.split("/")[:-1]


def outside(name):
    return {library for library, pattern in OUTSIDE if pattern.match(name)}


def offences_of(file, path):
    layer = layer_of(path)
    if layer is None:
        return
    if layer not in LAYERS:
        yield 1, f"{layer}: name the layer in {pathlib.Path(__file__).name}"
        return
    ours, theirs = LAYERS[layer]
    for number, line in enumerate(file.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        if quote == '"':
            yield number, f'"{name}": includes of the library are spelled <cairn/...>'
        elif name.startswith("cairn/"):
            inner = name[len("cairn/"):]
            target = layer_of(inner)
            if target != layer and target not in ours:
                yield number, f"<{name}>: {layer} may not include {target or 'an umbrella header'}"
            elif is_private(inner) and target.split("/")[0] != layer.split("/")[0]:
                yield number, f"<{name}>: it is private to {target}"
        elif not outside(name) <= theirs:
            yield number, f"<{name}>: {layer} may not use {' or '.join(sorted(outside(name) - theirs))}"
        elif MACHINE.search(path) and outside(name) & PERFORMS:
            yield number, f"<{name}>: a machine decides without I/O"


def circles_from(root, path):
    """What meets a header in the midst of its includes, once a program begins with `path`."""
    state = {}

    def preprocess(name):
        file = root / name
        if name in state or not file.exists():
            return
        state[name] = "open"
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match or not match.group(2).startswith("cairn/"):
                continue
            inner = match.group(2)[len("cairn/"):]
            if "impl" in inner.split("/"):  # behind all that the header declares
                state[name] = "whole"
            if state.get(inner) == "open":
                yield name, number, f"<cairn/{inner}>: is not whole yet where <cairn/{path}> comes first"
            yield from preprocess(inner)
        state[name] = "whole"

    yield from preprocess(path)


def main():
    root = pathlib.Path(sys.argv[1]) / "cairn"
    files = sorted(f for f in root.rglob("*") if f.suffix in (".hpp", ".ipp"))
    if not files:
        sys.exit(f"no headers under {root}")
    found = 0
    for file in files:
        for number, text in offences_of(file, file.relative_to(root).as_posix()):
            print(f"{file}:{number}: {text}")
            found += 1
    for file in files:
        if file.suffix == ".hpp" and file.name != "src.hpp" and file.parent.name != "impl":
            for name, number, text in circles_from(root, file.relative_to(root).as_posix()):
                print(f"{root / name}:{number}: {text}")
                found += 1
    print(f"{len(files)} files, {found} offending includes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
