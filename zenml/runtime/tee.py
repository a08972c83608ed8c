"""Text streams that show what is written and hand it to a second taker.

They are streams of Python's own, written in C: the code here sees blocks of bytes, not
every piece of a `print`. So a step that prints a lot is hardly slower for it.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable
from typing import Any

Take = Callable[[bytes], None]


class _Branch:
    """The bytes of a stream, on their way to where they are shown, and to a taker.

    It has what `io.TextIOWrapper` asks of a buffer. To inherit from Python's own would
    make each write half as slow again: `closed` is asked for every time.
    """

    closed = False

    def __init__(self, below: Any, take: Take, first: Callable[[], None] | None) -> None:
        self.below = below
        show, show_all = below.write, below.flush

        def flush() -> None:
            if not below.closed:
                show_all()

        def write(data: Any) -> Any:
            if not self.is_open:
                return self.late(data)
            if first is not None:
                first()
            shown = show(data)
            take(bytes(data))
            return shown

        self.flush, self.write = flush, write  # found quicker than methods
        self.late: Callable[[Any], Any] = show
        self.is_open = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """Leaves the stream below open: it is the process's."""

    def __getattr__(self, name: str) -> Any:
        """What the stream below has: whether it is a terminal, its number, its name."""
        return getattr(self.below, name)


class Tee(io.TextIOWrapper):
    r"""A text stream over the buffer of another one, whose bytes are also taken.

    It takes what is written to the other stream as well: a module may have taken hold
    of that before.

    Args:
        below: The stream that shows what is written.
        take: Called with blocks of bytes.
        first: Called before bytes are shown.

    Example:
        >>> import io
        >>> shown, kept = io.TextIOWrapper(io.BytesIO(), "utf-8"), []
        >>> tee = Tee(shown, kept.append)
        >>> print("epoch", 1, file=tee, flush=True)
        >>> kept, shown.buffer.getvalue()
        ([b'epoch 1\n'], b'epoch 1\n')
    """

    def __init__(
        self, below: io.TextIOWrapper, take: Take, first: Callable[[], None] | None = None
    ) -> None:
        """Open, until `end`."""
        below.flush()
        self.below: Any = below
        self.branch = _Branch(below.buffer, take, first)
        super().__init__(
            self.branch,
            below.encoding,
            below.errors,
            newline="\n",
            # With PYTHONUNBUFFERED, what nobody watches goes out by lines, not by words.
            line_buffering=below.line_buffering or below.write_through,
            write_through=below.write_through and below.isatty(),
        )
        self._own = {name: getattr(self, name) for name in ("write", "flush")}
        vars(below).update(self._own)

    def close(self) -> None:
        """Leaves the stream below open, and says nothing where that was closed before.

        Python calls it when nobody holds the stream any more, and prints what it raises.
        """
        with contextlib.suppress(ValueError):
            super().close()

    def end(self) -> None:
        """From now on what is still written to it is written to the stream below."""
        for name, method in self._own.items():
            if vars(self.below).get(name) == method:
                delattr(self.below, name)
        try:
            self.flush()
        finally:
            self.branch.late = self._hand_down
            self.branch.is_open = False
            self.reconfigure(write_through=True)

    def _hand_down(self, data: bytes) -> None:
        self.below.write(bytes(data).decode(self.encoding, "surrogateescape"))


class PlainTee:
    r"""The same over a stream that has no buffer of bytes, such as a notebook's.

    Args:
        below: The stream that shows what is written.
        take: Called with blocks of bytes.

    Example:
        >>> import io
        >>> shown, kept = io.StringIO(), []
        >>> tee = PlainTee(shown, kept.append)
        >>> print("epoch", 1, file=tee, flush=True)
        >>> kept, shown.getvalue()
        ([b'epoch 1\n'], 'epoch 1\n')
    """

    def __init__(self, below: Any, take: Take) -> None:
        """Open, until `end`."""
        self.below = below
        self.branch = _Branch(_Nowhere(), take, None)
        self._kept = io.TextIOWrapper(self.branch, "utf-8", "backslashreplace", newline="\n")
        show, keep = below.write, self._kept.write

        def write(text: str) -> Any:
            shown = show(text)
            keep(text)
            return shown

        self.write = write

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes texts, one after the other."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Shows and hands over what waits."""
        self.below.flush()
        self._kept.flush()

    def end(self) -> None:
        """From now on it only shows."""
        self._kept.flush()
        self.branch.is_open = False
        self.write = self.below.write

    def __getattr__(self, name: str) -> Any:
        """What the stream below has."""
        return getattr(self.below, name)


class _Nowhere(io.BufferedIOBase):
    """Shows nothing."""

    encoding = "utf-8"

    def write(self, data: Any) -> int:
        return len(data)
