#!/usr/bin/env python3
"""The layering check finds what it exists to find: arrows that run the wrong way."""
import pathlib
import subprocess
import sys
import tempfile

CASES = [
    ("merge/merger.hpp", "#include <boost/beast/http.hpp>", True),
    ("merge/merger.hpp", "#include <boost/asio/ssl.hpp>", True),
    ("merge/impl/merger.ipp", "#include <cairn/s3/client.hpp>", True),
    ("json/scanner.hpp", "#include <boost/json.hpp>", True),
    ("json/scanner.hpp", "#include <cairn/records/framer.hpp>", True),
    ("sigv4/signer.hpp", "  #  include <boost/asio/buffer.hpp>", True),
    ("sigv4/signer.hpp", "#include <cairn/sigv4/beast/sign.hpp>", True),
    ("sigv4/verify/verifier.hpp", "#include <boost/beast/http.hpp>", True),
    ("segments/codec.hpp", "#include <cairn/s3/client.hpp>", True),
    ("segments/codec.hpp", "#include <cairn/merge/detail/group.hpp>", True),
    ("testing/server.hpp", "#include <cairn/s3/client.hpp>", True),
    ("storage/file.hpp", "#include <cairn/s3_storage/s3_storage.hpp>", True),
    ("s3_storage/s3_storage.hpp", "#include <cairn/s3/detail/connection.hpp>", True),
    ("core/error.hpp", "#include <cairn/json/scanner.hpp>", True),
    ("core/error.hpp", "#include <cairn/merge.hpp>", True),
    ("new_folder/x.hpp", "#include <vector>", True),
    ("json/scanner.hpp", '#include "other.hpp"', True),
    ("s3/detail/operation_fsm.hpp", "#include <boost/asio/steady_timer.hpp>", True),
    ("merge/detail/impl/commit_fsm.ipp", "#include <boost/asio/post.hpp>", True),
    ("s3/detail/impl/operation.ipp", "#include <boost/asio/steady_timer.hpp>", False),
    ("s3/request.hpp", "#include <cairn/s3/detail/endpoint.hpp>", False),
    ("sigv4/beast/sign.hpp", "#include <boost/beast/http.hpp>", False),
    ("sigv4/verify/verifier.hpp", "#include <cairn/sigv4/detail/canonical.hpp>", False),
    ("s3_storage/impl/s3_storage.ipp", "#include <cairn/s3/client.hpp>", False),
    ("merge/merger.hpp", "#include <boost/asio/steady_timer.hpp>", False),
    ("segments/codec.hpp", "#include <cairn/merge/concepts.hpp>", False),
    ("src.hpp", "#include <cairn/s3/impl/client.ipp>", False),
]

failed = 0
for path, line, offends in CASES:
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "cairn", path)
        file.parent.mkdir(parents=True)
        file.write_text("#include <string>\n" + line + "\n")
        run = subprocess.run([sys.executable, sys.argv[1], folder], capture_output=True, text=True)
        if (run.returncode == 1) != offends or offends != (f"{file}:" in run.stdout):
            print(f"{path}: {line}: expected {'an offence' if offends else 'none'}\n{run.stdout}")
            failed += 1

# A header whose implementation, further down, needs the one that includes it.
with tempfile.TemporaryDirectory() as folder:
    cairn = pathlib.Path(folder, "cairn", "json")
    cairn.mkdir(parents=True)
    (cairn / "outer.hpp").write_text("#include <cairn/json/inner.hpp>\nstruct outer {};\n")
    (cairn / "inner.hpp").write_text("#include <cairn/json/impl/inner.ipp>\n")
    (cairn / "impl").mkdir()
    (cairn / "impl" / "inner.ipp").write_text("#include <cairn/json/inner.hpp>\n#include <cairn/json/outer.hpp>\n")
    run = subprocess.run([sys.executable, sys.argv[1], folder], capture_output=True, text=True)
    if run.returncode != 1 or f"{cairn / 'impl' / 'inner.ipp'}:2: <cairn/json/outer.hpp>: is not whole" not in run.stdout:
        print(f"a circle: expected an offence\n{run.stdout}")
        failed += 1
print(f"{len(CASES) + 1} cases, {failed} failed")
sys.exit(1 if failed else 0)
