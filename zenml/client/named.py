"""Things by name, and what is said of a name that none of them has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import NoReturn, TypeVar

from zenml.errors import ZenMLError

_T = TypeVar("_T")
_SHOWN = 20


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence about a name that nothing has: what there is, the nearest first.

    Example:
        >>> unknown("There is no run", "pengiun", ["penguin", "train"])
        "There is no run 'pengiun'. Did you mean 'penguin'? There are: penguin, train."
    """
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    have = f"There are: {', '.join(names[:_SHOWN])}{more}." if names else "There are none."
    return f"{what} {name!r}. {hint}{have}"


class Named(dict[str, _T]):
    """A dict that, asked for what it has not, says what it has.

    Args:
        items: Name -> thing.
        what: How the sentence begins, e.g. "Run r1 has no step".
        error: The class of the error.

    Example:
        >>> Named({"split": 1}, what="Run r1 has no step", error=ZenMLError)["splt"]
        Traceback (most recent call last):
        zenml.errors.ZenMLError: Run r1 has no step 'splt'. Did you mean 'split'? There are: split.
    """

    def __init__(
        self, items: Mapping[str, _T], *, what: str, error: type[ZenMLError] = ZenMLError
    ) -> None:
        """Copies the items."""
        super().__init__(items)
        self._what = what
        self._error = error

    def __missing__(self, key: str) -> NoReturn:
        raise self._error(unknown(self._what, key, self))
