"""Class weights: how much a row of each class counts in training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.models.classes import vocabulary_file
from zenml.models.columns import LABEL, Column
from zenml.steps.trainer.checks import is_number
from zenml.steps.trainer.labels import class_indices

if TYPE_CHECKING:
    import numpy as np

    from zenml.steps.trainer.base import TrainerStep

BALANCED = "balanced"


def check_class_weights(step: Any) -> None:
    """Checks the argument `class_weights` of a trainer.

    Raises:
        StepArgumentError: It is neither None nor "balanced" nor a dict of weights.
    """
    given = step.class_weights
    if given is None or given == BALANCED:
        return
    would_do = f"None, {BALANCED!r}, or a dict of class (its index or its word) -> weight"
    if not isinstance(given, Mapping) or not given:
        raise step.fail("class_weights", given, would_do)
    for key, weight in given.items():
        if not is_number(weight) or weight < 0:
            raise step.fail(f"class_weights[{key!r}]", weight, "a number of 0 or more")
        if isinstance(key, bool) or not isinstance(key, (int, str)):
            raise step.fail("class_weights", given, would_do)
    if len({str(key) for key in given}) < len(given):
        raise step.fail("class_weights", given, "a dict that names each class once")


def weights_of(
    step: Any, label: Column, values: Iterable[np.ndarray[Any, Any]]
) -> np.ndarray[Any, Any] | None:
    """The weight of each class, by the argument `class_weights`.

    Args:
        step: The trainer.
        label: Its label.
        values: Those of the training rows, batch by batch, each of shape (rows, 1).

    Returns:
        float32, of shape (classes,); None where the argument is None. With "balanced", all
        classes that there are count the same: rows / (classes * rows of the class).

    Raises:
        StepArgumentError: The label holds no classes, or not the one that is named, or one
            class by that word and another by that index.

    Example:
        >>> import numpy as np
        >>> from types import SimpleNamespace
        >>> label = Column("late_xl", "int64", (1,), 2)
        >>> step = SimpleNamespace(class_weights="balanced")
        >>> weights_of(step, label, [np.array([[0], [0], [1]])])
        array([0.75, 1.5 ], dtype=float32)
    """
    import numpy as np

    given = step.class_weights
    if given is None:
        return None
    counts = np.zeros(label.classes or 0, np.int64)
    for some in values:
        more = np.bincount(class_indices(step, label, some), minlength=len(counts))
        counts = more + np.pad(counts, (0, len(more) - len(counts)))
    if given == BALANCED:
        there = counts > 0
        shares = counts.sum() / (there.sum() * np.maximum(counts, 1))
        return np.asarray(np.where(there, shares, 1), np.float32)
    weights = np.ones(len(counts), np.float32)
    words = _words(step, label)
    named: dict[int, int | str] = {}
    for key, weight in given.items():
        index = _index(step, label, key, words, len(counts))
        if index in named:
            twice = f"a dict that names each class once; {named[index]!r} and {key!r} are the same"
            raise step.fail("class_weights", given, twice)
        named[index] = key
        weights[index] = weight
    return weights


def label_values(
    step: TrainerStep, label: Column, splits: str = "train_splits"
) -> Iterator[np.ndarray[Any, Any]]:
    """Yields the values of a label, batch by batch, each of shape (rows, 1).

    Args:
        step: The trainer.
        label: Its label.
        splits: Key of `split_mapping` of the splits to read.
    """
    from zenml.records.reader import find_files
    from zenml.steps.trainer.array_batches import ArrayBatches

    files = find_files(step.patterns(splits))
    batches = ArrayBatches(files, [label], 1, None, lambda arrays: (arrays, None))
    return (arrays[label.name] for arrays in batches.arrays())


def _index(step: Any, label: Column, key: int | str, words: list[str], classes: int) -> int:
    text = str(key)
    index = int(text) if text.isdigit() and int(text) < classes else None
    # Where all words are digits, as in a label of grades, a digit is always a word.
    are_digits = bool(words) and all(word.isdigit() for word in words)
    if text in words:
        place = words.index(text)
        if index not in (None, place) and not are_digits:
            raise StepArgumentError(
                f"{type(step).__name__}: class_weights names the class {key!r}, which in the "
                f"label {label.name!r} is the word of class {place} and the index of another. "
                "What would do: 'balanced', or other words in the data."
            )
        return place
    if index is not None and not are_digits:
        return index
    known = words or [str(index) for index in range(classes)]
    raise StepArgumentError(
        f"{type(step).__name__}: class_weights names the class {key!r}, and the label "
        f"{label.name!r} has {', '.join(known)}.{did_you_mean(key, known)}"
    )


def _words(step: Any, label: Column) -> list[str]:
    """The vocabulary of the label; [] where it has none."""
    output = step.tf_transform_output
    name = vocabulary_file(label.name[: -len(LABEL)])
    try:
        return [word.decode(errors="replace") for word in output.vocabulary_by_name(name)]
    except (ValueError, OSError):
        return []
