"""The example that serves: asked over HTTP, a second version comes meanwhile, nothing fails."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.conftest import Folder
from tests.serving.conftest import Web
from zenml.records import read_batches, split_files
from zenml.serving import ModelServer

pytestmark = pytest.mark.tf

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "serving" / "run.py"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, str]:
    path = tmp_path_factory.mktemp("serving") / "repository"
    call = [sys.executable, str(SCRIPT), str(path)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=path.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return Folder(path), done.stdout


def test_rows_are_told_apart(ran: tuple[Folder, str]) -> None:
    found = re.findall(r"^(Torgersen|Biscoe|Dream) +(\w+) +\d\.\d\d$", ran[1], re.MULTILINE)
    assert found[:2] == [("Torgersen", "Adelie"), ("Biscoe", "Gentoo")]


def test_the_second_version_takes_over_and_no_request_fails(ran: tuple[Folder, str]) -> None:
    _, out = ran
    took = re.search(r"Version (\d+) took over from (\d+)\.", out)
    asked = re.search(r"Asked (\d+) times meanwhile: (\d+) failed,\n(\d+) different", out)
    assert took
    assert int(took[1]) > int(took[2])
    assert asked
    assert int(asked[1]) > 20
    assert asked.groups()[1:] == ("0", "2")


def test_rows_of_the_source_are_served_what_the_trainer_tested(ran: tuple[Folder, str]) -> None:
    """From the text of the CSV file through JSON, against the predictions of the test."""
    folder, _ = ran
    with (folder.path / "data" / "penguins.csv").open(newline="") as file:
        rows = [_as_json(row) for row in csv.DictReader(file)]
    with ModelServer(folder.path / "deployed" / "penguins") as server:
        asked = Web(server.url).post("/v1/models/penguins:predict", {"instances": rows})
    assert asked[0] == 200, asked
    served = {_key(row): shares for row, shares in zip(rows, asked[1]["predictions"], strict=True)}
    store = folder.path / ".zenml" / "local_store" / "artifacts" / "penguins_6_epochs"
    (results,) = store.glob("*/trainer/test_results/*")
    (tested,) = read_batches(split_files(str(results), "test"))
    expected = tested.to_pylist()
    assert len(expected) > 20
    found = [served[_key({name: (row[name] or [None])[0] for name in COLUMNS})] for row in expected]
    np.testing.assert_allclose(found, [row["species_o"] for row in expected], rtol=0, atol=1e-6)


COLUMNS = ("island", "sex", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def _as_json(row: dict[str, str]) -> dict[str, Any]:
    """What a client sends of a line: text, numbers, and null where a cell is empty."""
    texts = {name: row[name] or None for name in COLUMNS[:2]}
    return texts | {name: json.loads(row[name] or "null") for name in COLUMNS[2:]}


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    """Tells rows apart, whether they are those of JSON or of TensorFlow."""
    texts = (value.decode() if isinstance(value, bytes) else value for value in row.values())
    return tuple(v if v is None or isinstance(v, str) else f"{np.float32(v):.6g}" for v in texts)


def test_the_models_are_listed_and_handed_out(ran: tuple[Folder, str], tmp_path: Path) -> None:
    folder, _ = ran
    listed = json.loads(folder.python("-m", "zenml", "model", "list", "--output", "json").out)
    assert [row["pipeline"] for row in listed] == ["penguins_6_epochs", "penguins_3_epochs"]
    assert [(row["blessed"], row["pushed"]) for row in listed] == [(None, True)] * 2
    assert int(listed[0]["version"]) > int(listed[1]["version"])
    got = folder.python(
        "-m", "zenml", "model", "download", "penguins_3_epochs", str(tmp_path / "m")
    )
    assert got.status == 0, got.err
    assert (tmp_path / "m" / "saved_model.pb").is_file()
    again = folder.python(
        "-m", "zenml", "model", "download", "penguins_3_epochs", str(tmp_path / "m")
    )
    assert (again.status, "is there already" in again.err) == (1, True)
    unknown = folder.python(
        "-m", "zenml", "model", "download", "penguins_6_epohcs", str(tmp_path / "n")
    )
    assert (
        "There is no pipeline, and no run, 'penguins_6_epohcs'. Did you mean 'penguins_6"
        in unknown.err
    )
