"""The columns that a StandardSequencer names, against those that the data has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean


def check_columns(
    step: str,
    kinds: Mapping[str, str],
    *,
    timestamp: str,
    category: str | None,
    overwritten: Sequence[str],
    targets: Mapping[str, str],
) -> None:
    """Checks that columns are there, that they can be treated so, and that new names are free.

    Args:
        step: Said in the error.
        kinds: Column of the data -> what it holds.
        timestamp: Column of the times.
        category: Column of the categories.
        overwritten: Columns that `overwrite` names.
        targets: New column -> the one that it is made of.

    Raises:
        StepArgumentError: Names the argument, the column, and those that there are.
    """
    used = {
        "timestamp_column": [timestamp],
        "category_column": [] if category is None else [category],
        "overwrite": overwritten,
        "targets": list(targets.values()),
    }
    for argument, names in used.items():
        for name in names:
            if name not in kinds:
                raise StepArgumentError(
                    f"{step}: {argument} names the column {name!r}, which is not in the data."
                    f"{did_you_mean(name, kinds)} It has {', '.join(sorted(kinds))}."
                )
    for name in (*overwritten, *targets.values()):
        if name in (timestamp, category):
            raise StepArgumentError(
                f"{step}: {name!r} is the column of the times or categories, which are neither "
                "resampled nor filled."
            )
    for name in (f"{timestamp}_epoch", *targets):
        if name in kinds or (name in targets and name == f"{timestamp}_epoch"):
            raise StepArgumentError(
                f"{step}: the column {name!r} would be there twice. Call the one of the data, or "
                "the target, something else."
            )
