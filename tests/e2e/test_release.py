"""A release of a TrainingPipeline: a model that serves without zenml and without the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tf

SERVE = """
import sys
sys.modules["zenml"] = sys.modules["tfx"] = None  # as where they are not installed
import tensorflow as tf

model = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
(found,) = model(examples=tf.constant([bytes.fromhex(sys.argv[2])])).values()
print(found.shape, float(tf.reduce_sum(found)))
"""


@pytest.fixture(scope="module")
def released(folder: Any, first: Any) -> dict[str, Any]:
    """The run that is released as 1.0."""
    assert first.status == 0, first.out + first.err
    run: dict[str, Any] = folder.ask("pipeline", "get", "ours")["runs"][-1]
    made = folder.python("-m", "zenml", "release", "create", "1.0", run["run"])
    assert made.status == 0, made.err
    assert "tensorflow" not in made.err
    return run


def test_everything_is_tied_down(folder: Any, released: dict[str, Any]) -> None:
    (row,) = folder.ask("release", "list")
    assert row["commit"] == folder.git("rev-list", "--max-parents=0", "HEAD")
    assert 0.5 < row["metrics"]["evaluator"]["sparse_categorical_accuracy"] <= 1
    checks = folder.ask("release", "verify", "1.0")["checks"]
    told = [check["about"] for check in checks]
    commit = folder.ask("datasource", "get", "rows")["commits"][-1]["commit"]
    assert f"commit {commit[:12]} of datasource rows" in told
    for name in (
        "data.examples", "split_schema.schema", "preprocesser.transform_graph", "trainer.model",
        "evaluator.evaluation", "evaluator.blessing", "deployer.pushed_model",
    ):  # fmt: skip
        assert f"artifact {name}" in told
    text = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/zenml/1.0")
    assert "transform graph preprocesser.transform_graph" in text
    assert f"rows at {commit}" in text


def test_the_export_serves_by_itself(
    folder: Any, released: dict[str, Any], first: Any, tmp_path: Path
) -> None:
    from zenml.records import split_files
    from zenml.records.reader import read_serialized

    target = tmp_path / "served"
    done = folder.zenml("release", "export", "1.0", str(target))
    assert done.status == 0, done.err
    (version,) = (target / "ours").iterdir()
    assert version.name.isdecimal()
    assert (version / "saved_model.pb").is_file()
    assert {path.parent.name for path in target.glob("artifacts/*/*/schema.pbtxt")} == {"schema"}
    metrics = json.loads((target / "artifacts/evaluator/evaluation/metrics.json").read_text())
    assert metrics["overall"]["sparse_categorical_accuracy"] > 0.5
    assert "MODEL_NAME=ours tensorflow/serving" in (target / "README.md").read_text()
    rows = split_files(first.outputs["split"]["examples"], "test")
    (row, *_) = next(read_serialized(rows, 1))
    words = [sys.executable, "-c", SERVE, str(version), row.hex()]
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shape, total = done.stdout.rsplit(" ", 1)
    assert shape == "(1, 3)"
    assert abs(float(total) - 1) < 1e-4


def test_a_model_that_was_changed_is_not_released_any_more(
    folder: Any, released: dict[str, Any], first: Any, tmp_path: Path
) -> None:
    file = Path(first.outputs["trainer"]["model"], "Format-Serving", "fingerprint.pb")
    before = file.read_bytes()
    file.write_bytes(bytes(len(before)))
    try:
        answer = folder.zenml("release", "verify", "1.0")
        assert answer.status == 1
        assert answer.out.startswith("differs  artifact trainer.model: ")
        assert folder.zenml("release", "export", "1.0", str(tmp_path / "out")).status == 1
        assert list(tmp_path.iterdir()) == []
    finally:
        file.write_bytes(before)
