"""The witness: a small process that keeps signed heads of the trace in a file that it alone writes.

It takes a head only when the head is signed by the key that it met first, is the next one, and adds lines to the
tree of the one before without touching it; so whoever rewrites the trace and signs it anew is refused, and whoever
puts an old backup in its place is told from the file. It needs no database and knows no line, only hashes.

python -m sosuckhoe.access.witness FOLDER [SOCKET]    runs it elsewhere: as another user, or behind a forwarded socket
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import orjson

from sosuckhoe.access.seal.head import SignedHead, as_words, from_words
from sosuckhoe.access.seal.submission import Submission, read, written
from sosuckhoe.base.files import socket_in

LONGEST_SUBMISSION = 16_000_000
WAIT_SECONDS = 5
_MALFORMED = (KeyError, TypeError, ValueError)


class Keeper:
    """The file of heads: its first line is the key that was met first, every other line a head, fsynced."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = _opened(folder / "heads")
        lines = _whole_lines(self._file)
        self._key = bytes.fromhex(orjson.loads(lines[0])["key"]) if lines else None
        self._last = from_words(orjson.loads(lines[-1])) if lines[1:] else None

    def close(self) -> None:
        self._file.close()

    def keep(self, submission: Submission) -> str:
        """Keep the head; "" when it is kept (or was already), otherwise why it is refused."""
        refused = self._refusal(submission)
        if refused or submission.head == self._last:
            return refused
        key_line = b"" if self._key else orjson.dumps({"key": submission.key.hex()}) + b"\n"
        self._file.write(key_line + orjson.dumps(as_words(submission.head)) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._key, self._last = submission.key, submission.head
        return ""

    def _refusal(self, submission: Submission) -> str:
        if self._key not in {None, submission.key}:
            return "another key signed the heads before"
        last = self._last.head if self._last else None
        if last is None or submission.head == self._last:
            return submission.fault()
        if submission.head.head.number != last.number + 1:
            return f"the head after {last.number} is awaited"
        if (submission.before.size, submission.before.root()) != (last.size, last.root):
            return f"the tree before is not that of head {last.number}"
        return submission.fault()


def _opened(place: Path) -> IO[bytes]:
    """The file, for this process alone: BlockingIOError while another witness has it."""
    file = os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    return file


def _whole_lines(file: IO[bytes]) -> list[bytes]:
    """All lines; what a crash has left of an unfinished one is cut off."""
    whole = _finished(file.read())
    file.truncate(len(whole))
    file.seek(len(whole))
    return whole.splitlines()


def _finished(content: bytes) -> bytes:
    """Without the line that is being written, or that a crash has left: nobody was told that it is kept."""
    return content[: content.rfind(b"\n") + 1]


def heads_in(place: Path) -> tuple[bytes | None, list[SignedHead]]:
    """The key and the heads that a witness has kept. OSError without a file; KeyError … ValueError when damaged."""
    lines = _finished(place.read_bytes()).splitlines()
    if not lines:
        return None, []
    return bytes.fromhex(orjson.loads(lines[0])["key"]), [from_words(orjson.loads(line)) for line in lines[1:]]


def serve(folder: Path, place: Path | None = None) -> None:
    """Answer, one submission a connection, until the process is told to end. For a process of its own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.closing(Keeper(folder)) as keeper, _listening(place or socket_in(folder, "witness")) as listening:
        while True:
            caller, _ = listening.accept()
            with caller:
                caller.settimeout(WAIT_SECONDS)
                with contextlib.suppress(OSError):
                    caller.sendall(orjson.dumps({"refused": _answer(keeper, _line(caller))}) + b"\n")


def _answer(keeper: Keeper, line: bytes) -> str:
    try:
        return keeper.keep(read(line))
    except _MALFORMED:
        return "this is no submission"


@contextlib.contextmanager
def _listening(place: Path) -> Iterator[socket.socket]:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(place))
        listening.listen()
        try:
            yield listening
        finally:
            place.unlink(missing_ok=True)


def ask(place: Path, submission: Submission) -> str:
    """Bring a submission to the witness that listens at a place; see `sealing.Witness`."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(WAIT_SECONDS)
        caller.connect(os.fspath(place))
        caller.sendall(written(submission))
        answer = _line(caller)
    try:
        return str(orjson.loads(answer)["refused"])
    except _MALFORMED as error:
        raise ConnectionError("the witness went away while it answered") from error


def _line(caller: socket.socket) -> bytes:
    """One line from the other side, as far as it comes."""
    with caller.makefile("rb") as heard:
        return heard.readline(LONGEST_SUBMISSION)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None)
