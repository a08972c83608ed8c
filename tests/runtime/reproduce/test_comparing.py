"""What counts as identical, as equal within the tolerance, and as different."""

from __future__ import annotations

import dataclasses
from collections import deque
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zenml.records import RecordWriter, split_folder
from zenml.runtime.reproduce.descriptions import compare_schemas, compare_statistics
from zenml.runtime.reproduce.examples import compare_examples
from zenml.runtime.reproduce.files import compare_files
from zenml.runtime.reproduce.models import compare_curves, compare_evaluations, compare_models
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.values import compare_values
from zenml.runtime.reproduce.verdict import CLOSE, DIFFERENT, IDENTICAL, Comparison

NEAR = 1.0 + 1e-7
MISSING = pd.array([1, None], dtype="Int64")


@dataclasses.dataclass
class Model:
    weights: Any
    name: str = "m"


class Opaque:
    __slots__ = ("x",)

    def __init__(self, x: int) -> None:
        self.x = x

    def __reduce__(self) -> Any:
        return Opaque, (self.x,)


class Unequal(Opaque):
    """Says of nothing that it is equal."""

    def __eq__(self, other: object) -> bool:
        raise TypeError("no")


def values(new: Any, recorded: Any) -> Comparison:
    return compare_values(new, recorded, Tolerance(), "value")


@pytest.mark.parametrize(
    ("new", "recorded", "verdict"),
    [
        ({"a": [1, "x", None]}, {"a": [1, "x", None]}, IDENTICAL),
        (float("nan"), float("nan"), IDENTICAL),
        ({1, 2}, {2, 1}, IDENTICAL),
        (Model(np.ones(3)), Model(np.ones(3)), IDENTICAL),
        (Opaque(1), Opaque(1), IDENTICAL),
        (len, len, IDENTICAL),
        (Unequal(1), Unequal(1), IDENTICAL),
        (pd.DataFrame({"a": [1.0, None]}), pd.DataFrame({"a": [1.0, None]}), IDENTICAL),
        (pd.DataFrame({"a": MISSING}), pd.DataFrame({"a": MISSING}), IDENTICAL),
        (pd.to_datetime(["2026-01-01", None]), pd.to_datetime(["2026-01-01", None]), IDENTICAL),
        ([1.0, NEAR], [1.0, 1.0], CLOSE),
        (np.array([1.0, NEAR]), np.array([1.0, 1.0]), CLOSE),
        (Model(np.array([NEAR])), Model(np.array([1.0])), CLOSE),
        (pd.Series([NEAR]), pd.Series([1.0]), CLOSE),
    ],
)
def test_values_that_are_equal(new: Any, recorded: Any, verdict: str) -> None:
    assert values(new, recorded).verdict == verdict


@pytest.mark.parametrize(
    ("new", "recorded", "told"),
    [
        (1, 1.0, "value: a float then, a int now"),
        ({"a": 1}, {"a": 2}, "value['a']: 2 then, 1 now"),
        ({"a": 1}, {"b": 1}, "value: a key 'b' then, no key 'b' now"),
        ([1], [1, 2], "value: 2 items then, 1 items now"),
        ("new words", "old words", "value: 'old words' then, 'new words' now"),
        ([0.5, 2.0], [0.5, 1.0], "value[1]: 1.0 then, 2.0 now"),
        (np.eye(2), np.ones((2, 2)), "value[0, 1]: 1.0 then, 0.0 now"),
        (np.ones(2), np.ones(3), "value: float64[3] then, float64[2] now"),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]}), "value.a[0]: 2 then, 1 now"),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}), "value: columns index, b then,"),
        (Opaque(1), Opaque(2), "value[0][0]: 2 then, 1 now"),
        (deque([1]), deque([2]), "value[2][0]: 2 then, 1 now"),
        (date(2026, 1, 2), date(2026, 1, 3), "value[0][0]: "),
        (Model([1]), Model([2]), "value['weights'][0]: 2 then, 1 now"),
    ],
)
def test_values_that_differ(new: Any, recorded: Any, told: str) -> None:
    found = values(new, recorded)
    assert found.verdict == DIFFERENT
    assert found.told.startswith(told)


def test_forests_of_one_seed_are_identical() -> None:
    """Their trees are arrays with bytes in between that hold nothing."""
    pytest.importorskip("sklearn")
    from sklearn.ensemble import RandomForestClassifier

    rows, labels = np.random.default_rng(0).normal(size=(50, 3)), np.arange(50) % 2
    one, same, other = (
        RandomForestClassifier(3, random_state=seed).fit(rows, labels) for seed in (0, 0, 1)
    )
    assert values(one, same).verdict == IDENTICAL
    assert values(other, one).verdict == DIFFERENT


def write(folder: Path, rows: dict[str, list[Any]], split: str = "train", shards: int = 1) -> str:
    names, size = list(rows), len(next(iter(rows.values())))
    with RecordWriter(split_folder(folder, split)) as writer:
        for part in np.array_split(np.arange(size), shards):
            arrays = [pa.array([rows[n][i] for i in part], _type(rows[n])) for n in names]
            writer.write(pa.RecordBatch.from_arrays(arrays, names))
    return str(folder)


def _type(cells: list[Any]) -> pa.DataType:
    first = next(cell[0] for cell in cells if cell)
    kinds = {int: pa.int64(), float: pa.float32(), bytes: pa.large_binary()}
    return pa.large_list(kinds[type(first)])


ROWS: dict[str, list[Any]] = {
    "n": [[1], [2], None, [4]],
    "p": [[0.25], [0.5], [0.75], [1.0]],
    "s": [[b"a"], [b"b"], [b"c"], None],
}


def test_examples_are_compared_by_their_rows(tmp_path: Path) -> None:
    recorded = write(tmp_path / "then", ROWS)
    other_batches = write(tmp_path / "now", ROWS, shards=2)
    assert compare_examples(other_batches, recorded, Tolerance()).verdict == IDENTICAL
    near = {**ROWS, "p": [[0.25], [0.5000001], [0.75], [1.0]]}
    found = compare_examples(write(tmp_path / "near", near), recorded, Tolerance())
    assert found.verdict == CLOSE
    assert found.told.startswith("split train, column p by ")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"n": [[1], [3], None, [4]]}, "split train, row 1['n'][0]: 2 then, 3 now"),
        ({"n": [[1], [2], [3], [4]]}, "split train, row 2: no key 'n' then, a key 'n' now"),
        ({"s": [[b"a"], [b"b"], [b"x"], None]}, "split train, row 2['s'][0]: b'c' then, b'x' now"),
        ({"p": [[0.25], [0.9], [0.75], [1.0]]}, "split train, row 1['p'][0]: 0.5 then, 0.8999"),
        ({"m": [[1]] * 4}, "split train, row 0: no key 'm' then, a key 'm' now"),
    ],
)
def test_the_first_row_that_differs(tmp_path: Path, change: Any, told: str) -> None:
    recorded = write(tmp_path / "then", ROWS)
    new = write(tmp_path / "now", {**ROWS, **change})
    assert compare_examples(new, recorded, Tolerance()).told.startswith(told)


def test_other_numbers_of_rows_and_other_splits(tmp_path: Path) -> None:
    recorded = write(tmp_path / "then", ROWS)
    fewer = write(tmp_path / "fewer", {name: cells[:3] for name, cells in ROWS.items()})
    told = compare_examples(fewer, recorded, Tolerance()).told
    assert told == "split train: 4 rows then, 3 rows now"
    other = write(tmp_path / "other", ROWS, split="eval")
    assert compare_examples(other, recorded, Tolerance()).told == "splits: train then, eval now"


def test_statistics_and_schemas_name_the_field(tmp_path: Path) -> None:
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

    for name, mean, kind in (("then", 1.5, "INT"), ("now", 2.5, "FLOAT")):
        found = statistics_pb2.DatasetFeatureStatisticsList()
        feature = found.datasets.add(name="all").features.add()
        feature.path.step.append("mass")
        feature.num_stats.mean = mean
        folder = split_folder(tmp_path / name, "train")
        folder.mkdir(parents=True)
        (folder / "FeatureStats.pb").write_bytes(found.SerializeToString())
        schema = schema_pb2.Schema()
        schema.feature.add(name="mass", type=schema_pb2.FeatureType.Value(kind))
        (tmp_path / name / "schema.pbtxt").write_text(text_format.MessageToString(schema))
    new, recorded = str(tmp_path / "now"), str(tmp_path / "then")
    assert compare_statistics(new, new, Tolerance()).verdict == IDENTICAL
    told = compare_statistics(new, recorded, Tolerance()).told
    assert told == "split train, datasets[all].features[mass].num_stats.mean: 1.5 then, 2.5 now"
    assert compare_schemas(new, recorded, Tolerance()).told.startswith("schema, feature[mass].type")


def test_evaluations_curves_and_files(tmp_path: Path) -> None:
    for name, accuracy in (("then", 0.9), ("now", 0.90001), ("off", 0.8)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "metrics.json").write_text(f'{{"overall": {{"accuracy": {accuracy}}}}}')
        (folder / "history.json").write_text(f'{{"loss": [1.0, {accuracy}]}}')
    then, now, off = (str(tmp_path / name) for name in ("then", "now", "off"))
    for compare in (compare_evaluations, compare_curves):
        assert compare(now, then, Tolerance()).verdict == CLOSE
        assert compare(off, then, Tolerance()).told.endswith("0.9 then, 0.8 now")
    assert compare_files(then, then).verdict == IDENTICAL
    assert compare_files(off, then).told == "file history.json differs from byte 17 on"
    (tmp_path / "off" / "more.txt").write_text("x")
    assert compare_files(off, now, leave_out=("*.json",)).told == (
        "file more.txt: missing then, there now"
    )


def test_models_of_unknown_format_are_compared_file_by_file(tmp_path: Path) -> None:
    for name, text in (("then", "42"), ("now", "43")):
        folder = tmp_path / name / "Format-Serving"
        folder.mkdir(parents=True)
        (folder / "model.txt").write_text(text)
    then, now = str(tmp_path / "then"), str(tmp_path / "now")
    assert compare_models(then, then, Tolerance()).verdict == IDENTICAL
    assert compare_models(now, then, Tolerance()).told == "file model.txt differs from byte 1 on"
