"""Wait for what a program under test does, however slow the machine: no guessed pauses."""
import fcntl
import pathlib
import struct
import termios
import time


def until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s still not so: {what}")
        time.sleep(0.01)


def handles(process, number):
    """Whether the process has a handler for the signal, or has ended."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return int(line.split()[1], 16) >> (number - 1) & 1 == 1
    return True


def pends(process, number):
    """Whether the signal was sent and has not reached its handler."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(("SigPnd:", "ShdPnd:")) and int(line.split()[1], 16) >> (number - 1) & 1:
            return True
    return False


def unread(pipe):
    """Bytes that the other side has not yet read."""
    return struct.unpack("i", fcntl.ioctl(pipe.fileno(), termios.FIONREAD, bytes(4)))[0]


def sleeps(process):
    """Whether the main thread waits for something."""
    stat = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] == "S"


def has_read_all(process, number):
    """Wait until the process handles the signal, has read its input, and waits for more."""
    until(lambda: handles(process, number), f"it handles signal {number}")
    until(lambda: unread(process.stdin) == 0, "it has read its input")
    waits(process)


def has_taken(process, number):
    """Wait until the process has got the signal, has done what follows, and waits for more."""
    until(lambda: not pends(process, number), f"it has taken signal {number}")
    waits(process)


def waits(process):
    for _ in range(3):
        until(lambda: sleeps(process), "it waits")
        time.sleep(0.01)
