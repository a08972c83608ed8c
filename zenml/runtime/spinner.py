"""Spinner: a line that moves while something takes long, until something is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar


class Spinner:
    """A line that moves on a terminal.

    While it is shown, rich passes on what is printed, line by line and slowly. So a step
    that prints takes it off; see `BehindSpinner`.

    Args:
        console: A `rich.console.Console`.
        text: What it says.

    Attributes:
        shown: The one that is on the terminal now.

    Example:
        >>> import io
        >>> from rich.console import Console
        >>> spinner = Spinner(Console(file=io.StringIO()), "trainer ...")
        >>> spinner.start()
        >>> Spinner.shown is spinner
        True
        >>> spinner.stop()
        >>> Spinner.shown is None
        True
    """

    shown: ClassVar[Spinner | None] = None

    def __init__(self, console: Any, text: str) -> None:
        """Shows nothing yet."""
        self._status = console.status(text)

    def start(self) -> None:
        """Puts it on the terminal."""
        self._status.start()
        Spinner.shown = self

    def stop(self) -> None:
        """Takes it off; rich puts the standard streams back as they were before it."""
        self._status.stop()
        if Spinner.shown is self:
            Spinner.shown = None


class BehindSpinner:
    r"""A text stream that takes the spinner off before the first thing is written.

    Args:
        below: The stream that it stands for.
        clear: Takes the spinner off.
        stream: Gives the stream that is written to then.

    Example:
        >>> import io
        >>> out = io.StringIO()
        >>> print("epoch 1", file=BehindSpinner(out, lambda: None, lambda: out))
        >>> out.getvalue()
        'epoch 1\n'
    """

    def __init__(self, below: Any, clear: Callable[[], None], stream: Callable[[], Any]) -> None:
        """Writes nothing."""
        self.below = below
        self._clear = clear
        self._stream = stream

    def write(self, text: str) -> Any:
        """Writes text to the stream."""
        self._clear()
        return self._stream().write(text)

    def writelines(self, lines: Any) -> None:
        """Writes texts, one after the other."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing waits here."""

    def __getattr__(self, name: str) -> Any:
        """What the stream below has."""
        return getattr(self.below, name)
