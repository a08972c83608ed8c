"""Rows of Python: what a model does not take is named, as by the server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from tests.serving.conftest import save_sum
from zenml.errors import DataError
from zenml.models import TrainedModel
from zenml.models.fitted_rows import fitted_rows
from zenml.models.parsed_columns import RawColumn
from zenml.records.loose import loose_batches

COLUMNS = {
    column.name: column
    for column in (
        RawColumn("place", "string", (1,), required=True),
        RawColumn("size", "float32"),
        RawColumn("weight", "int64"),
        RawColumn("pair", "float32", (2,)),
    )
}


def fit(rows: Any, others: tuple[str, ...] = ("late",)) -> dict[str, list[Any]]:
    items = rows if isinstance(rows, list) else [rows]
    loose = list(loose_batches(items, "model(rows)"))
    (batch,) = fitted_rows(loose, COLUMNS, lambda: others, "model(rows)")
    found: dict[str, list[Any]] = batch.to_pydict()
    return found


def test_numbers_are_those_of_the_model() -> None:
    found = fit([{"place": "a", "size": 3, "weight": 2.0, "late": 1}, {"place": "b"}])
    assert found["size"] == [[3.0], None]
    assert found["weight"] == [[2], None]
    # pandas makes floats of whole numbers among which one is missing.
    frame = pd.DataFrame({"place": ["a", "b"], "weight": [16777217, None], "pair": [[1, 2]] * 2})
    assert fit(frame)["weight"] == [[16777217], None]
    table = pa.table({"place": ["a"], "size": pa.array([1], pa.int32()), "pair": [[1, 2]]})
    assert (fit(table)["size"], fit(table)["pair"]) == ([[1.0]], [[1.0, 2.0]])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [{"place": "a", "wieght": 1}],
            "model(rows): the model has no column 'wieght'. Did you mean 'weight'? "
            "It has: late, pair, place, size, weight.",
        ),
        ([{"place": "a"}, {"size": 1.0}], "row 2: column 'place' is missing; every row needs it"),
        ([{"size": 1.0}], "row 1: column 'place' is missing; every row needs it"),
        ([{"place": 3}], "column 'place' takes text, not 3"),
        ([{"place": "a"}, {"place": "b", "size": "long"}], "row 2: column 'size' takes a number"),
        ([{"place": "a", "weight": 1.5}], "'weight': 1.5 is not a whole number"),
        ([{"place": "a", "pair": [1.0]}], "column 'pair' has 1 value; it takes 2"),
        ([{"place": ["a", "b"]}], "column 'place' has 2 values; it takes 1"),
    ],
)
def test_what_does_not_fit_is_named(rows: Any, said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        fit(rows)


def test_of_a_model_whose_labels_are_not_known_only_a_misspelt_column_is_refused() -> None:
    assert fit([{"place": "a", "late": 1}], others=())["place"] == [[b"a"]]
    with pytest.raises(DataError, match="Did you mean 'weight'"):
        fit([{"place": "a", "wieght": 1}], others=())


@pytest.mark.tf
def test_a_model_by_the_uri_of_its_artifact(tmp_path: Path) -> None:
    save_sum(tmp_path / "Format-Serving")
    model = TrainedModel(str(tmp_path))
    assert model([{"place": "north", "size": 2, "weight": 1}])["total_o"].tolist() == [[103.0]]
    with pytest.raises(DataError, match=r"column 'place' is missing; every row needs it"):
        model([{"size": 2}])
