#!/usr/bin/env python3
"""An HTTP/1.1 proxy that forwards a request whole and then cuts the client's connection.

usage: cutting_proxy.py --listen PORT --to HOST:PORT [--cut FRACTION] [--log FILE] [--seed N]

A fraction of the requests is cut, in two ways by turns: once the upstream begins to answer (so the
request was applied and only its answer is lost), and at once after the last byte was forwarded (so
it is applied later, or not at all). Each request is one line of the log: METHOD TARGET VERDICT, the
verdict being `passed`, `cut-answered` or `cut-early`; a second line follows, `abandoned`, where the
client went away before the answer to one that passed. With --cut 0 it is a counting proxy.
"""
import argparse
import asyncio
import random
import re
import signal
import socket
import struct

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.I)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.I)


def reset(writer):
    """Close with a reset, so that the peer cannot take it for an orderly end."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
    writer.transport.abort()


class proxy:
    def __init__(self, options):
        self.to = options.to
        self.cut = options.cut
        self.random = random.Random(options.seed)
        self.log = open(options.log, "a", buffering=1) if options.log else None
        self.turn = 0

    def decide(self):
        if self.random.random() >= self.cut:
            return "passed"
        self.turn += 1
        return "cut-early" if self.turn % 2 else "cut-answered"

    def note(self, request, verdict):
        if self.log:
            self.log.write(f"{request} {verdict}\n")

    async def serve(self, reader, writer):
        upstream = None
        try:
            upstream = await asyncio.open_connection(*self.to)
            await self.relay(reader, writer, *upstream)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
            if upstream:
                upstream[1].close()

    async def relay(self, reader, writer, up_reader, up_writer):
        state = {"verdict": "passed", "forwarded": False, "asked": None}
        back = asyncio.ensure_future(self.relay_answers(up_reader, writer, state))
        try:
            while await self.forward_request(reader, writer, up_writer, state):
                pass
            if not state["verdict"].startswith("cut"):
                up_writer.write_eof()
            await back
        finally:
            back.cancel()

    async def forward_request(self, reader, writer, up_writer, state):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError) as why:
            if state["asked"] and state["verdict"] == "passed":
                self.note(state["asked"], "abandoned")
            if isinstance(why, OSError):
                raise
            return False
        state["forwarded"] = False
        state["verdict"] = self.decide()
        length = LENGTH.search(head)
        if CHUNKED.search(head):
            raise OSError("chunked requests are not S3's way")
        up_writer.write(head)
        left = int(length.group(1)) if length else 0
        while left:
            part = await reader.read(min(left, 1 << 18))
            if not part:
                return False
            up_writer.write(part)
            await up_writer.drain()
            left -= len(part)
        await up_writer.drain()
        state["forwarded"] = True
        state["asked"] = " ".join(head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")[:2])
        self.note(state["asked"], state["verdict"])
        if state["verdict"] == "cut-early":
            reset(writer)
            return False
        return True

    async def relay_answers(self, up_reader, writer, state):
        while True:
            part = await up_reader.read(1 << 18)
            if not part:
                break
            state["asked"] = None  # answered, or about to be
            if state["verdict"] == "cut-early" and state["forwarded"]:
                break  # read, so that the upstream is not disturbed, and not passed on
            if state["verdict"] == "cut-answered" and state["forwarded"]:
                reset(writer)
                break
            writer.write(part)
            await writer.drain()
        writer.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--to", required=True, type=lambda t: (t.split(":")[0], int(t.split(":")[1])))
    parser.add_argument("--cut", type=float, default=0.0)
    parser.add_argument("--log")
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    serve = proxy(options).serve
    server = await asyncio.start_server(serve, "127.0.0.1", options.listen, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


asyncio.run(main())
