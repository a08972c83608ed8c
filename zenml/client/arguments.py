"""Arguments as they were recorded with a run, where its file is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml.errors import ResultNotFoundError
from zenml.metadata import parts


def refuse_shortened(args: Mapping[str, Any], what: str) -> None:
    """Refuses arguments of which not all were recorded whole: a part of one is no argument.

    Args:
        args: As `zenml.metadata.parts` has them.
        what: Whose they are, e.g. "trainer of run p-1".

    Raises:
        ResultNotFoundError: Names them, and what to do.

    Example:
        >>> refuse_shortened({"n": 1}, "trainer of run p-1")
    """
    if names := parts.shortened_names(args):
        raise ResultNotFoundError(
            f"The arguments of {what} are not all known: the file of its pipeline is gone or was "
            f"edited, and {', '.join(names)} was too long to be recorded besides. Take the file "
            "back from git."
        )
