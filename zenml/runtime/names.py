"""Names of runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from zenml.errors import PipelineError
from zenml.metadata import runs

_DATE, _TIME = "{date}", "{time}"
_RULE = "take letters, digits, '_', '-', '.' and spaces, beginning with a letter or digit"
_BYTES = 200  # a folder bears its name


def run_name(pipeline: str, given: str | None = None) -> str:
    """A name for a run that begins now.

    Args:
        pipeline: Name of the pipeline.
        given: By the user; `{date}` and `{time}` stand for now. None is the
            pipeline's name with both.

    Raises:
        PipelineError: What was given cannot be a name.

    Example:
        >>> run_name("digits", "nightly")
        'nightly'
    """
    pattern = f"{pipeline.replace(' ', '-')}-{_DATE}-{_TIME}" if given is None else given
    now = datetime.now()  # as on the user's clock
    name = pattern.replace(_DATE, f"{now:%Y_%m_%d}").replace(_TIME, f"{now:%H_%M_%S_%f}")
    if not re.fullmatch(r"\w[\w .-]*", name) or len(name.encode()) > _BYTES:
        raise PipelineError(f"A run cannot be called {given!r}: {_RULE}, at most {_BYTES} bytes.")
    return name


def check_name(pipeline: str, given: str | None, store: Callable[[], Any]) -> None:
    """Refuses a name that a run cannot get, before anything is written.

    Args:
        pipeline: Name of the pipeline.
        given: By the user; None is always right.
        store: Opens the metadata store.

    Raises:
        PipelineError: It cannot be a name.
        AlreadyExistsException: A run had it before.
    """
    name = run_name(pipeline, given)
    if not is_ever_new(given):
        runs.refuse_used(store(), name)


def is_ever_new(given: str | None) -> bool:
    """Whether a name given by the user is another one each time."""
    return given is None or _TIME in given
