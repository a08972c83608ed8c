"""Datasources of what is in memory: arguments, kept tables, and what is wrong with either."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from zenml.cli.main import main
from zenml.datasources import BaseDatasource, NumpyDatasource, PandasDatasource
from zenml.errors import (
    DataError,
    DatasourceError,
    DatasourceNotFoundError,
    RepositoryNotFoundError,
    StepArgumentError,
)
from zenml.pipelines import DataPipeline
from zenml.repo import Repository
from zenml.steps.data import KeptTableDataStep


@pytest.fixture
def repo(git_repo: Path) -> Repository:
    return Repository.init_repo()


def read(source: BaseDatasource) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for batch in source.get_data_step().batches():
        for name, cells in batch.to_pydict().items():
            columns.setdefault(name, []).extend(None if c is None else c for c in cells)
    return columns


def frame(**columns: Any) -> PandasDatasource:
    return PandasDatasource(name="p", df=pd.DataFrame(columns))


def kept(repo: Repository) -> list[Path]:
    return sorted(Path(repo.get_default_artifact_store().uri, ".tables").iterdir())


def test_a_frame_is_kept_once_by_its_content(repo: Repository, git):
    source = frame(a=[1, 2], b=["x", None])
    args = source.to_config().args
    (file,) = kept(repo)
    assert args == {"df": f"sha256:{file.stem}", "schema": None}
    assert frame(a=[1, 2], b=["x", None]).to_config().args == args
    assert kept(repo) == [file]
    assert frame(a=[1, 3], b=["x", None]).to_config().args != args
    assert len(kept(repo)) == 2
    git("add", "--all")
    assert ".tables" not in git("status", "--porcelain")


def test_a_later_change_of_the_frame_does_not_reach_it(repo: Repository):
    table = pd.DataFrame({"a": [1, 2]})
    source = PandasDatasource(name="p", df=table)
    table.loc[0, "a"] = 7
    assert read(source) == {"a": [[1], [2]]}
    assert read(PandasDatasource(name="p", df=table)) == {"a": [[7], [2]]}


def test_what_is_in_memory_is_copied_once(repo: Repository):
    table, array = pd.DataFrame({"a": [1, 2]}), np.arange(3)
    frames, arrays = PandasDatasource(name="p", df=table), NumpyDatasource(name="n", X=array)
    assert frames.arguments["df"] is frames.df is not table
    assert arrays.arguments["X"] is arrays.X is not array


def test_indexes(repo: Repository):
    table = pd.DataFrame({"a": [1, 2]}, index=[7, 9])
    assert read(PandasDatasource(name="p", df=table)) == {"a": [[1], [2]]}
    named = table.rename_axis("id")
    assert read(PandasDatasource(name="p", df=named)) == {"id": [[7], [9]], "a": [[1], [2]]}
    with pytest.raises(DataError, match="an index and a column of one name"):
        read(PandasDatasource(name="p", df=table.rename_axis("a")))
    dates = table.set_index(pd.to_datetime(["2024-01-31", "2024-02-01"]))
    for frame in (dates, table.set_index([["x", "y"]]), table.set_index([[1, 2], ["x", "y"]])):
        with pytest.raises(DataError, match=r"index without a name that holds .*rename_axis"):
            read(PandasDatasource(name="p", df=frame))
    assert read(PandasDatasource(name="p", df=dates.rename_axis("t"))).keys() == {"t", "a"}


def test_a_declared_type_keeps_all_digits(repo: Repository):
    table = pd.DataFrame({"a": [Decimal("12345678901234567.5"), None]})
    source = PandasDatasource(name="p", df=table, schema={"a": "STRING"})
    assert read(source) == {"a": [[b"12345678901234567.5"], None]}


def test_arrays_by_name(repo: Repository):
    source = NumpyDatasource(
        name="n",
        arrays={
            "i": np.arange(2),
            "f": np.array([0.5, np.nan]),
            "t": np.array(["x", "y"]),
            "d": np.array(["2024-01-31", "NaT"], "datetime64[s]"),
            "m": np.ma.masked_array([1, 2], [True, False]),
            "pixels": np.arange(8, dtype=np.uint8).reshape(2, 2, 2),
            "o": np.array([[1, 3], [2, "x"]], object),
        },
    )
    assert read(source) == {
        "i": [[0], [1]], "f": [[0.5], None], "t": [[b"x"], [b"y"]],
        "d": [[b"2024-01-31T00:00:00"], None], "m": [None, [2]],
        "pixels": [[0, 1, 2, 3], [4, 5, 6, 7]], "o": [[b"1", b"3"], [b"2", b"x"]],
    }  # fmt: skip


def test_what_is_missing_within_a_row_of_an_array(repo: Repository):
    nan = float("nan")
    floats = np.array([[1.0, nan], [3.0, 4.0]])
    masked = np.ma.masked_array(np.ones((2, 2)), [[True, False], [False, False]])
    found = read(NumpyDatasource(name="n", arrays={"f": floats, "m": masked, "l": floats[:, 1:]}))
    rows = {"f": [[1.0, nan], [3.0, 4.0]], "m": [[nan, 1.0], [1.0, 1.0]], "l": [None, [4.0]]}
    assert repr(found) == repr(rows)
    for cells in (masked.astype(int), np.array([["x", "y"], ["z", None]], object)):
        with pytest.raises(DataError, match="column 'a': a value within the list is missing"):
            read(NumpyDatasource(name="n", arrays={"a": cells}))


def test_features_and_labels(repo: Repository):
    features, labels = np.arange(6).reshape(3, 2), np.array([0, 1, 0])
    assert read(NumpyDatasource(name="n", X=features, y=labels)) == {
        "x0": [[0], [2], [4]], "x1": [[1], [3], [5]], "y": [[0], [1], [0]],
    }  # fmt: skip
    images = np.arange(12).reshape(3, 2, 2)
    assert read(NumpyDatasource(name="n", X=images))["x"] == [
        [0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "arrays is None; it must be given, or X"),
        ({"arrays": {"a": np.arange(2)}, "X": np.arange(2)}, "arrays is .* given, or X"),
        ({"arrays": {"a": np.arange(2)}, "y": np.arange(2)}, "y is .* it must be left out"),
        ({"arrays": {}}, "arrays is {}; it must be a dict"),
        ({"arrays": np.arange(2)}, "arrays is .* it must be a dict"),
        ({"arrays": {"a": [1, 2]}}, r"arrays\['a'\] is \[1, 2\]; it must be a numpy.ndarray"),
        ({"X": 3}, "X is 3; it must be a numpy.ndarray"),
        ({"X": np.float64(3)}, "X is .*3.*; it must be a numpy.ndarray"),
        ({"X": np.zeros((3, 0))}, r"X is '<float64 of \(3, 0\)>'; .* one column or more"),
        ({"X": np.zeros((0, 2))}, r"X is '<float64 of \(0, 2\)>'; .* one row or more"),
        ({"X": np.zeros(3), "y": np.zeros((3, 0))}, "y is .* one column or more"),
        ({"arrays": {"a": np.zeros(0)}}, r"arrays\['a'\] is .* one row or more"),
        (
            {"arrays": {0: np.arange(2), "0": np.arange(2)}},
            "a name in arrays is '0'; it must be another than that of 0: both name the column '0'",
        ),
        ({"arrays": {"": np.arange(2)}}, "a name in arrays is ''"),
        (
            {"X": np.zeros((2, 2)), "y": np.zeros(3)},
            r"y is '<float64 of \(3,\)>'; .* as long as X, 2",
        ),
        (
            {"arrays": {"a": np.zeros(2), "b": np.zeros(1)}},
            r"arrays\['b'\] is .* as long as arrays\['a'\], 2 rows",
        ),
        (
            {"X": np.zeros(2, [("f", "i8"), ("g", "f4")])},
            r"X is .*; it must be an array without fields: arrays={'f': array\['f'\], 'g'",
        ),
        ({"X": pd.DataFrame({"a": [1]})}, r"X is <class 'pandas\..*DataFrame'>; .* numpy\.ndarray"),
        ({"X": [0] * 1000}, r"X is \[0, 0, .{480,500}\.\.\.; it must be a numpy\.ndarray"),
    ],
)
def test_arrays_that_cannot_be(repo: Repository, arguments: dict[str, Any], message: str):
    with pytest.raises(DatasourceError, match=f"NumpyDatasource: {message}"):
        NumpyDatasource(name="n", **arguments).to_config()
    assert not Path(repo.get_default_artifact_store().uri, ".tables").exists()


def test_frames_that_cannot_be(repo: Repository):
    for given in ([1, 2], pd.Series([1]), "penguins.csv", None):
        with pytest.raises(DatasourceError, match=r"df is .*; it must be a pandas\.DataFrame"):
            PandasDatasource(name="p", df=given).to_config()
    with pytest.raises(DatasourceError, match=r"df is '<0 rows of a>'; .* one row or more"):
        frame(a=[]).to_config()
    bare = pd.DataFrame(index=range(3))
    with pytest.raises(DatasourceError, match=r"df is '<3 rows of >'; .* one column or more"):
        PandasDatasource(name="p", df=bare).to_config()
    assert read(PandasDatasource(name="p", df=bare.rename_axis("i"))) == {"i": [[0], [1], [2]]}
    assert read(PandasDatasource(name="p", df=bare.rename_axis(0))) == {"0": [[0], [1], [2]]}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: frame(a=[1, {"b": 2}]), "'p', row 2, column 'a': .* is a dict"),
        (lambda: frame(a=[1 + 2j]), "column 'a'.*complex"),
    ],
)
def test_rows_that_cannot_be_stored(repo: Repository, make: Any, message: str):
    with pytest.raises(DataError, match=message):
        read(make())
    assert all(file.suffix == ".arrow" for file in kept(repo))


def test_a_kept_table_that_is_damaged_or_gone(repo: Repository):
    source = frame(a=[1, 2])
    step = source.get_data_step()
    (file,) = kept(repo)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    with pytest.raises(DataError, match="is damaged: its bytes are not those"):
        list(step.batches())
    file.unlink()
    with pytest.raises(DatasourceNotFoundError, match="is not in the artifact store any more"):
        list(step.batches())
    assert read(source) == {"a": [[1], [2]]}  # who has the frame writes it again
    assert kept(repo)[0].read_bytes() == whole
    with pytest.raises(StepArgumentError, match="the name of a kept table"):
        KeptTableDataStep(table="sha256:12").check()


def test_a_kept_table_is_found_in_the_store_that_was_used_before(repo: Repository, tmp_path: Path):
    from zenml.repo.stores import remember
    from zenml.runtime.workspace import Workspace

    step = frame(a=[1]).get_data_step()
    remember(repo.home, Workspace.default().stores())
    Repository.init_repo(artifact_store_path=str(tmp_path / "other"))
    assert sum(batch.num_rows for batch in step.batches()) == 1


def test_outside_of_a_repository(git_repo: Path):
    with pytest.raises(RepositoryNotFoundError):
        frame(a=[1]).get_data_step()
    assert (
        repr(frame(a=[1], b=[2])) == "PandasDatasource(name='p', df=<1 row of a, b>, schema=None)"
    )


@pytest.mark.tf
def test_a_pipeline_takes_the_rows_that_it_was_given(
    repo: Repository, capsys: pytest.CaptureFixture[str]
):
    first, other = frame(a=[1, 2]), frame(a=[1, 3])
    name = first.commit()
    assert DataPipeline("p", datasource=first).to_config().datasource.commit == name
    capsys.readouterr()
    taken = DataPipeline("p", datasource=other).to_config().datasource.commit
    assert "another than at its last commit (other rows in df)" in capsys.readouterr().out
    assert taken == other.commit() != name


@pytest.mark.tf
def test_a_pipeline_runs_again_from_its_file_where_the_rows_are_not_in_memory(
    repo: Repository, capsys: pytest.CaptureFixture[str]
):
    pipeline = DataPipeline(name="numbers")
    pipeline.add_datasource(PandasDatasource(name="n", df=pd.DataFrame({"n": range(30)})))
    pipeline.run()
    (file,) = Path("pipelines").glob("data_*.yaml")
    store = Path(repo.get_default_artifact_store().uri)
    for folder in store.iterdir():
        if not folder.name.startswith("."):
            shutil.rmtree(folder)
    capsys.readouterr()
    main(["pipeline", "run", str(file)])
    assert re.search(r"^data +done", capsys.readouterr().out, re.MULTILINE)
    assert repo.get_datasource_by_name("n").n_datapoints == 30
