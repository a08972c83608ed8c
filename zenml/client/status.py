"""The states of runs and steps, in the words that scripts compare them with."""

from __future__ import annotations

from datetime import datetime, timezone

_WORDS = {"succeeded": "completed"}


def status_of(state: str) -> str:
    """Of a recorded state: "running", "completed", "cached" or "failed".

    Example:
        >>> status_of("succeeded")
        'completed'
    """
    return _WORDS.get(state, state)


def state_of(status: str) -> str:
    """The inverse of `status_of`; a recorded state is itself."""
    back = {word: state for state, word in _WORDS.items()}
    return back.get(status, status)


def moment(seconds: float | None) -> datetime | None:
    """Unix seconds as a time in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
