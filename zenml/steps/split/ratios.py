"""Splits by ratios: their checks, and rows divided by a hash."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from zenml.steps.split.base import split_name_fault

if TYPE_CHECKING:
    import numpy as np

    from zenml.steps.split.base import SplitStep

_TOLERANCE = 1e-6


def check_ratios(step: SplitStep, argument: str, given: Any) -> None:
    """Checks a dict of names of splits to ratios.

    Args:
        step: Named in the error.
        argument: What the dict is called.
        given: What the user wrote.

    Raises:
        StepArgumentError: Names that cannot be, or ratios that do not sum to 1.
    """
    if not isinstance(given, dict) or len(given) < 2:
        raise step.fail(argument, given, "a dict of two names of splits or more to their ratios")
    for name, ratio in given.items():
        check_name(step, argument, name)
        number = isinstance(ratio, (int, float)) and not isinstance(ratio, bool)
        if not number or not 0 < ratio < 1:
            raise step.fail(f"{argument}[{name!r}]", ratio, "a number above 0 and below 1")
    total = math.fsum(given.values())
    if abs(total - 1) > _TOLERANCE:
        raise step.fail(argument, given, f"ratios that sum to 1; these sum to {total:.10g}")


def check_name(step: SplitStep, argument: str, name: Any) -> None:
    """Checks one name of a split.

    Raises:
        StepArgumentError: The name cannot be that of a folder.
    """
    fault = split_name_fault(name)
    if fault:
        raise step.fail(f"a name in {argument}", name, f"a plain name; it is {fault}")


def cuts_of(ratios: Mapping[str, float]) -> list[float]:
    """Where each split but the last ends, in shares of the whole.

    Example:
        >>> cuts_of({"train": 0.5, "eval": 0.25, "test": 0.25})
        [0.5, 0.75]
    """
    total = math.fsum(ratios.values())
    return [bound / total for bound in accumulate(ratios.values())][:-1]


def places_of(ratios: Mapping[str, float], count: int) -> list[int]:
    """After how many of `count` things in an order each split but the last ends.

    Example:
        >>> places_of({"train": 0.7, "eval": 0.2, "test": 0.1}, 10)
        [7, 9]
    """
    # 0.29 of 100 is 28.999999999999996 in binary, and 29 for whoever wrote it.
    return [math.floor(cut * count + _TOLERANCE) for cut in cuts_of(ratios)]


def by_hash(hashes: np.ndarray[Any, Any], ratios: Mapping[str, float]) -> np.ndarray[Any, Any]:
    """The split of each row, by where its hash lies among all that there can be.

    Args:
        hashes: uint64, spread evenly.
        ratios: Name -> ratio; their order does not count, for no YAML file keeps it.

    Returns:
        Integers of the same shape: the place of the split among the names.
    """
    import numpy as np

    uniform = (hashes >> np.uint64(11)) * 2.0**-53
    names = sorted(ratios)
    cuts = cuts_of({name: ratios[name] for name in names})
    places = np.array([list(ratios).index(name) for name in names])
    return places[np.searchsorted(np.array(cuts), uniform, side="right")]
