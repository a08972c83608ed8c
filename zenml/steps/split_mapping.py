"""Which splits a step trains on, validates with and tests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError

if TYPE_CHECKING:
    from zenml.steps.base import BaseStep

DEFAULT: dict[str, list[str]] = {
    "train_splits": ["train"],
    "eval_splits": ["eval"],
    "test_splits": ["test"],
}


def check_split_mapping(step: BaseStep, mapping: Any) -> None:
    """Checks the argument `split_mapping` of a step.

    Raises:
        StepArgumentError: It is no mapping of the three keys to lists of split names.
    """
    if mapping is None:
        return
    keys = ", ".join(DEFAULT)
    if not isinstance(mapping, Mapping) or not mapping:
        raise step.fail("split_mapping", mapping, f"a mapping of {keys} to lists of split names")
    for key, names in mapping.items():
        if key not in DEFAULT:
            raise step.fail("split_mapping", mapping, f"a mapping with keys of {keys}, not {key!r}")
        fine = isinstance(names, (list, tuple)) and all(isinstance(n, str) and n for n in names)
        if not fine or (key == "train_splits" and not names):
            raise step.fail(f"split_mapping[{key!r}]", names, "a list of split names")


def splits_of(
    step: BaseStep, mapping: Mapping[str, Any] | None, present: Iterable[str]
) -> dict[str, list[str]]:
    """The splits to use for training, evaluation and test, by the data that there is.

    Args:
        step: Named in the error.
        mapping: The step's `split_mapping`; a key left out has its default.
        present: Names of the splits in the data.

    Returns:
        The three keys with the splits of each. A default split that the data does
        not have is left out; one that the user named must be there.

    Raises:
        DataError: A split that was named, or every split to train on, is not there.

    Example:
        >>> from zenml.steps.base import BaseStep
        >>> splits_of(BaseStep(), {"train_splits": ["a"]}, ["a", "test"])
        {'train_splits': ['a'], 'eval_splits': [], 'test_splits': ['test']}
    """
    given, there = dict(mapping or {}), list(present)
    for key, names in given.items():
        for name in names:
            if name not in there:
                raise DataError(
                    f"{type(step).__name__}: split_mapping[{key!r}] names the split {name!r}, and "
                    f"the data has {', '.join(map(repr, there)) or 'none'}."
                )
    found = {
        key: list(given[key]) if key in given else [name for name in default if name in there]
        for key, default in DEFAULT.items()
    }
    if not found["train_splits"]:
        raise DataError(
            f"{type(step).__name__} trains on the split 'train', and the data has "
            f"{', '.join(map(repr, there)) or 'none'}. Say which to use with "
            "split_mapping={'train_splits': [...], 'eval_splits': [...], 'test_splits': [...]}."
        )
    return found
