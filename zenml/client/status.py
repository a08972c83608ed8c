"""The states of runs and steps, in the words that scripts compare them with."""

from __future__ import annotations

from datetime import datetime, timezone

from zenml.errors import RunError

_OF_RUNS = ("running", "succeeded", "failed")
_WORDS = {"succeeded": "completed"}


def status_of(state: str) -> str:
    """Of a recorded state: "running", "completed", "cached" or "failed".

    Example:
        >>> status_of("succeeded")
        'completed'
    """
    return _WORDS.get(state, state)


def state_of(status: str) -> str:
    """The recorded state of runs; the inverse of `status_of`, and a recorded one is itself.

    Raises:
        RunError: There is no such state.

    Example:
        >>> state_of("completed")
        'succeeded'
    """
    back = {word: state for state, word in _WORDS.items()}
    state = back.get(status, status)
    if state not in _OF_RUNS:
        raise RunError(
            f"There is no state {status!r} of a run: it is {', '.join(map(status_of, _OF_RUNS))}."
        )
    return state


def moment(seconds: float | None) -> datetime | None:
    """Unix seconds as a time in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
