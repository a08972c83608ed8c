"""The rows that an inferrer predicted, as a table."""

from __future__ import annotations

import json
import sys
from numbers import Integral
from typing import TYPE_CHECKING, Any

from zenml.client.results.finding import Finding
from zenml.errors import ArtifactStoreError, PipelineError
from zenml.metadata.artifacts import COLUMN_ORDER

if TYPE_CHECKING:
    import pandas as pd

    from zenml.client.run import RunView


def read_predictions(run: RunView, rows: int | None = None) -> pd.DataFrame:
    """The predictions of a run beside the columns of the source, all splits one after the other.

    Args:
        run: The run.
        rows: How many at most, from the first; None is all.

    Returns:
        The columns of the source in its order, then what was predicted.

    Raises:
        PipelineError: That is no number of rows.
        ResultNotFoundError: The run has none; says why.
        ArtifactStoreError: Their files are gone.
    """
    import pandas as pd

    from zenml.records.folders import list_splits
    from zenml.records.tables import sample

    given: Any = rows  # a whole number of NumPy does too
    if given is not None and (isinstance(given, bool) or not _is_count(given)):
        raise PipelineError(f"sample_size is {rows!r}; it must be a whole number, or None for all.")
    found = Finding(run).predictions()
    left = sys.maxsize if rows is None else int(rows)
    tables: list[pd.DataFrame] = []
    for split in list_splits(found.uri):
        tables.append(sample(found.uri, split, left))
        left -= len(tables[-1])
    if not tables:
        raise ArtifactStoreError(
            f"The predictions of run {run.name} are not in the artifact store any more: "
            f"{found.uri} has no split. Run its pipeline again to make them anew."
        )
    whole = pd.concat(tables, ignore_index=True)
    order = json.loads(found.properties.get(COLUMN_ORDER) or "[]")
    known = [name for name in order if name in whole]
    return whole[[*known, *whole.columns.difference(known, sort=False)]]


def _is_count(given: Any) -> bool:
    return isinstance(given, Integral) and int(given) >= 0
