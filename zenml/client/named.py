"""Things by name, and what is said of a name that none of them has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn, TypeVar

from zenml.edges import edge
from zenml.errors import ZenMLError
from zenml.hints import did_you_mean

_T = TypeVar("_T")
_SHOWN = 5


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence about a name that nothing has: what there is, the nearest first.

    Example:
        >>> unknown("There is no run", "pengiun", ["penguin", "train"])
        "There is no run 'pengiun'. Did you mean 'penguin'? There are: penguin, train."
    """
    names = list(known)
    have = f"There are: {some(names)}." if names else "There are none."
    return f"{what} {name!r}.{did_you_mean(name, names)} {have}"


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are.

    Example:
        >>> some(["a", "b", "c", "d", "e", "f", "g"])
        'a, b, c, d, e and 2 more'
    """
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


class Named(dict[str, _T]):
    """A dict that, asked for what it has not, says what it has.

    Args:
        items: Name -> thing.
        what: How the sentence begins, e.g. "Run r1 has no step".
        error: The class of the error.
        called: What a user writes before the brackets, e.g. "run.steps".

    Example:
        >>> Named({"split": 1}, what="Run r1 has no step", error=ZenMLError)["splt"]
        Traceback (most recent call last):
        zenml.errors.ZenMLError: Run r1 has no step 'splt'. Did you mean 'split'? There are: split.
    """

    def __init__(
        self,
        items: Mapping[str, _T],
        *,
        what: str,
        error: type[ZenMLError] = ZenMLError,
        called: str = "",
    ) -> None:
        """Copies the items."""
        super().__init__(items)
        self._what = what
        self._error = error
        self._called = called

    @edge
    def __missing__(self, key: str) -> NoReturn:
        raise self._error(unknown(self._what, key, self))

    def __getattr__(self, name: str) -> NoReturn:
        """Says how what is there is asked for; only asked where there is no such attribute."""
        if name.startswith("_"):  # Python itself asks, perhaps before there are any attributes
            raise AttributeError(name)
        how = (
            f'Write {self._called}["{name}"].' if name in self else unknown(self._what, name, self)
        )
        raise AttributeError(f"There is no attribute {name!r}. {how}")
