"""Progress on the terminal: one line a node, with its state and time."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from zenml.hints import number_of
from zenml.runtime.result import GIVEN, KEPT
from zenml.runtime.spinner import Spinner

if TYPE_CHECKING:
    from zenml.runtime.result import RunResult
    from zenml.spec import PipelineSpec

STOPPED = "stopped"  # what a node did that was at work when the run was stopped
_WORDS = {"succeeded": "done"}  # of states that are not told as they are called
_MARKS = {
    "succeeded": "[green]✓[/green]",
    "cached": "[cyan]↺[/cyan]",
    KEPT: "[cyan]·[/cyan]",
    GIVEN: "[cyan]·[/cyan]",
    "failed": "[red]✗[/red]",
    STOPPED: "[red]✗[/red]",
}


class Progress:
    """Says what a run does, as it happens.

    On a terminal the running node has a spinner until it prints something; elsewhere
    (a file, a CI log) there are plain lines. Where the reader has gone, as that of
    `python train.py | head`, what would be shown is lost, and the run goes on.

    Args:
        console: A `rich.console.Console`; None makes one on standard output.

    Example:
        >>> import io
        >>> from rich.console import Console
        >>> out = io.StringIO()
        >>> progress = Progress(Console(file=out, width=60))
        >>> progress.begin(["split"])
        >>> progress.start("split"); progress.end("split", "succeeded", 0.5)
        >>> print(out.getvalue().strip())
        split  done      0.5 s
    """

    def __init__(self, console: Any = None) -> None:
        """Makes the console."""
        from rich.console import Console

        self.console = console or Console(file=sys.stdout, highlight=False, soft_wrap=True)
        self._width = 0
        self._spinner: Spinner | None = None
        self._at_work: dict[str, float] = {}

    def registered(self, pipeline: str) -> None:
        """The pipeline is here for the first time; its file is said with the run."""

    def opened(self, run: str, spec: PipelineSpec, file: str) -> None:
        """A run begins."""
        self.say(f"Run {run} of pipeline {spec.name} ({file})")

    def resumed(self, run: str, spec: PipelineSpec) -> None:
        """A run goes on."""
        self.say(f"Resuming run {run} of pipeline {spec.name}")

    def closed(self, result: RunResult, artifacts: str) -> None:
        """A run ended well; its artifacts lie in that folder."""
        counts = Counter(node.state for node in result.nodes.values())
        others = [f"{counts[state]} {state}" for state in (KEPT, GIVEN) if counts[state]]
        ran = f"{number_of('steps', counts['succeeded'])} ran"
        told = ", ".join([ran, f"{counts['cached']} cached", *others])
        self.say(f"Run {result.name} succeeded in {result.seconds:.1f} s: {told}.")
        self.say(f"Artifacts: {artifacts}")

    def stopped(self, run: str, *, can_resume: bool) -> None:
        """A run was stopped, by Ctrl-C or SIGTERM; so were the nodes that were at work."""
        for node, began in list(self._at_work.items()):
            self.end(node, STOPPED, time.time() - began)
        how = f" To go on from there: zenml pipeline resume {shlex.quote(run)}"
        self.say(f"Run {run} is recorded as failed.{how if can_resume else ''}")

    def begin(self, nodes: list[str]) -> None:
        """Learns the names of the nodes, to align their lines."""
        self._width = max((len(name) for name in nodes), default=0)

    def say(self, text: str) -> None:
        """Prints a line."""
        self._print(text, markup=False)

    def _print(self, text: str, **how: Any) -> None:
        try:
            self.console.print(text, **how)
        except BrokenPipeError:
            self._speak_to_nobody()
        except SystemExit as exc:  # rich would end the program
            if not isinstance(exc.__context__, BrokenPipeError):
                raise
            self._speak_to_nobody()

    def _speak_to_nobody(self) -> None:
        """Nobody reads any more: this and what waits in the stream goes nowhere."""
        self.console.quiet = True
        with contextlib.suppress(OSError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), self.console.file.fileno())

    def start(self, node: str) -> None:
        """A node begins."""
        self._at_work[node] = time.time()
        self.busy(node)

    def busy(self, what: str) -> None:
        """Something begins that takes a while."""
        if self.console.is_terminal:
            self.stop()
            self._spinner = Spinner(self.console, f"{what} ...")
            self._spinner.start()

    def end(self, node: str, state: str, seconds: float) -> None:
        """A node ended."""
        self.stop()
        self._at_work.pop(node, None)
        word = _WORDS.get(state, state)
        line = f"{node:<{self._width}}  {word:<7}{seconds:6.1f} s"
        mark = f"{_MARKS[state]} " if self.console.is_terminal else ""
        self._print(mark + line, highlight=False)

    def because(self, node: str, reasons: str) -> None:
        """Says why a node ran that had run before."""
        self.say(f"{node}: ran because {reasons}")

    def stop(self) -> None:
        """Takes the spinner off the terminal."""
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None
