#!/usr/bin/env python3
"""Check that the arrows between the folders of include/cairn run one way, and that no header is used
before it is whole.

usage: layering.py INCLUDE_DIR       (the folder that holds cairn/)

Prints every offending include as FILE:LINE and exits 1 when there is one.
"""
import pathlib
import re
import sys

# What each layer may include: our own layers, then the outside libraries that are not free for all.
# (Free for all: the standard library and Boost's small ones, such as System, Core and Endian.)
ALLOWED = {
    "detail/config": (set(), set()),
    "base64": ({"detail/config", "base64"}, {"openssl"}),
    "error": ({"detail/config", "error"}, {"asio.error"}),
    "detail": ({"detail/config", "error", "detail"}, {"asio"}),
    "json": ({"detail/config", "error", "json"}, set()),
    "sigv4": ({"detail/config", "base64", "error", "json", "sigv4"}, {"openssl"}),
    "sigv4/beast": ({"detail/config", "error", "sigv4", "sigv4/beast"}, {"asio.buffer", "beast"}),
    "storage/concepts": ({"detail/config", "error"}, {"asio"}),
    "storage": ({"detail/config", "detail", "error", "storage/concepts", "storage"},
                {"asio", "openssl"}),
    "storage/s3": ({"detail/config", "detail", "error", "storage/concepts", "storage", "sigv4",
                    "s3/protocol", "s3", "storage/s3"}, {"asio", "beast", "openssl"}),
    "merge/concepts": ({"detail/config", "error", "storage/concepts", "merge/concepts",
                        "merge/ledger"}, {"asio.buffer"}),
    "merge/ledger": ({"detail/config", "error", "merge/ledger"}, set()),
    "merge": ({"detail/config", "detail", "error", "storage/concepts", "merge/concepts",
               "merge/ledger", "merge"}, {"asio"}),
    "segments": ({"detail/config", "error", "json", "merge/concepts", "merge/ledger", "segments"},
                 {"asio.buffer"}),
    # What S3 demands, decided without I/O: no socket, timer or executor.
    "s3/protocol": ({"detail/config", "error", "sigv4", "s3/protocol"},
                    {"asio.address", "asio.buffer", "asio.error", "beast", "openssl", "pugixml"}),
    "s3": ({"detail/config", "detail", "error", "sigv4", "s3/protocol", "s3"},
           {"asio", "beast", "openssl"}),
    "testing": ({"detail/config", "base64", "error", "sigv4", "testing"}, {"asio", "beast", "openssl"}),
}

# Files that are a layer of their own inside a folder.
SPECIAL = {"base64", "error", "detail/config", "sigv4/beast", "storage/concepts", "storage/s3", "merge/concepts", "merge/ledger"}

OUTSIDE = [
    ("asio.ssl", re.compile(r"boost/asio/ssl(/|\.hpp)")),
    ("asio.error", re.compile(r"boost/asio/error\.hpp")),
    ("asio.buffer", re.compile(r"boost/asio/(registered_)?buffer\.hpp")),
    ("asio.address", re.compile(r"boost/asio/ip/address(_v[46])?\.hpp")),
    ("asio", re.compile(r"boost/asio(/|\.hpp)")),
    ("beast", re.compile(r"boost/beast(/|\.hpp)")),
    ("json", re.compile(r"boost/json(/|\.hpp)")),
    ("openssl", re.compile(r"openssl/")),
    ("pugixml", re.compile(r"pugi")),
]

INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')


def layer_of(path):
    """The layer of a file, named by its path below cairn/; None for what stands above all."""
    parts = [p for p in path.split("/") if p != "impl"]
    stem = "/".join(parts).rsplit(".", 1)[0]
    if stem in SPECIAL:
        return stem
    if parts[-1] == "src.hpp":
        return None
    if parts[0] == "s3":
        performs = parts[1] == "net" or stem == "s3/client"
        return "s3" if performs else "s3/protocol"
    if len(parts) > 1:
        return parts[0] if parts[0] in ALLOWED else "unknown folder " + parts[0]
    return None


# What a small part of Asio amounts to: allowed by its own name, or by these together.
PARTS = {"asio.ssl": {"asio", "openssl"}, "asio.error": {"asio"}, "asio.buffer": {"asio"},
         "asio.address": {"asio"}}


def outside(name):
    for library, pattern in OUTSIDE:
        if pattern.match(name):
            return library
    return None


def offences_of(file, path):
    layer = layer_of(path)
    if layer is None:
        return
    if layer not in ALLOWED:
        yield 1, f"{layer}: name the layer in {pathlib.Path(__file__).name}"
        return
    ours, theirs = ALLOWED[layer]
    for number, line in enumerate(file.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        if quote == '"':
            yield number, f'"{name}": includes of the library are spelled <cairn/...>'
        elif name.startswith("cairn/"):
            target = layer_of(name[len("cairn/"):])
            if target not in ours:
                yield number, f"<{name}>: {layer} may not include {target or 'an umbrella header'}"
        else:
            library = outside(name)
            if library and library not in theirs and not PARTS.get(library, {library}) <= theirs:
                yield number, f"<{name}>: {layer} may not use {library}"


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
