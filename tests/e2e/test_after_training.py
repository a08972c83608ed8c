"""What a run of real steps is asked afterwards, from the shell and from Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tf

QUESTIONS = """
import json

import numpy as np

from zenml.repo import Repository

pipeline = Repository.get_instance().get_pipeline_by_name("ours")
statistics, schema = pipeline.view_statistics(), pipeline.view_schema()
metrics = pipeline.evaluate()
anomalies = pipeline.view_anomalies("test", drift=0.0)
sample = pipeline.sample_transformed_data("train", np.int64(5))
source = Repository.get_instance().get_datasource_by_name("rows")
print(json.dumps({
    "splits": sorted(set(statistics["split"])),
    "columns": list(schema["column"]),
    "metrics": list(metrics.columns),
    "anomalies": list(anomalies["column"]),
    "sample": [list(sample.columns), len(sample)],
    "pages": [one.attrs["page"] for one in (statistics, schema, metrics, anomalies)],
    "source": [len(source.view_statistics()), source.view_schema().attrs["page"]],
    "epochs": pipeline.get_hyperparameters()["epochs"],
    "model": pipeline.get_model_uri(),
}))
"""


@pytest.fixture(scope="module")
def asked(folder: Any, first: Any) -> dict[str, Any]:
    done = folder.python("-c", QUESTIONS)
    assert done.status == 0, done.err
    found: dict[str, Any] = json.loads(done.out.splitlines()[-1])
    return found


def test_views_of_a_real_run(asked: dict[str, Any]) -> None:
    assert set(asked["splits"]) >= {"train", "eval", "test"}
    assert asked["source"][0] == len(asked["columns"]) > 2
    assert asked["metrics"][0] == "slice"
    assert len(asked["metrics"]) > 1
    assert asked["anomalies"]  # of a drift of more than 0 there is some
    for page in (*asked["pages"], asked["source"][1]):
        assert Path(page).read_text().startswith("<!doctype html>")
    assert "<svg" in Path(asked["pages"][0]).read_text()


def test_the_sample_has_what_goes_in_and_what_comes_out(asked: dict[str, Any]) -> None:
    columns, rows = asked["sample"]
    assert rows == 5
    assert any(name.endswith("_xf") for name in columns)


def test_the_model(folder: Any, asked: dict[str, Any], tmp_path: Path) -> None:
    assert (Path(asked["model"]) / "saved_model.pb").is_file()
    assert asked["epochs"] == 2
    out = tmp_path / "model"
    assert folder.zenml("pipeline", "download-model", "ours", str(out)).status == 0
    assert (out / "saved_model.pb").is_file()


def test_a_datasource_from_the_shell(folder: Any, asked: dict[str, Any], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    rows = folder.ask("datasource", "statistics", "rows", "--html", str(page))
    assert {row["split"] for row in rows} == {"examples"}
    assert "<svg" in page.read_text()
    assert len(folder.ask("datasource", "schema", "rows")) == len(asked["columns"])


def test_rows_into_a_file(folder: Any, first: Any, tmp_path: Path) -> None:
    import pandas as pd

    read = {"rows.csv": pd.read_csv, "rows.parquet": pd.read_parquet}
    for name, reader in read.items():
        file = tmp_path / name
        words = ("--split", "test", "--rows", "4", "--out", str(file))
        done = folder.zenml("pipeline", "sample", "ours", *words)
        assert done.status == 0, done.err
        assert len(reader(file)) == 4
    assert len(folder.ask("pipeline", "sample", "ours", "--rows", "2")) == 2
    wrong = folder.zenml("pipeline", "sample", "ours", "--out", str(tmp_path / "rows.xlsx"))
    assert "ends in .csv or .parquet" in wrong.err
    nowhere = folder.zenml("pipeline", "sample", "ours", "--split", "tset")
    assert "has no split 'tset'" in nowhere.err
