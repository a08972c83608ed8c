"""Datasources: their arguments, their names, their specs."""

from __future__ import annotations

import pytest

from zenml.datasources import (
    BaseDatasource,
    CSVDatasource,
    ImageDatasource,
    JSONDatasource,
    PandasDatasource,
    ParquetDatasource,
    TFRecordsDatasource,
)
from zenml.errors import DataError, DatasourceError
from zenml.steps.data import CSVDataStep


def test_spec_and_back():
    source = CSVDatasource(name="my data", path="d.csv", schema={"a": "FLOAT"})
    spec = source.to_config(commit="ab" * 20, version="zenml_1")
    assert spec.name == "my data"
    assert spec.source == "zenml.datasources.csv.CSVDatasource"
    assert spec.args == {"path": "d.csv", "schema": {"a": "FLOAT"}}
    assert (spec.commit, spec.version) == ("ab" * 20, "zenml_1")
    again = CSVDatasource.from_config(spec)
    assert again.arguments == source.arguments
    step = again.get_data_step()
    assert isinstance(step, CSVDataStep)
    assert step.arguments == {"path": "d.csv", "schema": {"a": "FLOAT"}}


@pytest.mark.parametrize("name", ["", " x", "a/b", "a\nb", "x" * 101, 3, "../x", None])
def test_names_that_cannot_be(name):
    with pytest.raises(DatasourceError, match="CSVDatasource: name is"):
        CSVDatasource(name=name, path="a.csv").to_config()


@pytest.mark.parametrize("name", ["penguins", "größe 2", "a-b_c.d", "7"])
def test_names_that_can_be(name):
    assert CSVDatasource(name=name, path="a.csv").to_config().name == name


def test_arguments_that_cannot_be():
    with pytest.raises(DatasourceError, match="keyword arguments only"):
        CSVDatasource("penguins", "a.csv")
    with pytest.raises(DatasourceError, match="needs the argument 'path'"):
        CSVDatasource(name="a")
    with pytest.raises(DatasourceError, match=r"does not take the argument 'paht'.*'path'"):
        CSVDatasource(name="a", path="a.csv", paht="b.csv")
    with pytest.raises(DatasourceError, match=r"schema\['a'\] is 'NUMBER'; it must be one of"):
        CSVDatasource(name="a", path="a.csv", schema={"a": "NUMBER"}).to_config()
    with pytest.raises(DatasourceError, match="define get_data_step"):
        BaseDatasource(name="a").get_data_step()


@pytest.mark.parametrize("path", [None, 3, "", "s3://bucket/a"])
@pytest.mark.parametrize(
    "kind",
    [CSVDatasource, ImageDatasource, JSONDatasource, ParquetDatasource, TFRecordsDatasource],
)
def test_a_path_that_cannot_be_is_said_of_the_datasource(kind, path):
    argument = "base_path" if kind is ImageDatasource else "path"
    source = kind(name="a", **{argument: path})
    for written in (source.to_config, source.commit):
        with pytest.raises(DatasourceError, match=f"^{kind.__name__}: {argument} is {path!r}; it"):
            written()


def test_a_users_own_datasource_stores_what_it_is_given():
    class Mine(BaseDatasource):
        def __init__(self, table, **kwargs):
            super().__init__(table=table, **kwargs)

    source = Mine(name="mine", table="t")
    assert (source.table, source.name, source.schema) == ("t", "mine", None)
    assert source.to_config().args == {"table": "t", "schema": None}


def test_the_port_of_a_page_comes_first(monkeypatch):
    """Scripts of earlier releases give it without its name."""
    import pandas as pd

    from zenml.client.pages import showing, views
    from zenml.client.pages.view import View

    served = []
    view = View("statistics", "birds", [{"column": "n", "split": "examples"}], lambda: "page")
    monkeypatch.setattr(views, "datasource_statistics_view", lambda source: view)
    monkeypatch.setattr(views, "datasource_schema_view", lambda source: view)
    monkeypatch.setattr("zenml.runtime.datasources.warn_if_other", lambda source: None)
    monkeypatch.setattr(showing, "at_port", lambda page, port: served.append((page, port)))
    birds = CSVDatasource(name="birds", path="birds.csv")
    assert birds.view_statistics(8080).equals(pd.DataFrame({"column": ["n"]}))
    birds.view_schema(8081)
    assert served == [("page", 8080), ("page", 8081)]


def committed(source: BaseDatasource) -> None:
    """Records that a datasource was committed, with seven rows."""
    from zenml.metadata import commits
    from zenml.repo import Repository
    from zenml.repo.datasources import register_datasource
    from zenml.runtime.workspace import Workspace

    Repository.init_repo()
    register_datasource(source.to_config())
    commits.record(
        Workspace.default().store(),
        datasource=source.name,
        commit="ab" * 20,
        rows=7,
        source_mark="mark",
        made_by=[],
    )


def test_what_could_not_be_read_is_not_taken_for_committed(git_repo, capsys):
    committed(CSVDatasource(name="birds", path="birds.csv"))
    gulls = CSVDatasource(name="birds", path="gulls.csv")
    for _ in range(2):
        with pytest.raises(DataError, match=r"gulls\.csv"):
            gulls.commit()
        assert gulls.n_datapoints == 7
        assert "(path 'birds.csv' -> 'gulls.csv')" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(("cell", "what"), [(8, "other rows in df"), (object(), "other rows")])
def test_asking_for_rows_in_memory_writes_none(git_repo, capsys, cell, what):
    import pandas as pd

    def frame(value):
        return PandasDatasource(name="n", df=pd.DataFrame({"n": [1, value]}))

    committed(frame(7))
    there = sorted(git_repo.rglob("*.arrow"))
    assert len(there) == 1
    assert frame(7).n_datapoints == 7
    assert "another" not in capsys.readouterr().out
    assert frame(cell).n_datapoints == 7
    told = " ".join(capsys.readouterr().out.split())
    assert f"Datasource n is another than at its last commit ({what}), which is" in told
    assert sorted(git_repo.rglob("*.arrow")) == there


def test_rows_of_a_commit_with_other_arguments_are_said_to_be_that(git_repo, capsys):
    birds = CSVDatasource(name="birds", path="birds.csv")
    committed(birds)
    assert birds.n_datapoints == 7
    assert "another" not in capsys.readouterr().out
    assert CSVDatasource(name="birds", path="gulls.csv").n_datapoints == 7
    told = " ".join(capsys.readouterr().out.split())
    assert told == (
        "Datasource birds is another than at its last commit (path 'birds.csv' -> 'gulls.csv'), "
        "which is what you see: call commit() to see the new one."
    )
