"""`zenml pipeline evaluate` and others: what a run of a pipeline came to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from zenml import spec_yaml
from zenml.client.results.tables import write_table
from zenml.errors import ResultNotFoundError
from zenml.repo import Repository
from zenml.spec import NodeSpec, PipelineSpec, StepSpec

Zenml = Callable[..., Any]
METRICS = {
    "rows": 10,
    "overall": {"accuracy": 0.123456789, "loss": None},
    "slices": [{"slice": {"island": "Biscoe"}, "metrics": {"accuracy": 1.0, "loss": 0.5}}],
}


@pytest.fixture
def evaluated(recorder: Any) -> Path:
    """A run `monday` of a pipeline `p` with a trainer and an evaluator; gives the model."""
    step = StepSpec("zenml.steps.trainer.FF", "zenml_1", {"epochs": 3, "loss": "mse"})
    nodes = (NodeSpec("trainer", "trainer", step), NodeSpec("evaluator", "evaluator"))
    spec = PipelineSpec("p", "training", "zenml.pipelines.P", "zenml_1", nodes)
    file = spec_yaml.write(spec, Repository.get_instance().get_default_pipelines_dir())
    recorder.begin("monday", zenml_file=str(file.relative_to(Path.cwd())))
    model = Path(recorder.typed("monday", "trainer", "Model").outputs["model"][0].uri)
    made = recorder.typed("monday", "evaluator", "ModelEvaluation").outputs["modelevaluation"]
    Path(made[0].uri, "metrics.json").write_text(json.dumps(METRICS))
    recorder.end("monday")
    return model


def test_metrics_in_the_terminal_as_json_and_as_a_page(
    zenml: Zenml, evaluated: Path, tmp_path: Path
) -> None:
    told = zenml("pipeline", "evaluate", "p")
    assert told.status == 0
    assert "0.123457" in told.out
    assert "island=Biscoe" in told.out
    page = tmp_path / "page.html"
    told = zenml("pipeline", "evaluate", "p", "--html", str(page), "--output", "json")
    rows = json.loads(told.out)
    assert rows[0] == {"slice": "", "accuracy": 0.123456789, "loss": None}
    assert rows[1] == {"slice": "island=Biscoe", "accuracy": 1.0, "loss": 0.5}
    assert str(page) in told.err
    assert page.read_text().startswith("<!doctype html>")
    assert not Path(".zenml", "pages").exists()


def test_the_trainer_and_its_model(zenml: Zenml, evaluated: Path, tmp_path: Path) -> None:
    assert "epochs  3" in zenml("pipeline", "hyperparameters", "p").out
    told = zenml("pipeline", "hyperparameters", "p", "--run", "mon", "--output", "json").out
    assert json.loads(told) == {"epochs": 3, "loss": "mse"}
    out = tmp_path / "model"
    assert zenml("pipeline", "download-model", "p", str(out)).out == f"Model: {out}\n"
    assert [path.name for path in out.iterdir()] == ["data"]
    again = zenml("pipeline", "download-model", "p", str(out))
    assert again.status == 1
    assert "name an empty or a new folder" in again.err


def test_where_everything_lies(zenml: Zenml, evaluated: Path) -> None:
    rows = json.loads(zenml("pipeline", "artifacts", "p", "--output", "json").out)
    assert [row["step"] for row in rows] == ["trainer", "evaluator"]
    rows = json.loads(zenml("pipeline", "artifacts", "p", "Trainer", "--output", "json").out)
    expected = {"step": "trainer", "output": "model", "type": "Model", "uri": str(evaluated)}
    assert rows == [expected]
    wrong = zenml("pipeline", "artifacts", "p", "trianer")
    assert wrong.status == 1
    assert "Did you mean 'trainer'?" in wrong.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("evaluate", "q"), "no pipeline 'q'"),
        (("evaluate", "p", "--run", "friday"), "no run 'friday'"),
        (("statistics", "p"), "the pipeline has no statistics"),
        (("schema", "p"), "the pipeline has no schema"),
        (("anomalies", "p"), "the pipeline has no statistics"),
        (("sample", "p"), "the pipeline has no preprocesser"),
    ],
)
def test_what_cannot_be_answered(
    zenml: Zenml, evaluated: Path, words: tuple[str, ...], says: str
) -> None:
    told = zenml("pipeline", *words)
    assert told.status == 1
    assert says in told.err


def test_a_port_that_cannot_be_is_said_before_anything_is_shown(
    zenml: Zenml, evaluated: Path
) -> None:
    told = zenml("pipeline", "evaluate", "p", "--port", "99999")
    assert (told.status, told.out) == (2, "")
    assert "99999 is not in the range" in told.err
    assert "How many of the first rows" in zenml("pipeline", "sample", "--help").out


def test_a_file_that_cannot_be_written(zenml: Zenml, evaluated: Path) -> None:
    told = zenml("pipeline", "evaluate", "p", "--html", "/proc/none/page.html")
    assert told.status == 1
    assert "Error: The page cannot be written to /proc/none/page.html: No such file" in told.err
    for ending in ("csv", "parquet"):
        with pytest.raises(ResultNotFoundError, match="cannot be written to '/proc/none/rows"):
            write_table(pd.DataFrame({"n": [1]}), f"/proc/none/rows.{ending}")
