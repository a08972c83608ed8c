"""Lets a second taker have what goes through `sys.stdout` and `sys.stderr`."""

from __future__ import annotations

import codecs
import collections
import contextlib
import io
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from zenml.runtime.spinner import BehindSpinner, Spinner
from zenml.runtime.tee import PlainTee, Take, Tee

_NAMES = ("stdout", "stderr")
# `print` borrows sys.stdout: a thread within it would go on with a stream that is no more.
_replaced: collections.deque[Any] = collections.deque(maxlen=16)


class Diversion:
    r"""While it is entered, what is written to the standard streams is also taken.

    A step may replace the streams meanwhile; afterwards they are what they were.

    Args:
        take: Called with blocks of bytes, from any thread.

    Example:
        >>> import io
        >>> kept = []
        >>> with contextlib.redirect_stdout(io.StringIO()), Diversion(kept.append):
        ...     print("epoch", 1)
        >>> kept
        [b'epoch 1\n']
    """

    def __init__(self, take: Take) -> None:
        """Diverts nothing yet."""
        self._take = take
        self._before: tuple[Any, Any] = (None, None)
        self._tees: tuple[Any, ...] = ()
        self._clearing = threading.Lock()

    def flush(self) -> None:
        """Hands over what waits in the streams."""
        for tee in self._tees:
            tee.flush()

    def __enter__(self) -> Diversion:
        """Puts its streams in the place of the standard ones."""
        self._before = (sys.stdout, sys.stderr)
        if Spinner.shown is not None:
            self._place(*(self._behind_spinner(index) for index in range(2)))
        else:
            self._divert()
        return self

    def __exit__(self, *exc: object) -> None:
        """Puts the standard streams back, even where one cannot be written to any more."""
        with contextlib.ExitStack() as stack:
            for name, tee, before in zip(_NAMES, self._tees, self._before, strict=True):
                stack.callback(_put_back, name, tee, before)
                if not isinstance(tee, BehindSpinner):
                    stack.callback(tee.end)

    def _divert(self) -> None:
        out = _tee(sys.stdout, self._take)
        # What was printed before a warning stands before it, though nothing flushed it yet.
        waits = isinstance(out, Tee) and not out.line_buffering
        self._place(out, _tee(sys.stderr, self._take, out.flush if waits else None))

    def _place(self, *tees: Any) -> None:
        self._tees = tees
        _replaced.extend(tees)
        sys.stdout, sys.stderr = tees
        for tee in tees:
            _redirect_handlers(tee.below, tee)
            _redirect_handlers(_shown(tee.below), tee)

    def _behind_spinner(self, index: int) -> BehindSpinner:
        return BehindSpinner(self._before[index], self._clear, lambda: self._tees[index])

    def _clear(self) -> None:
        """Takes the spinner off the terminal, once, and diverts what was below it."""
        with self._clearing:
            if not isinstance(self._tees[0], BehindSpinner):
                return
            placed, now = self._tees, (sys.stdout, sys.stderr)
            for tee in placed:
                _redirect_handlers(tee, _shown(tee.below))
            if Spinner.shown is not None:
                Spinner.shown.stop()
            self._before = (sys.stdout, sys.stderr) = tuple(map(_shown, self._before))
            self._divert()
            for name, stream, tee in zip(_NAMES, now, placed, strict=True):
                if stream is not tee:  # the step has replaced it
                    setattr(sys, name, stream)


def _put_back(name: str, tee: Any, before: Any) -> None:
    now = getattr(sys, name)
    if now is tee or not _is_open_tee(now):  # one that is open puts back what it found itself
        setattr(sys, name, _still_open(before))
    _redirect_handlers(tee, _shown(tee.below))


def _tee(stream: Any, take: Take, first: Callable[[], None] | None = None) -> Tee | PlainTee:
    plain = isinstance(stream, io.TextIOWrapper) and type(stream).write is io.TextIOWrapper.write
    if plain and codecs.lookup(stream.encoding).name == "utf-8":
        return Tee(stream, take, first)
    return PlainTee(open(os.devnull, "w") if stream is None else stream, take)


def _is_open_tee(stream: Any) -> bool:
    return isinstance(stream, (Tee, PlainTee)) and stream.branch.is_open


def _still_open(stream: Any) -> Any:
    """A stream, without tees over it that ended before this one."""
    while isinstance(stream, (Tee, PlainTee)) and not stream.branch.is_open:
        stream = stream.below
    return stream


def _shown(stream: Any) -> Any:
    """Where text ends: rich puts a stream of its own over it while it shows a spinner."""
    return getattr(stream, "rich_proxied_file", stream)


def _redirect_handlers(old: Any, new: Any) -> None:
    """Log handlers keep the stream that was there when they were made: gives them the other."""
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", ()):
            if _keeps_a_stream(handler) and handler.stream is old:
                handler.setStream(new)


def _keeps_a_stream(handler: Any) -> bool:
    """Whether a log handler holds a stream, and does not ask for sys.stderr each time."""
    looks_it_up = isinstance(getattr(type(handler), "stream", None), property)
    return isinstance(handler, logging.StreamHandler) and not looks_it_up
