"""StepLog: the file that what a step prints is appended to."""

from __future__ import annotations

import collections
import os
import threading

_BLOCKS = 256  # lines of a terminal, or 8 KB each of what goes to a file


class StepLog:
    r"""A file that bytes are appended to, many blocks at once.

    Args:
        path: Of the file; made, with its folders, when there is something to write.

    Attributes:
        error: Why it could not be written, "" where it could.

    Example:
        >>> import pathlib, tempfile
        >>> log = StepLog(pathlib.Path(tempfile.mkdtemp(), "logs", "trainer.log"))
        >>> log.add(b"epoch 1\n")
        >>> log.close()
        >>> pathlib.Path(log.path).read_text()
        'epoch 1\n'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Makes no file yet."""
        self.path = os.fspath(path)
        self.error = ""
        self._waiting: collections.deque[bytes] = collections.deque()
        self._limit = _BLOCKS
        self._file = -1
        self._writing = threading.Lock()

    def add(self, data: bytes) -> None:
        """Takes what was printed."""
        self._waiting.append(data)  # which is atomic: threads may print at once
        if len(self._waiting) > self._limit:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        with self._writing:
            blocks = [self._waiting.popleft() for _ in range(len(self._waiting))]
            data = b"".join(blocks)
            if not data or self.error:
                return
            try:
                if self._file < 0:
                    self._file = _open(self.path)
                while data:
                    data = data[os.write(self._file, data) :]
            except OSError as exc:
                self.error = str(exc)

    def close(self) -> None:
        """Writes what waits, and closes the file."""
        self.flush()
        with self._writing:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def forked(self) -> None:
        """In a child process, which may end without another word, all is written at once."""
        self._waiting.clear()
        self._writing = threading.Lock()
        self._limit = 0


def _open(path: str) -> int:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
