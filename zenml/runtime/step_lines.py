"""StepLines: what the runs of free steps say, a sentence for each thing that happens."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING, Any

from zenml.runtime.progress import STOPPED, Progress
from zenml.runtime.result import GIVEN, KEPT

if TYPE_CHECKING:
    from zenml.runtime.result import RunResult
    from zenml.spec import PipelineSpec

_TYPES = ("steps", "unlisted")


def progress_of(spec: PipelineSpec) -> Progress:
    """What says how a pipeline of that kind gets on."""
    return StepLines() if spec.type in _TYPES else Progress()


class StepLines(Progress):
    """Sentences, one a line, the same on a terminal and in a file.

    Args:
        console: A `rich.console.Console`; None makes one on standard output.

    Example:
        >>> import io
        >>> from rich.console import Console
        >>> out = io.StringIO()
        >>> lines = StepLines(Console(file=out, soft_wrap=True))
        >>> lines.start("trainer"); lines.end("trainer", "succeeded", 0.121)
        >>> print(out.getvalue().strip())
        Step `trainer` has started.
        Step `trainer` has finished in 0.121s.
    """

    def __init__(self, console: Any = None) -> None:
        """Knows no steps yet."""
        super().__init__(console)
        self._titles: dict[str, str] = {}

    def registered(self, pipeline: str) -> None:
        """See `Progress`."""
        self.say(f"Registered new pipeline with name `{pipeline}`.")

    def opened(self, run: str, spec: PipelineSpec, file: str) -> None:
        """See `Progress`."""
        self._titles = {n.name: n.settings.get("title", n.name) for n in spec.nodes}
        caching = "enabled" if spec.enable_cache else "disabled"
        self.say(f"Creating run `{run}` for pipeline `{spec.name}` (Caching {caching})")
        self.say(f"Using stack `default` to run pipeline `{spec.name}`...")

    def resumed(self, run: str, spec: PipelineSpec) -> None:
        """See `Progress`."""
        self.say(f"Resuming run `{run}` of pipeline `{spec.name}`...")

    def closed(self, result: RunResult, artifacts: str) -> None:
        """See `Progress`."""
        self.say(f"Pipeline run `{result.name}` has finished in {result.seconds:.3f}s.")
        seen = f"zenml run get {shlex.quote(result.name)}"
        self.say(f"Its steps and their outputs can be seen with `{seen}`.")

    def start(self, node: str) -> None:
        """See `Progress`."""
        self._at_work[node] = time.time()
        self.say(f"Step `{self._titles.get(node, node)}` has started.")

    def end(self, node: str, state: str, seconds: float) -> None:
        """See `Progress`."""
        self.stop()
        self._at_work.pop(node, None)
        self.say(_ended(self._titles.get(node, node), state, seconds))

    def because(self, node: str, reasons: str) -> None:
        """See `Progress`."""
        super().because(self._titles.get(node, node), reasons)


def _ended(node: str, state: str, seconds: float) -> str:
    if state == "cached":
        return f"Using cached version of `{node}`."
    if state == KEPT:
        return f"Step `{node}` had finished before."
    if state == GIVEN:
        return f"Step `{node}` gives the model that was there."
    if state == STOPPED:
        return f"Step `{node}` was stopped after {seconds:.3f}s."
    if state == "failed":
        return f"Step `{node}` has failed."
    return f"Step `{node}` has finished in {seconds:.3f}s."
