"""What is asked of a commit, and what is answered: plain data that goes between processes."""

from __future__ import annotations

from dataclasses import dataclass, field

from zenml.runtime.bisect.metric import Metric
from zenml.runtime.bisect.template import Template


@dataclass(frozen=True)
class Question:
    """What the metric is at a commit.

    Attributes:
        template: The pipeline.
        metric: What it is to give.
        known: Fingerprints whose metric is known: they are not run.

    Example:
        >>> from zenml.spec import PipelineSpec
        >>> spec = PipelineSpec("p", "steps", "m.p", "v")
        >>> Question(Template(spec, "train", "p-1"), Metric("accuracy")).known
        frozenset()
    """

    template: Template
    metric: Metric
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """What a commit gives.

    Attributes:
        mark: Fingerprint of the step that gives the metric, "" where it cannot be told.
        value: The metric; None where it is not known, or the mark was known.
        error: Why there is none; "" where there is one.
        run: Name of the run that gave it; "" where there was none, because an earlier
            one had.
        executed: Steps that really ran.
        files: Of the repository, that the code is in.

    Example:
        >>> Answer("f" * 64, 0.9).error
        ''
    """

    mark: str = ""
    value: float | None = None
    error: str = ""
    run: str = ""
    executed: tuple[str, ...] = ()
    files: frozenset[str] = field(default=frozenset(), repr=False)
