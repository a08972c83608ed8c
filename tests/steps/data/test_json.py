"""JSONDataStep: what values mean, in lines and in arrays, and what each bad file is told."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.records import json_blocks, json_files
from zenml.steps.data import JSONDataStep

Write = Callable[[Path, list[dict[str, Any]]], Path]


def lines(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def array(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "a.json"
    path.write_text(json.dumps(rows, indent=2))
    return path


def packed(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "a.json.gz"
    path.write_bytes(gzip.compress(lines(folder, rows).read_bytes()))
    return path


def read(path: Path, schema: dict[str, str] | None = None) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for batch in JSONDataStep(path=str(path), schema=schema).batches():
        for name, cells in batch.to_pydict().items():
            columns.setdefault(name, []).extend(cells)
    return columns


@pytest.fixture(params=[lines, array, packed])
def write(request: pytest.FixtureRequest) -> Write:
    return request.param


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ([1, -2, None], [[1], [-2], None]),
        ([1, 2.5, None], [[1.0], [2.5], None]),
        ([True, False, None], [[1], [0], None]),
        ([1, True, 2], [[1], [1], [2]]),
        (["x", "", None], [[b"x"], [b""], None]),
        (["2024-01-31", "2024-01-31 10:00:00"], [[b"2024-01-31"], [b"2024-01-31 10:00:00"]]),
        (["2024-01-31", 5], [[b"2024-01-31"], [b"5"]]),
        ([1, "x", 2.5], [[b"1"], [b"x"], [b"2.5"]]),
        ([2**63 - 1, -(2**63), 0], [[2**63 - 1], [-(2**63)], [0]]),
        ([2**63, 1, 2], [[str(2**63).encode()], [b"1"], [b"2"]]),
        ([2**60, 0.5], [[2.0**60], [0.5]]),
        ([1.5, float("nan")], [[1.5], None]),
        ([[1, 2], [], None], [[1, 2], [], None]),
        ([[1, 2.5], [3]], [[1.0, 2.5], [3.0]]),
        ([[None, None], [], None], [None, [], None]),
        ([["2024-01-31"], ["b", "c"]], [[b"2024-01-31"], [b"b", b"c"]]),
        (['ä\n"\\', "]}{[,"], [['ä\n"\\'.encode()], [b"]}{[,"]]),
    ],
)
def test_what_values_become(tmp_path: Path, write: Write, cells: list[Any], values: list[Any]):
    rows = [{"c": cell, "n": number} for number, cell in enumerate(cells)]
    assert read(write(tmp_path, rows))["c"] == values


def test_objects_without_any_key_are_rows(tmp_path: Path, write: Write):
    assert read(write(tmp_path, [{}, {"a": 1}])) == {"a": [None, [1]]}
    assert read(write(tmp_path, [{}, {"a": 1}, {"a": "x"}])) == {"a": [None, [b"1"], [b"x"]]}
    assert read(write(tmp_path, [{"a": {}}, {"a": {}}, {"b": 1}])) == {"b": [None, None, [1]]}
    with pytest.raises(DataError, match="gave rows without any column"):
        read(write(tmp_path, [{}, {"a": {}}]))


def test_objects_within_a_row_are_columns_of_their_own(tmp_path: Path, write: Write):
    rows = [
        {"a": {"b": 1, "c": {"d": "2024-01-31"}}},
        {"a": None},
        {"a": {"c": {"d": "x"}}, "e": 1},
    ]
    assert read(write(tmp_path, rows)) == {
        "a.b": [[1], None, None],
        "a.c.d": [[b"2024-01-31"], None, [b"x"]],
        "e": [None, None, [1]],
    }


def test_an_object_in_one_row_and_a_number_in_another(tmp_path: Path, write: Write):
    assert read(write(tmp_path, [{"a": 1}, {"a": {"b": 2}}])) == {
        "a": [[1], None],
        "a.b": [None, [2]],
    }


def test_blocks_do_not_matter(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(7)
    words = ["x", "2024-01-31", '"]}', "\\", "ä", "y" * 300]
    rows = [
        {
            "n": number if number % 97 else number + 0.5,
            "t": chance.choice(words),
            "l": chance.choices(words, k=number % 3),
            **({"o": {"k": chance.choice([1, "1", None])}} if number > 400 else {}),
        }
        for number in range(600)
    ]
    path = write(tmp_path, rows)
    whole = read(path)
    assert [cells[0].decode() for cells in whole["t"]] == [row["t"] for row in rows]
    assert whole["o.k"][:401] == [None] * 401
    for chunk in (50, 333, 5000):
        monkeypatch.setattr(json_files, "CHUNK", chunk)
        assert read(path) == whole


def test_short_rows_are_never_read_one_by_one(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
):
    """Arrow parses no more than 100,000 rows at once."""

    def slowly(block: Any) -> Any:
        raise AssertionError(f"{block.rows} rows are parsed by Python")

    monkeypatch.setattr(json_blocks, "_slowly", slowly)
    path = write(tmp_path, [{"a": n % 10} for n in range(250_000)])
    rows = 0
    for batch in JSONDataStep(path=str(path)).batches():
        rows += batch.num_rows
    assert rows == 250_000


def test_a_schema_decides(tmp_path: Path, write: Write):
    rows = [{"t": "2024-01-31T00:00:10Z", "d": "2024-01-31", "i": "7", "f": 1, "s": 3}]
    schema = {"t": "TIMESTAMP", "d": "DATETIME", "i": "INTEGER", "f": "FLOAT", "s": "STRING"}
    assert read(write(tmp_path, rows), schema) == {
        "t": [[1706659210]], "d": [[b"2024-01-31T00:00:00"]], "i": [[7]], "f": [[1.0]],
        "s": [[b"3"]],
    }  # fmt: skip


@pytest.mark.parametrize("other", [1.0, 2.5, "x"])
def test_declared_types_keep_all_digits(tmp_path: Path, write: Write, other: Any):
    rows = [{"o": {"s": 9007199254740993}}, {"o": {"s": other}}, {"o": {"s": 2**70}}]
    text = b"1" if other == 1 else str(other).encode()
    found = read(write(tmp_path, rows), {"o.s": "STRING"})
    assert found == {"o.s": [[b"9007199254740993"], [text], [str(2**70).encode()]]}
    numbers = write(tmp_path, [{"i": 9007199254740993}, {"i": 1.0}])
    assert read(numbers, {"i": "INTEGER"}) == {"i": [[9007199254740993], [1]]}


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path):
    (tmp_path / "b.json").write_text('[{"a": 2}]')
    (tmp_path / "a.jsonl").write_text('\ufeff{"a": 1}\n\n')
    (tmp_path / "c.ndjson.gz").write_bytes(gzip.compress(b'{"a": 3, "b": "x"}'))
    (tmp_path / "notes.txt").write_text("no JSON")
    assert read(tmp_path) == {"a": [[1], [2], [3]], "b": [None, None, [b"x"]]}


@pytest.mark.parametrize(
    ("text", "schema", "message"),
    [
        ("", None, "a.json is empty"),
        (" \n", None, "a.json is empty"),
        ("[]", None, "a.json gave no rows"),
        ("7", None, "begins with b'7': it needs objects"),
        ('{"a": 1}\n{"a": 2\n', None, "line 2: the object does not end there. Put each"),
        ('{"a": 1}\n{"a": tru}\n', None, "line 2, character 7: no JSON"),
        ('{"a": 1}\n\n[1]\n', None, "line 3: a row is an object"),
        ('{"a": 1}\n{"a": 2} x\n', None, "line 2, character 9: something stands behind"),
        ('{"a": 1} {"a": 2}\n', None, "line 1, character 9: something stands behind"),
        ('{\n "a": 1\n}\n', None, "line 1: the object does not end there. Put each object"),
        ('{"a": 1, "a": 2}\n', None, "line 1: the key 'a' stands twice"),
        ('{"a": 1}\n{"a": [{"b": 1}]}\n', None, "line 2, column 'a': .* is a dict"),
        ('{"data": [{"a": 1}]}', None, "column 'data': .* where rows lie in a list, each a row"),
        ('{"a": [[1], [2]]}\n', None, "line 1, column 'a': .* is a list"),
        ('{"a": {"b": 1}, "a.b": 2}\n', None, "two (values for the|columns).*'a.b'"),
        ('{"": 1}\n', None, "line 1: a value has an empty name"),
        ('{"a":' * 2000 + "1" + "}" * 2000, None, "line 1: the object is nested too deeply"),
        ('{"a": "\\ud800"}\n', None, "line 1, column 'a'.* UTF-8 cannot hold"),
        ('{"a": 1e39}\n', None, "line 1, column 'a': 1e.39 is not a number of 32 bits"),
        ('{"a": 1}\n\n{"a": "x"}\n', {"a": "INTEGER"}, "line 3, column 'a': 'x' is not a whole"),
        ('{"a": 1}\n{"a": ' + "9" * 5000 + "}", None, "line 2: a whole number has 5,000 digits"),
        ('{"a": [2]}\n{"a": [1, null, 3]}', None, "line 2, column 'a': a value within the list"),
        ('{"a": 1}\n', {"b": "FLOAT"}, "names a column 'b', and there is none; there are a"),
        ('[{"a": 1},\n {"a": 2]', None, "element 2, character 8: no JSON"),
        ('[{"a": 1}, {"a": 2}', None, "element 3 of the array: the file ends before"),
        ('[{"a": 1} {"a": 2}]', None, "element 2 of the array: it is no object, or no comma"),
        ('[{"a": 1}, 7]', None, "element 2 of the array: it is no object"),
        ('[{"a": 1}, [7]]', None, "element 2 of the array: it is no object"),
        ('[{"a": 1},]', None, "element 2 of the array: it is no object"),
        ('[{"a": 1}]\n[{"a": 1}]', None, "something stands behind the end of the array"),
        ('[{"a": 1}, {"a": tru}]', None, "element 2, character 7: no JSON"),
        ('[{"a": 1}, {"a": [{}]}]', None, "element 2, column 'a': .* is a dict"),
        ('[{"a": "x"}]', {"a": "FLOAT"}, "element 1, column 'a': 'x' is not a number"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, text: str, schema: dict[str, str] | None, message: str
):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DataError, match=message):
        read(tmp_path / "a.json", schema)


def test_bytes_that_are_no_text(tmp_path: Path, write: Write):
    path = tmp_path / "a.json"
    path.write_bytes(b'{"a": 1}\n{"a": "\xe4"}\n')
    with pytest.raises(DataError, match=r"line 2, character 8: byte 0xe4 is not UTF-8"):
        read(path)
    path.write_bytes(b'[{"a": 1}, {"a": "\xe4"}]')
    with pytest.raises(DataError, match=r"element 2, character .*: byte 0xe4 is not UTF-8"):
        read(path)


def test_a_gzip_file_that_is_cut_off(tmp_path: Path):
    path = packed(tmp_path, [{"a": number} for number in range(1000)])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"a\.json\.gz cannot be read to its end"):
        read(path)


def test_where_there_is_nothing(tmp_path: Path):
    with pytest.raises(DataError, match=r"There is no file or folder .*nothing"):
        read(tmp_path / "nothing")
    with pytest.raises(DataError, match=r"holds no file that ends in .json or .json.gz"):
        read(tmp_path)
    with pytest.raises(StepArgumentError, match="the path of a JSON file or a folder of them"):
        JSONDataStep(path="").check()
    with pytest.raises(StepArgumentError, match="a path on this machine"):
        JSONDataStep(path="s3://bucket/a.json").check()
