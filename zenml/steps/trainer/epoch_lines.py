"""EpochLines: one line an epoch, with the loss and the metrics."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

from zenml.live_lines import say_live

_LINES = 100  # of all epochs together, where they are quick
_SECONDS = 5.0  # without a line, until the next epoch is told anyway


class EpochLines:
    """Says how training gets on, in the same words whatever the framework.

    A trainer of one's own uses it as the standard ones do. On a terminal the lines are shown, and
    they are in the log of the step anyway. Of more than 100 epochs some are left out, evenly,
    unless they are slow.

    Args:
        total: How many epochs there are at most.
        unit: What they are called.
        say: Takes a line; by default, it is shown and kept as above.

    Example:
        >>> lines = EpochLines(3, say=print)
        >>> lines.tell(1, {"accuracy": 0.5, "loss": 0.75, "val_accuracy": 0.25, "val_loss": 1.0})
        epoch 1/3  loss 0.75      accuracy 0.5       val_loss 1         val_accuracy 0.25
        >>> lines.tell(2, {"accuracy": 0.5, "loss": 0.7, "val_accuracy": 0.25, "val_loss": 1.25})
        epoch 2/3  loss 0.7       accuracy 0.5       val_loss 1.25      val_accuracy 0.25
        >>> lines.close()
        stopped after epoch 2 of 3: val_loss was least in epoch 1
    """

    def __init__(
        self, total: int, unit: str = "epoch", say: Callable[[str], None] = say_live
    ) -> None:
        """Says nothing yet."""
        self._total = total
        self._unit = unit
        self._say = say
        self._every = -(-total // _LINES)
        self._told = 0
        self._told_at = time.monotonic()
        self._number = 0
        self._line = ""
        self._watched, self._least, self._best = "", math.inf, 0

    def tell(self, number: int, values: Mapping[str, float]) -> None:
        """Takes what an epoch came to, and says it if it is its turn.

        Args:
            number: Of the epoch, from 1 on.
            values: Metric -> value; `val_<metric>` is that of evaluation.
        """
        self._number = number
        width = len(str(self._total))
        words = [f"{name} {values[name]:<8.4g}" for name in sorted(values, key=_place)]
        start = f"{self._unit} {number:>{width}}/{self._total}"
        self._line = "  ".join([start, *words]).rstrip()
        self._watch(values)
        loss = values.get(self._watched, math.inf)
        if loss < self._least:
            self._least, self._best = loss, number
        is_slow = time.monotonic() - self._told_at >= _SECONDS
        if number in (1, self._total) or number % self._every == 0 or is_slow:
            self._tell_line()

    def close(self) -> None:
        """Says of training that ended before the last epoch, when, and which one was best."""
        if self._number and self._told != self._number:
            self._tell_line()
        if 0 < self._number < self._total:
            least = f"least in {self._unit} {self._best}" if self._best else "never a finite number"
            why = f": {self._watched} was {least}" if self._watched else ""
            self._say(f"stopped after {self._unit} {self._number} of {self._total}{why}")

    def _watch(self, values: Mapping[str, float]) -> None:
        """Chooses `val_loss` from when it is first there, which need not be in each epoch."""
        if "val_loss" in values and self._watched != "val_loss":
            self._watched, self._least, self._best = "val_loss", math.inf, 0
        elif "loss" in values and not self._watched:
            self._watched = "loss"

    def _tell_line(self) -> None:
        self._say(self._line)
        self._told, self._told_at = self._number, time.monotonic()


def _place(name: str) -> tuple[bool, bool]:
    """Training before evaluation, and the loss before the metrics."""
    return name.startswith("val_"), name.removeprefix("val_") != "loss"
