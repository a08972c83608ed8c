"""Two runs of a training pipeline, compared."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.tf

# A pipeline and a split of its own: other tests say what of theirs has to run.
PIPELINE = """
import sys

from ours.judging import Judge
from ours.preparing import Prepare
from ours.rows import PenguinRows
from ours.splitting import ByFlipper
from ours.training import Small

from zenml.pipelines import TrainingPipeline

pipeline = TrainingPipeline(name="compared")
pipeline.add_datasource(PenguinRows(name="rows", path="data.csv"))
pipeline.add_split(ByFlipper(test_below=int(sys.argv[2])))
pipeline.add_preprocesser(Prepare())
pipeline.add_trainer(Small(epochs=int(sys.argv[1])))
pipeline.add_evaluator(Judge())
print(pipeline.run().name)
"""


def test_what_differs_between_two_trainings(folder, tmp_path: Path) -> None:
    script = tmp_path / "compared.py"
    script.write_text(f"import sys; sys.path.insert(0, {str(folder.path)!r})\n{PIPELINE}")
    runs = [folder.python(str(script), *words) for words in (("1", "1"), ("2", "2"))]
    assert [run.status for run in runs] == [0, 0], runs[0].err + runs[1].err
    names = [run.out.splitlines()[-1] for run in runs]

    page = tmp_path / "diff.html"
    found = folder.ask("run", "diff", *names, "--html", str(page))
    arguments = {step["step"]: step["arguments"] for step in found["steps"]["changed"]}
    assert arguments == {
        "split": [{"name": "test_below", "a": 1, "b": 2}],
        "trainer": [{"name": "epochs", "a": 1, "b": 2}],
    }
    assert found["packages"] == found["datasource"] == found["code"] == []
    data = {one["data"]: one for one in found["data"]["compared"]}
    test = data["split_statistics test"]
    assert test["rows"][0] < test["rows"][1]
    drift = {one["feature"]: one for one in test["features"]}
    assert drift["flipper"]["measure"] == "jensen_shannon"
    assert 0 < drift["flipper"]["drift"] < 1
    assert "data_statistics examples" in found["data"]["equal"]
    assert {one["step"] for one in found["metrics"] if one["slice"] is None} == {"evaluator"}
    assert page.read_text().count("<svg") > 3
    said = folder.zenml("run", "diff", *names)
    assert "test_below 1 -> 2" in said.out
    assert said.err == ""
