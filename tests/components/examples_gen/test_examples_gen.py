"""What a free step returns becomes examples: types, missing values, splits, and what is refused."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zenml.artifacts import store
from zenml.artifacts.values import save_value
from zenml.errors import DataError
from zenml.records import read_batches, split_files
from zenml.records.frames import read_table, to_frame

pytestmark = pytest.mark.tf


def write(value: Any, folder: Path) -> dict[str, Any]:
    from zenml.components.examples_gen.executor import write_table

    return write_table(value, str(folder), "Step `load`")


def rows(folder: Path, split: str = "examples") -> dict[str, list[Any]]:
    (batch,) = read_batches(split_files(folder, split))
    return batch.to_pydict()


TABLE = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "some": pd.array([1, None, 3], "Int64"),
        "real": [0.5, np.nan, 2.5],
        "flag": [True, False, True],
        "maybe": pd.array([True, None, False], "boolean"),
        "text": ["a", None, "ä"],
        "kind": pd.Categorical(["x", "y", "x"]),
        "day": pd.to_datetime(["2024-01-31 00:00", None, "2024-02-01 12:30"]),
        "date": [datetime.date(2024, 1, 31), None, datetime.date(2024, 2, 1)],
        "list": [[1, 2], [], None],
        "array": [np.array([0.5, 1.5]), np.array([2.5]), np.array([])],
        "price": [decimal.Decimal("1.5"), None, decimal.Decimal("2")],
        "blob": [b"\xff", None, b"a"],
    }
)
STORED = {
    "whole": [[1], [2], [3]],
    "some": [[1], None, [3]],
    "real": [[0.5], None, [2.5]],
    "flag": [[1], [0], [1]],
    "maybe": [[1], None, [0]],
    "text": [[b"a"], None, ["ä".encode()]],
    "kind": [[b"x"], [b"y"], [b"x"]],
    "day": [[b"2024-01-31T00:00:00"], None, [b"2024-02-01T12:30:00"]],
    "date": [[b"2024-01-31"], None, [b"2024-02-01"]],
    "list": [[1, 2], [], None],
    "array": [[0.5, 1.5], [2.5], []],
    "price": [[1.5], None, [2.0]],
    "blob": [[b"\xff"], None, [b"a"]],
}


def test_types_and_missing_values(tmp_path: Path) -> None:
    hashes = write(TABLE, tmp_path)
    assert rows(tmp_path) == STORED
    assert hashes["examples"].rows == 3


SMALL = {"a": [1, 2], "b": ["x", None]}


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(SMALL),
        pa.table(SMALL),
        pa.RecordBatch.from_pydict(SMALL),
        [{"a": 1, "b": "x"}, {"a": 2, "b": None}],
        SMALL,
        {"a": np.array([1, 2]), "b": pd.Series(["x", None], index=[5, 9])},
        pd.DataFrame(SMALL).set_index("a"),
        pd.DataFrame(SMALL, index=[7, 3]),
    ],
    ids=["frame", "table", "batch", "rows", "columns", "arrays", "index", "counted"],
)
def test_forms_of_a_table(tmp_path: Path, table: Any) -> None:
    from zenml.components.examples_gen.executor import _content_hash

    expected = _content_hash(write(pd.DataFrame(SMALL), tmp_path / "expected"))
    assert _content_hash(write(table, tmp_path / "found")) == expected
    assert rows(tmp_path / "found") == {"a": [[1], [2]], "b": [[b"x"], None]}


def test_a_dict_of_tables_has_their_names_for_splits(tmp_path: Path) -> None:
    write({"train": pd.DataFrame(SMALL), "test": [{"a": 3}]}, tmp_path)
    assert rows(tmp_path, "train")["a"] == [[1], [2]]
    assert rows(tmp_path, "test") == {"a": [[3]]}
    with pytest.raises(DataError, match="split 'a b', which is no folder name"):
        write({"a b": pd.DataFrame(SMALL)}, tmp_path / "other")


class Own:
    """Nothing that could be stored."""


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (3, "Step `load` returned int, which is no table: return a pandas.DataFrame"),
        ("abc", "returned str, which is no table"),
        (np.zeros((2, 2)), "returned numpy.ndarray, which is no table"),
        (pd.DataFrame(), "Step `load` gave no rows"),
        ([], "gave no rows"),
        ({"a": 1}, "dict that is no table"),
        ({"a": [1], "b": [1, 2]}, "dict that is no table .* of one length"),
        (
            pd.DataFrame({"a": [1, 2], "b": [1, Own()]}),
            r"`load`, row 2, column 'b': .* is a .*Own\. A cell",
        ),
        (pd.DataFrame({"c": pd.to_timedelta([1], unit="s")}), "Step `load`.*'c'.* duration"),
        (pd.DataFrame({"c": [1 + 2j]}), "Step `load`.*column 'c'"),
        (pd.DataFrame({"c": [{"x": 1}]}), "Step `load`.*column 'c'"),
        (pd.DataFrame({"c": pd.period_range("2024-01", periods=1)}), "Step `load`.*column 'c'"),
        (pd.DataFrame({"c": [2**70, 1]}), "`load`, row 1, column 'c': .* beyond 64 bits"),
        (pd.DataFrame({"c": [1e300]}), "`load`, row 1, column 'c'.* not a number of 32 bits"),
        (pd.DataFrame([[1, 2]], columns=["c", "c"]), "two columns 'c'"),
        ({"test": pd.DataFrame({"c": [1 + 2j]})}, "Step `load`, split 'test'.*column 'c'"),
    ],
)
def test_what_cannot_be_stored(tmp_path: Path, table: Any, match: str) -> None:
    with pytest.raises(DataError, match=match):
        write(table, tmp_path)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_an_index_and_a_column_of_one_name(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1]}, index=pd.Index([1], name="a"))
    with pytest.raises(DataError, match="an index and a column of one name"):
        write(frame, tmp_path)


def test_the_executor_loads_what_the_step_saved(tmp_path: Path) -> None:
    from tfx.types import standard_artifacts

    from zenml.components.examples_gen.executor import Executor
    from zenml.components.python_step.artifacts import ZenMLValue
    from zenml.metadata.contexts import set_values

    def run(frame: Any, name: str) -> Any:
        given, examples = ZenMLValue(), standard_artifacts.Examples()
        given.uri, examples.uri = str(tmp_path / name), str(tmp_path / f"{name}_examples")
        properties = save_value(frame, given.uri).to_properties()
        properties["content_hash"] = store.digest(given.uri).digest
        set_values(given.mlmd_artifact.custom_properties, properties)
        Executor().Do({"table": [given]}, {"examples": [examples]}, {"source": "load"})
        return examples

    one, same = run(TABLE, "one"), run(TABLE.copy(), "same")
    other = run(TABLE[::-1], "other")
    assert one.split_names == '["examples"]'
    assert one.get_int_custom_property("rows") == 3
    assert json.loads(one.get_string_custom_property("sizes")) == {"examples": 3}
    assert rows(Path(one.uri)) == STORED
    hashes = [made.get_string_custom_property("content_hash") for made in (one, same, other)]
    assert len(hashes[0]) == 64
    assert hashes[0] == hashes[1] != hashes[2]

    empty = TABLE.assign(real=np.nan)
    float_, object_ = run(empty, "float"), run(empty.astype({"real": object}), "object")
    splits = run({"train": empty, "eval": TABLE.assign(whole=pd.array([None] * 3, "Int64"))}, "by")
    told = [made.get_string_custom_property("empty_numbers") for made in (float_, object_, splits)]
    assert told == ['{"real": "FLOAT"}', "", ""]
    hashes = [made.get_string_custom_property("content_hash") for made in (float_, object_)]
    assert hashes[0] != hashes[1]


def test_rows_are_read_as_a_person_would_have_them(tmp_path: Path) -> None:
    write(TABLE, tmp_path)
    table = read_table(str(tmp_path), "examples")
    assert table.column_names == sorted(TABLE.columns)
    frame = to_frame(table)
    assert frame["whole"].dtype == np.int64
    assert str(frame["some"].dtype) == "Int64"
    assert frame["real"].dtype == np.float32
    assert frame["some"].tolist() == [1, pd.NA, 3]
    assert frame["text"].tolist() == ["a", None, "ä"]
    assert frame["blob"].tolist() == [b"\xff", None, b"a"]
    assert frame["list"].tolist() == [[1, 2], [], []]
    assert frame["array"].tolist() == [[0.5, 1.5], [2.5], []]
    assert frame["kind"].tolist() == ["x", "y", "x"]
